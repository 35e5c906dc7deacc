"""Migrations bring any database to the newest tables and keep every row."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.migrations import operations as ops
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import Operation
from tortoise.transactions import in_transaction

import models.migrations
from models.dialect_sql import AddIndexes
from models.migrating import ForeignKeysBroken, migrate, missing
from server.database import config
from tests.models import filling, shapes

BY_HAND = ("CHECK", "IS NULL", "gin_trgm_ops")
"""Parts that a model cannot describe say one of these."""
MIGRATIONS = sorted(module.name for module in pkgutil.iter_modules(models.migrations.__path__))


@asynccontextmanager
async def opened(url: str, **credentials: object) -> AsyncIterator[BaseDBAsyncClient]:
    described: dict[str, Any] = config(url)
    described["connections"]["default"]["credentials"] |= credentials
    async with TortoiseContext() as context:
        await context.init(config=described)
        yield context.db()


@pytest.mark.parametrize("state", MIGRATIONS)
async def test_a_filled_database_of_any_age_becomes_the_newest_and_loses_no_row(
    state: str, blank_url: str, database_url: str
) -> None:
    async with opened(database_url) as connection:
        newest, newborn = await shapes.shape(connection), await shapes.counts(connection)
    await migrate(config(blank_url), target=f"models.{state}")
    async with opened(blank_url) as connection:
        born = await shapes.counts(connection)
        await filling.fill(connection, await shapes.columns(connection))

    await migrate(config(blank_url))

    async with opened(blank_url) as connection:
        assert await shapes.shape(connection) == newest
        after = await shapes.counts(connection)
    filled = {table: filling.ROWS for table in born if table not in filling.MADE_BY_MIGRATIONS}
    assert after == {table: rows + filled.get(table, 0) for table, rows in newborn.items()}


async def test_reasons_that_fulfillers_were_told_once_are_taken_back(blank_url: str) -> None:
    await migrate(config(blank_url), target="models.0004_grid")
    async with opened(blank_url) as connection:
        await filling.fill(connection, await shapes.columns(connection))
        await connection.execute_script("UPDATE order_shares SET status = 'ON_HOLD', status_reason = 'MANUAL'")

    await migrate(config(blank_url))

    async with opened(blank_url) as connection:
        told = await connection.execute_query_dict("SELECT status_reason FROM order_shares")
    assert [row["status_reason"] for row in told] == [None] * filling.ROWS


async def test_every_table_can_be_filled_and_migrating_again_changes_nothing(database_url: str) -> None:
    async with opened(database_url) as connection:
        await filling.fill(connection, await shapes.columns(connection))
        before = await shapes.shape(connection), await shapes.counts(connection)

    await migrate(config(database_url))

    async with opened(database_url) as connection:
        assert (await shapes.shape(connection), await shapes.counts(connection)) == before
    assert set(before[1]) == set(filling.TABLES)
    assert all(before[1].values())


async def test_the_migrations_make_the_tables_the_models_describe(blank_url: str, database_url: str) -> None:
    async with opened(database_url) as connection:
        migrated = await shapes.links(connection)
    async with TortoiseContext() as context:
        await context.init(config=config(blank_url))
        await context.generate_schemas()

        described = await shapes.links(context.db())

    assert set(migrated) == set(described)
    for table, parts in described.items():
        assert parts <= migrated[table], f"{table} lacks something"
        beyond = migrated[table] - parts
        assert all(any(word in str(part) for word in BY_HAND) for part in beyond), table


async def test_nothing_is_left_to_migrate_when_a_model_changes_its_migration_comes_along() -> None:
    async with TortoiseContext() as context:
        described: dict[str, Any] = config("sqlite://never-opened.sqlite3")
        await context.init(config=described, init_connections=False)
        assert context.apps is not None

        changes = await MigrationAutodetector(context.apps, described["apps"]).changes()

    assert [writer.operations for writer in changes] == []


def faults(operation: Operation) -> list[str]:
    """What an operation after the first migration would do to a filled database."""
    if isinstance(operation, ops.AddField):
        field = operation.field
        found = [] if field.null or field.has_db_default() else ["a column needs null or db_default"]
        return found + (["an added column gets no index: use AddIndex"] if field.index or field.unique else [])
    if isinstance(operation, ops.CreateModel | ops.AddIndex | AddIndexes | ops.RunSQL):
        return []
    return [f"{type(operation).__name__} rebuilds the table on SQLite"]


@pytest.mark.parametrize("name", MIGRATIONS[1:])
def test_migrations_after_the_first_only_add(name: str) -> None:
    migration = importlib.import_module(f"models.migrations.{name}").Migration

    found = [fault for operation in migration.operations for fault in faults(operation)]

    assert found == []


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("Order", "colour", fields.CharField(max_length=9)),
        ops.AddField("Order", "colour", fields.CharField(max_length=9, default="red")),
        ops.AddField("Order", "colour", fields.CharField(max_length=9, null=True, db_index=True)),
        ops.AlterField("Order", "number", fields.CharField(max_length=80)),
        ops.RemoveField("Order", "number"),
        ops.RenameField("Order", "number", "name"),
        ops.DeleteModel("Order"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_a_migration_that_could_lose_rows_would_be_noticed(operation: Operation) -> None:
    assert faults(operation)


async def test_the_log_starts_at_nothing_with_an_epoch_of_its_own(orm: TortoiseContext) -> None:
    rows = await orm.db().execute_query_dict("SELECT id, position, epoch FROM log_head")

    assert [(row["id"], row["position"], len(row["epoch"])) for row in rows] == [(1, 0, 32)]


@pytest.mark.sqlite
async def test_rows_that_refer_to_nothing_are_told_and_nothing_is_migrated(blank_url: str) -> None:
    await migrate(config(blank_url), target=f"models.{MIGRATIONS[0]}")
    async with opened(blank_url, foreign_keys="OFF") as connection:
        columns = await shapes.columns(connection)
        await filling.insert(connection, "roles", filling.row(models.Role, 1, columns["roles"]))
        before = await shapes.shape(connection), await shapes.counts(connection)

    with pytest.raises(ForeignKeysBroken, match="1 rows refer to rows that are not there: roles -> companies"):
        await migrate(config(blank_url))

    async with opened(blank_url) as connection:
        assert (await shapes.shape(connection), await shapes.counts(connection)) == before
    assert await missing(config(blank_url)) == MIGRATIONS[1:]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(blank_url: str) -> None:
    await migrate(config(blank_url), target=f"models.{MIGRATIONS[0]}")
    async with opened(blank_url) as connection:
        await connection.execute_query("INSERT INTO log_head (id, position, epoch) VALUES (1, 0, 'in the way')")
        before = await shapes.shape(connection), await shapes.counts(connection)

    with pytest.raises(IntegrityError):
        await migrate(config(blank_url))

    async with opened(blank_url) as connection:
        assert (await shapes.shape(connection), await shapes.counts(connection)) == before
    assert await missing(config(blank_url)) == MIGRATIONS[1:]


async def test_two_who_migrate_at_once_take_turns(blank_url: str, database_url: str) -> None:
    async with opened(database_url) as connection:
        newest = await shapes.shape(connection), await shapes.counts(connection)

    await asyncio.gather(*(migrate(config(blank_url)) for _ in range(3)))

    async with opened(blank_url) as connection:
        assert (await shapes.shape(connection), await shapes.counts(connection)) == newest


@pytest.mark.sqlite
async def test_migrating_works_with_foreign_keys_off_and_everything_else_with_them_on(database_url: str) -> None:
    async with opened(database_url) as connection:
        rows = await connection.execute_query_dict("PRAGMA foreign_keys")

    assert rows == [{"foreign_keys": 1}]


async def test_a_script_that_fails_half_way_inside_a_transaction_leaves_nothing(orm: TortoiseContext) -> None:
    script = "CREATE TABLE half (id INT); INSERT INTO half VALUES (1); INSERT INTO nowhere VALUES ('a;b');"

    with pytest.raises(Exception, match="nowhere"):
        async with in_transaction() as transaction:
            await transaction.execute_script(script)

    assert "half" not in await shapes.tables(orm.db())
