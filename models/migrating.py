"""Bringing a database to the newest tables."""

from __future__ import annotations

from typing import Any

from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as tortoise_migrate
from tortoise.migrations.executor import MigrationExecutor


class ForeignKeysBroken(Exception):
    """After migrating, rows refer to rows that are gone: restore the copy made before it."""


async def migrate(config: dict[str, Any], target: str | None = None) -> None:
    """Apply what is missing, and let go of the database again. Doing it twice changes nothing.

    `config` is tortoise's; `target` stops at one migration (`models.0001_initial`). SQLite works with foreign keys
    off: a table that is rebuilt would otherwise take the rows that refer to it along. They are all checked
    afterwards; raises ForeignKeysBroken, naming the tables.
    """
    async with TortoiseContext():
        await tortoise_migrate(config=_without_foreign_keys(config), target=target)
        await _check_foreign_keys()


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


def _without_foreign_keys(config: dict[str, Any]) -> dict[str, Any]:
    connection = config["connections"]["default"]
    if "file_path" not in connection["credentials"]:
        return config
    credentials = connection["credentials"] | {"foreign_keys": "OFF"}
    return config | {"connections": {"default": connection | {"credentials": credentials}}}


async def _check_foreign_keys() -> None:
    connection = get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        return
    broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        tables = ", ".join(sorted({f"{row['table']} -> {row['parent']}" for row in broken}))
        raise ForeignKeysBroken(f"{len(broken)} rows refer to rows that are not there: {tables}")
