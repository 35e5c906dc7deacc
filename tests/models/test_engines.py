"""The two databases do what the shop relies on: nothing hangs, nothing is lost, readers do not queue."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from models import Counter
from models.engines.postgres import NoFreeConnection

SOON = 20
"""Seconds after which something counts as hanging."""


@pytest.fixture
def connection(orm: TortoiseContext) -> BaseDBAsyncClient:
    return orm.db()


@asynccontextmanager
async def opened(database: dict[str, Any], **credentials: object) -> AsyncIterator[BaseDBAsyncClient]:
    database["connections"]["default"]["credentials"] |= credentials
    async with TortoiseContext() as context:
        await context.init(config=database)
        yield context.db()


async def interrupted(work: Coroutine[Any, Any, object], dice: random.Random) -> object:
    """Cancel it somewhere; answers what came of it."""
    task = asyncio.create_task(work)
    if dice.random() < 0.5:
        for _ in range(dice.randrange(20)):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(dice.random() * 0.008)
    task.cancel()
    return (await asyncio.gather(task, return_exceptions=True))[0]


async def written(name: str) -> str:
    async with in_transaction():
        await Counter.create(name=name, value=1)
    return name


async def written_in_one_go(name: str) -> str:
    await Counter.bulk_create([Counter(name=f"{name}.{n}", value=n) for n in range(3)])
    return f"{name}.0"


async def started_and_given_up(name: str) -> None:
    async with in_transaction():
        await Counter.create(name=f"never {name}", value=1)
        raise LookupError(name)


async def read(name: str) -> None:
    await Counter.filter(name=name).count()


@pytest.mark.parametrize("together", [1, 12])
async def test_tasks_cancelled_anywhere_around_a_transaction_leave_the_database_usable(
    together: int, connection: BaseDBAsyncClient
) -> None:
    dice = random.Random(together)
    works = (written, written, written_in_one_go, started_and_given_up, read)

    outcomes: list[object] = []
    for first in range(0, 300, together):
        batch = [dice.choice(works)(str(first + n)) for n in range(together)]
        async with asyncio.timeout(SOON):
            outcomes += await asyncio.gather(*(interrupted(work, dice) for work in batch))

    async with asyncio.timeout(SOON):
        await asyncio.gather(*(written(f"afterwards {n}") for n in range(8)))
        stored = set(await Counter.all().values_list("name", flat=True))
    assert {f"afterwards {n}" for n in range(8)} <= stored
    assert {done for done in outcomes if isinstance(done, str)} <= stored
    assert not [name for name in stored if name.startswith("never")]
    assert all(isinstance(done, asyncio.CancelledError | LookupError | str | None) for done in outcomes)


async def test_a_task_cancelled_while_connecting_does_not_keep_others_from_connecting(
    database: dict[str, Any],
) -> None:
    dice = random.Random(11)

    for number in range(40):
        async with opened(database):
            await interrupted(dice.choice((read, written))(str(number)), dice)
            async with asyncio.timeout(SOON):
                await written(f"afterwards {number}")


async def test_a_reader_sees_what_is_committed_while_somebody_writes_and_does_not_wait(
    connection: BaseDBAsyncClient,
) -> None:
    await Counter.create(name="orders", value=1)
    changed, seen = asyncio.Event(), asyncio.Event()

    async def write() -> int:
        async with in_transaction():
            await Counter.filter(name="orders").update(value=2)
            changed.set()
            await seen.wait()
            return (await Counter.get(name="orders")).value

    writing = asyncio.create_task(write())
    await changed.wait()
    async with asyncio.timeout(SOON):
        meanwhile = (await Counter.get(name="orders")).value
    seen.set()
    own = await writing
    afterwards = (await Counter.get(name="orders")).value

    assert (meanwhile, own, afterwards) == (1, 2, 2)


async def test_everybody_reads_their_own_writes_at_once(connection: BaseDBAsyncClient) -> None:
    async def count_up(name: str) -> list[int]:
        await Counter.create(name=name, value=0)
        read = []
        for value in range(1, 26):
            if value % 2:
                async with in_transaction():
                    await Counter.filter(name=name).update(value=value)
            else:
                await Counter.filter(name=name).update(value=value)
            read.append((await Counter.get(name=name)).value)
        return read

    counted = await asyncio.gather(*(count_up(name) for name in "abcd"))

    assert counted == [list(range(1, 26))] * 4


async def test_a_statement_that_begins_like_a_query_and_writes_is_carried_out(
    connection: BaseDBAsyncClient,
) -> None:
    rows = await connection.execute_query_dict(
        "WITH numbers AS (SELECT 'a' AS name, 7 AS value) "
        "INSERT INTO counters (name, value) SELECT name, value FROM numbers RETURNING value"
    )

    assert rows == [{"value": 7}]
    assert (await Counter.get(name="a")).value == 7


async def test_an_inner_transaction_that_fails_leaves_the_outer_one_going(connection: BaseDBAsyncClient) -> None:
    async def twice(name: str) -> None:
        async with in_transaction():
            await Counter.create(name="inner", value=1)
            await Counter.create(name=name, value=2)

    async with in_transaction():
        await Counter.create(name="outer", value=1)
        with pytest.raises(IntegrityError):
            await twice("outer")

    assert await Counter.filter(name__in=["inner", "outer"]).values_list("name", "value") == [("outer", 1)]


async def test_what_went_wrong_is_what_is_raised_even_when_the_rollback_fails_too(
    connection: BaseDBAsyncClient,
) -> None:
    async def end_it_and_fail() -> None:
        async with in_transaction() as transaction:
            await transaction.execute_script("ROLLBACK")
            raise LookupError("the first thing")

    with pytest.raises(LookupError, match="the first thing"):
        await end_it_and_fail()

    assert await written("afterwards") == "afterwards"


async def test_mistakes_in_a_query_are_told_in_tortoises_words(connection: BaseDBAsyncClient) -> None:
    with pytest.raises(OperationalError, match="nowhere"):
        await connection.execute_query_dict("SELECT * FROM nowhere")


@pytest.mark.sqlite
async def test_sqlite_writes_ahead_survives_a_power_cut_checks_references_and_waits_for_its_turn(
    connection: BaseDBAsyncClient,
) -> None:
    async def pragma(name: str) -> Any:
        ((value,),) = [tuple(row.values()) for row in await connection.execute_query_dict(f"PRAGMA {name}")]
        return value

    settings = {
        name: await pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.postgres
async def test_a_pool_without_a_free_connection_says_so_instead_of_waiting_for_ever(
    database: dict[str, Any],
) -> None:
    async with opened(database, maxsize=1, patience=0.05) as connection:
        async with in_transaction():
            with pytest.raises(NoFreeConnection, match=r"none of the 1 database connections was free for 0\.05 s"):
                await connection.execute_query("SELECT 1")

        async with asyncio.timeout(SOON):
            await read("orders")


@pytest.mark.postgres
async def test_a_transaction_left_open_on_a_connection_does_not_reach_its_next_user(
    database: dict[str, Any],
) -> None:
    async with opened(database, maxsize=1) as connection:
        dice = random.Random(5)
        for number in range(30):
            await interrupted(written(str(number)), dice)
            rows = await connection.execute_query_dict("SELECT pg_current_xact_id_if_assigned() AS open")
            assert rows == [{"open": None}]


@pytest.mark.postgres
async def test_a_connection_that_breaks_in_a_transaction_is_replaced(
    connection: BaseDBAsyncClient, database_url: str
) -> None:
    async def cut_off() -> None:
        async with in_transaction() as transaction:
            await Counter.create(name="never", value=1)
            ((process,),) = (await transaction.execute_query("SELECT pg_backend_pid()"))[1]
            other = await asyncpg.connect(database_url)
            await other.execute("SELECT pg_terminate_backend($1)", process)
            await other.close()
            await Counter.create(name="never again", value=1)

    broken = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

    for _ in range(8):
        with pytest.raises(broken):  # which one depends on how far the news has come
            await cut_off()

    assert await written("afterwards") == "afterwards"
    assert not await Counter.filter(name__startswith="never").exists()


@pytest.mark.postgres
async def test_postgres_compiles_no_statement(connection: BaseDBAsyncClient) -> None:
    rows = await connection.execute_query_dict("SHOW jit")

    assert rows == [{"jit": "off"}]
