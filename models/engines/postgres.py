"""PostgreSQL through asyncpg, without the reset round trip after every statement."""

from __future__ import annotations

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class Quiet(asyncpg.connection.Connection):
    """Nothing here changes a session (no SET, LISTEN, cursors, session locks): nothing to reset."""

    def get_reset_query(self) -> str:
        return ""


class Context(TransactionContextPooled):
    """Unlike its parent: gives the connection back when BEGIN fails or is cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            return await super().__aenter__()
        except BaseException:
            if (token := getattr(self, "token", None)) is not None:
                get_connections().reset(token)
                await self.client._parent._pool.release(self.client._connection)
            raise


class QuietClient(AsyncpgDBClient):
    def _in_transaction(self) -> TransactionContext:
        return Context(TransactionWrapper(self), self._pool_init_lock)

    connection_class = Quiet  # type: ignore[assignment]  # the stubs make Connection generic, tortoise does not


client_class = QuietClient
