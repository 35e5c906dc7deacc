"""SQLite as tortoise speaks to it, with one connection for writing and one for reading.

Transactions take the write lock at once (BEGIN IMMEDIATE): none fails half-way because another was faster. Reads
outside transactions go to the second connection and see what is committed, without waiting for the transaction
under way. Whoever is cancelled, and wherever, leaves lock and connection usable.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Final

import aiosqlite
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

PRAGMAS: Final = {
    "busy_timeout": 5000,  # ms; first, because the next one may have to wait
    "journal_mode": "WAL",
    "journal_size_limit": 64 * 1024 * 1024,
    "synchronous": "FULL",  # what was acknowledged survives a power cut; 0.2 ms a commit more than NORMAL
    "foreign_keys": "ON",
}


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction on the writing connection."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(ImmediateTransaction(self))

    async def begin(self) -> None:
        """Raises OperationalError when another process keeps the write lock longer than `busy_timeout`."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as busy:
            raise OperationalError(busy) from busy

    async def execute_script(self, query: str) -> None:
        """All statements, inside the transaction: the driver's own way would commit it first."""
        for statement in _statements(query):
            await self.execute_query(statement)


class ImmediateContext(SqliteTransactionContext):
    """Holds the writer's lock from before BEGIN until after COMMIT or ROLLBACK, and not longer, come what may.

    The driver works off one queue: what was sent before the lock was given back is done before the next one's.
    """

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            await self._give_back()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        get_connections().reset(self.token)
        try:
            if kind is None and not self.connection._finalized:
                await self.connection.commit()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        """Rolls back what is not committed (BEGIN may still be on its way), then lets the next one in."""
        try:
            if self.connection._connection:
                with contextlib.suppress(sqlite3.Error):  # what went wrong before says more
                    await asyncio.shield(self.connection._connection.rollback())
        finally:
            self._trxlock.release()


class Writing(ConnectionWrapper[aiosqlite.Connection]):
    """Unlike its parent: gives the lock back when there is no connection to be had."""

    async def __aenter__(self) -> aiosqlite.Connection:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class ImmediateClient(SqliteClient):
    """`pragmas` beyond the file's path override PRAGMAS."""

    def __init__(self, file_path: str, **pragmas: Any) -> None:
        super().__init__(file_path, **pragmas)
        self.pragmas = PRAGMAS | pragmas
        for option in ("connection_name", "fetch_inserted"):
            self.pragmas.pop(option, None)
        self._reader: aiosqlite.Connection | None = None
        self._opening = asyncio.Lock()

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)

    def acquire_connection(self) -> ConnectionWrapper[aiosqlite.Connection]:
        """The writing connection."""
        return Writing(self._lock, self)

    async def create_connection(self, with_db: bool) -> None:
        """Opens both connections, once; nobody sees one that is half set up."""
        async with self._opening:
            if self._connection:
                return
            writer = await _opened(self.filename, self.pragmas)
            try:
                self._reader = await _opened(self.filename, self.pragmas | {"query_only": "ON"})
            except BaseException:
                await asyncio.shield(writer.close())
                raise
            self._connection = writer
            await self._post_connect()

    async def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader:
            await reader.close()
        await super().close()

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        rows = await self._read(query, values)
        return await super().execute_query(query, values) if rows is None else (len(rows), rows)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        rows = await self._read(query, values)
        if rows is None:
            _, rows = await super().execute_query(query, values)
        return [dict(row) for row in rows]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:  # the parent's stays open when cancelled
            await transaction.execute_many(query, values)

    async def _read(self, query: str, values: list[Any] | None) -> list[sqlite3.Row] | None:
        """The rows, from the reading connection; None when the statement (WITH ... INSERT) has to write."""
        if not query.lstrip()[:6].upper().startswith(("SELECT", "WITH")):
            return None
        if not self._reader:
            await self.create_connection(with_db=True)
        assert self._reader is not None
        try:
            return list(await self._reader.execute_fetchall(query.replace("\x00", "'||CHAR(0)||'"), values))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                return None
            raise OperationalError(error) from error


async def _opened(path: str, pragmas: dict[str, Any]) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        for name, value in pragmas.items():
            await connection.execute_fetchall(f"PRAGMA {name}={value}")
    except BaseException:
        await asyncio.shield(connection.close())
        raise
    return connection


def _statements(script: str) -> Iterator[str]:
    """Cut at semicolons that end a statement; those in texts, comments and trigger bodies do not."""
    begun = ""
    for piece in script.split(";"):
        begun += piece + ";"
        if sqlite3.complete_statement(begun):
            yield begun
            begun = ""
    if begun.strip(" \t\r\n;"):
        yield begun


client_class = ImmediateClient
