"""PostgreSQL through asyncpg: no reset round trip after every statement, and no waiting for ever."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

if TYPE_CHECKING:
    Proxy: TypeAlias = PoolConnectionProxy[asyncpg.Record]
else:
    Proxy = PoolConnectionProxy  # not generic at run time

PATIENCE: Final = 5.0
"""Seconds to wait for a connection of the pool."""
SESSION: Final = {"jit": "off"}
"""Compiling a statement with many conditions takes PostgreSQL seconds, running it without that milliseconds."""


class NoFreeConnection(OperationalError):
    """All connections of the pool were busy for PATIENCE seconds."""


class Quiet(asyncpg.connection.Connection):
    """Nothing here changes a session (no SET, LISTEN, cursors, session locks): nothing to reset.

    A transaction left open is still rolled back when the connection goes back to the pool.
    """

    def get_reset_query(self) -> str:
        return ""


class Borrowed(PoolConnectionWrapper[Proxy]):
    """A connection for one statement."""

    client: QuietClient

    async def __aenter__(self) -> Proxy:
        await self.ensure_connection()
        self.connection = await self.client.borrow()
        return self.connection


class Context(TransactionContextPooled):
    """Gives the connection back whatever happens: BEGIN, COMMIT or ROLLBACK fails or is cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        self.client._connection = await cast("QuietClient", self.client._parent).borrow()
        try:
            await self.client.begin()
        except BaseException:
            await self._give_back()
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        get_connections().reset(self.token)
        try:
            if not self.client._finalized:
                await (self._roll_back() if kind else self.client.commit())
        finally:
            await self._give_back()

    async def _roll_back(self) -> None:
        with contextlib.suppress(Exception):  # the error on its way out says more; giving back rolls back, too
            await self.client.rollback()

    async def _give_back(self) -> None:
        if self.client._parent._pool:
            await self.client._parent._pool.release(self.client._connection)  # shielded by asyncpg


class QuietClient(AsyncpgDBClient):
    """`patience` overrides PATIENCE."""

    connection_class = Quiet  # type: ignore[assignment]  # the stubs make Connection generic, tortoise does not

    def __init__(self, patience: float = PATIENCE, **credentials: Any) -> None:
        super().__init__(server_settings=SESSION, **credentials)
        self.patience = patience

    def _in_transaction(self) -> TransactionContext:
        return Context(TransactionWrapper(self), self._pool_init_lock)

    def acquire_connection(self) -> PoolConnectionWrapper[Proxy]:
        return Borrowed(self, self._pool_init_lock)

    async def borrow(self) -> Proxy:
        """A connection of the pool, to be given back. Raises NoFreeConnection after `patience` seconds."""
        assert self._pool is not None
        try:
            async with asyncio.timeout(self.patience):  # asyncpg's own timeout may swallow a cancellation
                connection: Proxy = await self._pool.acquire()
                return connection
        except TimeoutError:
            raise NoFreeConnection(
                f"none of the {self.pool_maxsize} database connections was free for {self.patience:g} s; "
                "look for long transactions, or raise maxsize in DATABASE_URL"
            ) from None


client_class = QuietClient
