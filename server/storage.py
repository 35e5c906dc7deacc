"""The database of a server, from before its first request to after its last."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import asyncpg
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError

from models.engines.retrying import is_retryable
from models.migrating import migrate, missing
from operations.bootstrap import ensure_platform
from server.database import config, sqlite_path
from server.settings import Settings

_AWAY: Final = (DBConnectionError, OperationalError, OSError, asyncpg.PostgresError, sqlite3.Error)


class StorageUnusable(Exception):
    """The database cannot be worked with. The text says why and what to do, and holds no password."""


@asynccontextmanager
async def storage(settings: Settings) -> AsyncIterator[None]:
    """The database, open for this task and whatever it starts."""
    async with TortoiseContext() as context:
        await context.init(config=config(settings.database_url))
        yield


async def prepare(settings: Settings) -> None:
    """Make sure that a server can start on the database.

    An SQLite file is made and migrated: nobody else does it. PostgreSQL may have other servers, of other versions,
    running: StorageUnusable is raised when migrations are missing. Also raised when it cannot be reached.
    """
    if sqlite_path(settings.database_url) is not None:
        await renew(settings)
        return
    with _reachable():
        behind = await missing(config(settings.database_url))
    if behind:
        raise StorageUnusable(
            f"The database lacks the migrations {', '.join(behind)}. Run `ordergraph migrate`, then start again."
        )


async def renew(settings: Settings) -> list[str]:
    """Apply the migrations that are missing, and make what every database starts with. Answers their names.

    Raises StorageUnusable when the database cannot be reached.
    """
    configuration = config(settings.database_url)
    with _reachable():
        if (path := sqlite_path(settings.database_url)) is not None:
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        behind = await missing(configuration)
        if behind:
            await migrate(configuration)
        async with storage(settings):
            await ensure_platform()
    return behind


async def answers() -> str | None:
    """For /readyz: None when the database answers. Raises what the driver raises."""
    await get_connection("default").execute_query("SELECT 1")
    return None


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except _AWAY as away:
        if is_retryable(away):
            raise StorageUnusable("Somebody else keeps the database busy; try again.") from away
        raise StorageUnusable(
            f"The database cannot be used ({type(away).__name__}: {away}). "
            "Is it there, may it be written, and is DATABASE_URL right?"
        ) from away
