"""Errors that mean "somebody was faster" are told from those that stay wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from models import Counter
from models.engines.retrying import is_retryable
from server.database import config, sqlite_path


@pytest.mark.postgres
async def test_a_deadlock_may_be_tried_again(orm: TortoiseContext) -> None:
    await Counter.bulk_create([Counter(name=name, value=0) for name in "ab"])
    both_locked = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        async with in_transaction():
            await Counter.filter(name=first).update(value=1)
            await both_locked.wait()
            await Counter.filter(name=second).update(value=2)

    outcomes = await asyncio.gather(lock("a", "b"), lock("b", "a"), return_exceptions=True)

    (failed,) = [outcome for outcome in outcomes if outcome is not None]
    assert is_retryable(failed)


@pytest.mark.postgres
async def test_a_serialisation_failure_may_be_tried_again(orm: TortoiseContext) -> None:
    await Counter.create(name="a", value=0)
    both_read = asyncio.Barrier(2)

    async def count_up() -> None:
        async with in_transaction() as transaction:
            await transaction.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            value = (await Counter.get(name="a")).value
            await both_read.wait()
            await Counter.filter(name="a").update(value=value + 1)

    outcomes = await asyncio.gather(count_up(), count_up(), return_exceptions=True)

    (failed,) = [outcome for outcome in outcomes if outcome is not None]
    assert is_retryable(failed)


@pytest.mark.sqlite
async def test_a_database_another_process_is_writing_to_may_be_tried_again(database_url: str) -> None:
    hurried: dict[str, Any] = config(database_url)
    hurried["connections"]["default"]["credentials"]["busy_timeout"] = 1
    path = sqlite_path(database_url)
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async with TortoiseContext() as context:
        await context.init(config=hurried)
        with pytest.raises(OperationalError) as in_a_transaction:
            async with in_transaction():
                pass
        with pytest.raises(OperationalError) as by_itself:
            await Counter.create(name="a", value=1)
        other.execute("ROLLBACK")
        other.close()
        await Counter.create(name="a", value=1)

    assert is_retryable(in_a_transaction.value)
    assert is_retryable(by_itself.value)


async def test_a_broken_rule_or_a_mistake_stays_wrong(orm: TortoiseContext) -> None:
    await Counter.create(name="a", value=1)

    with pytest.raises(IntegrityError) as twice:
        await Counter.create(name="a", value=1)
    with pytest.raises(OperationalError) as mistaken:
        await orm.db().execute_query("SELECT nothing FROM nowhere")

    assert not is_retryable(twice.value)
    assert not is_retryable(mistaken.value)


def test_a_busy_database_is_recognised_however_its_error_is_wrapped() -> None:
    busy = _busy()
    caused = LookupError("no order")
    caused.__cause__ = busy

    wrapped = [busy, OperationalError(busy), caused, ExceptionGroup("several", [ValueError("other"), busy])]

    assert [is_retryable(error) for error in wrapped] == [True] * 4


def test_an_error_merely_raised_beside_a_busy_database_stays_wrong() -> None:
    beside = LookupError("no order")
    beside.__context__ = _busy()

    assert not is_retryable(beside)
    assert not is_retryable(asyncio.CancelledError())


def _busy() -> sqlite3.OperationalError:
    """As SQLite raises it when a snapshot has grown old."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    return error
