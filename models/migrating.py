"""Bringing a database to the newest tables."""

from __future__ import annotations

from typing import Any, Final

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.transactions import in_transaction

NEWEST: Final = "models.__latest__"
_TURN: Final = "SELECT pg_advisory_xact_lock(7243210145)"
"""Those who migrate a PostgreSQL database take turns. On SQLite, BEGIN IMMEDIATE sees to that."""

_PATIENCE_MS: Final = 60_000
"""How long to wait for one's turn on SQLite: somebody else's migrations may take longer than any action."""


class ForeignKeysBroken(Exception):
    """The migrated tables would hold rows that refer to rows that are not there; nothing was migrated."""


async def migrate(config: dict[str, Any], target: str = NEWEST) -> None:
    """Apply what is missing, and let go of the database again. Doing it twice, or two at once, is harmless.

    `config` is tortoise's; `target` stops at one migration (`models.0001_initial`). All of it is one transaction:
    when anything fails the database is as it was. SQLite works with foreign keys off, because a table that is
    rebuilt would otherwise take the rows that refer to it along; they are all checked before the commit, and
    ForeignKeysBroken, naming the tables, is raised when one is broken.
    """
    async with TortoiseContext() as context:
        await context.init(config=_for_migrating(config))
        async with in_transaction() as transaction:
            if transaction.capabilities.dialect == "postgres":
                await transaction.execute_query(_TURN)
            executor = MigrationExecutor(transaction, config["apps"])
            # The executor looks for its table before it makes it; PostgreSQL would abort the transaction.
            await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
            await executor.migrate([MigrationTarget(*target.split("."))], direction="forward")
            await _check_foreign_keys(transaction)


async def missing(config: dict[str, Any]) -> list[str]:
    """Names of the migrations that are not applied yet, in order. Changes nothing.

    Raises what the driver raises when the database cannot be reached.
    """
    async with TortoiseContext() as context:
        await context.init(config=config)
        connection = get_connection("default")
        await connection.execute_query("SELECT 1")  # what follows takes a database that is away for an empty one
        steps = await MigrationExecutor(connection, config["apps"]).plan()
        return [step.migration.name for step in steps]


def _for_migrating(config: dict[str, Any]) -> dict[str, Any]:
    connection = config["connections"]["default"]
    if "file_path" not in connection["credentials"]:
        return config
    credentials = connection["credentials"] | {"foreign_keys": "OFF", "busy_timeout": _PATIENCE_MS}
    return config | {"connections": {"default": connection | {"credentials": credentials}}}


async def _check_foreign_keys(connection: BaseDBAsyncClient) -> None:
    if connection.capabilities.dialect != "sqlite":
        return
    broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        tables = ", ".join(sorted({f"{row['table']} -> {row['parent']}" for row in broken}))
        raise ForeignKeysBroken(f"{len(broken)} rows refer to rows that are not there: {tables}")
