"""Numbering on PostgreSQL: after commit, dense, in order, by one process at a time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import asyncpg
import orjson
import pytest

from models.event_log import SEQUENCE
from subscriptions.core.brokers.database_tail import DatabaseTail
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.hub import Hub
from subscriptions.core.log import EventLog
from subscriptions.core.sequencer import Sequencer
from tests.subscriptions.events import INSERT, INSERT_MANY, connections, happen

WRITERS = 16


@pytest.mark.postgres
async def test_rows_without_positions_are_not_in_the_log_yet(log: EventLog) -> None:
    for version in range(1, 6):
        await happen(version)

    assert await log.read(0) == []
    assert [await log.sequence(2), await log.sequence(2), await log.sequence(2), await log.sequence(2)] == [
        2,
        2,
        1,
        0,
    ]
    assert [entry.order_version for entry in await log.read(0)] == [1, 2, 3, 4, 5]


@pytest.mark.postgres
async def test_a_transaction_still_open_holds_up_nobody_and_is_numbered_after_its_commit(
    log: EventLog, database_url: str
) -> None:
    async with connections(database_url, 1) as (writer,):
        change = writer.transaction()
        await change.start()
        await writer.execute(INSERT, 7)
        await happen(2)
        at_once = await log.sequence()
        await change.commit()
    afterwards = await log.sequence()

    assert (at_once, afterwards) == (1, 1)
    assert [entry.order_version for entry in await log.read(0)] == [2, 1]


@pytest.mark.postgres
async def test_while_another_process_numbers_this_one_does_nothing_and_does_not_wait(
    log: EventLog, database_url: str
) -> None:
    await happen(1)
    async with connections(database_url, 1) as (leader,):
        turn = leader.transaction()
        await turn.start()
        await leader.fetch(SEQUENCE, 1000)
        await happen(2)

        assert await log.sequence() == 0
        await turn.rollback()

    assert await log.sequence() == 2


@pytest.mark.postgres
async def test_a_sequencer_whose_view_is_older_than_its_turn_changes_nothing(
    log: EventLog, database_url: str
) -> None:
    for version in range(1, 4):
        await happen(version)
    async with connections(database_url, 2) as (gate, late):
        await gate.execute("SELECT pg_advisory_lock(99)")
        numbering = asyncio.create_task(late.fetch(SEQUENCE_BEHIND_A_GATE, 1000))
        while not await gate.fetchval(WAITING_AT_A_GATE):  # noqa: ASYNC110  # another connection's state
            await asyncio.sleep(0.001)
        await log.sequence(2)

        await gate.execute("SELECT pg_advisory_unlock(99)")

        assert await numbering == []
    assert (await log.head()).position == 2
    assert await log.sequence() == 1
    assert [entry.order_version for entry in await log.read(0)] == [1, 2, 3]


SEQUENCE_BEHIND_A_GATE = SEQUENCE.replace(
    "WITH latest AS MATERIALIZED (\n        SELECT position FROM log_head WHERE",
    "WITH gate AS MATERIALIZED (SELECT pg_advisory_xact_lock(99)), "
    "latest AS MATERIALIZED (SELECT position FROM log_head, gate WHERE",
)
"""Stops between looking at the database and taking its turn."""
WAITING_AT_A_GATE = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""


@pytest.mark.postgres
async def test_a_big_batch_costs_each_row_the_same_even_when_statistics_say_that_none_waits(
    log: EventLog, database_url: str
) -> None:
    async with connections(database_url, 1) as (wire,):
        await wire.execute(INSERT_MANY, 1, 3000)
        while await log.sequence():
            pass
        await wire.execute("VACUUM ANALYZE order_event")
        await wire.execute(INSERT_MANY, 2, 1000)

        (plan,) = orjson.loads(
            await wire.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {SEQUENCE.replace('$1', '1000')}")
        )

    assert (await log.head()).position == 4000
    assert max(_rows_touched(plan["Plan"])) <= 4000


def _rows_touched(node: dict[str, Any]) -> list[int]:
    """Of each step of a plan: rows given and rows thrown away, over all its rounds."""
    thrown = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
    below = [count for part in node.get("Plans", ()) for count in _rows_touched(part)]
    return [(node["Actual Rows"] + thrown) * node["Actual Loops"], *below]


@pytest.mark.postgres
async def test_sixteen_writers_and_five_sequencers_leave_no_hole_and_no_double_for_a_follower(
    log: EventLog, database_url: str
) -> None:
    async with connections(database_url, WRITERS + 5) as wires:
        writers, sequencers = wires[:WRITERS], wires[WRITERS:]
        hub = Hub(log, ring=1)
        await hub.start()
        listener = Listener(DatabaseTail(log), hub.wake)
        listener.start()
        follower = await hub.follow()
        done = asyncio.Event()
        numbering = [asyncio.create_task(_number(wire, done)) for wire in sequencers]
        committed = await asyncio.gather(*(_write(wire, seed, 50) for seed, wire in enumerate(writers)))
        done.set()
        numbered = await asyncio.gather(*numbering)
        rows = await writers[0].fetch(
            "SELECT id, position, order_id, order_version FROM order_event ORDER BY position"
        )
        seen = [await anext(follower) for _ in rows]
        await listener.stop()
        await hub.stop()

    assert [(entry.position, entry.id) for entry in seen] == [(row["position"], row["id"]) for row in rows]
    assert [row["position"] for row in rows] == list(range(1, sum(committed) + 1))
    assert sum(numbered) == len(rows)
    assert all(one["id"] < next_["id"] for order in _by_order(rows) for one, next_ in pairwise(order))
    assert all(
        [row["order_version"] for row in order] == list(range(1, len(order) + 1)) for order in _by_order(rows)
    )
    assert (await log.head()).position == len(rows)
    assert sum(count > 0 for count in numbered) > 1


@pytest.mark.postgres
async def test_when_the_database_cuts_all_connections_everything_heals_and_nothing_is_lost(
    log: EventLog, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    hub, broker = Hub(log, ring=1), InProcess()
    sequencer, listener = Sequencer(log, broker), Listener(broker, hub.wake)
    await hub.start()
    sequencer.start()
    listener.start()
    follower = await hub.follow()

    async with connections(database_url, 1) as (writer,):
        for _ in range(20):
            await writer.execute(INSERT, 7)
            await writer.execute(CUT_THE_OTHERS)
            sequencer.wake()
            await asyncio.sleep(0.01)
        seen = [(await anext(follower)).order_version for _ in range(20)]

    assert seen == list(range(1, 21))
    assert "INSERT" not in caplog.text
    await listener.stop()
    await sequencer.stop()
    await hub.stop()


CUT_THE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.postgres
async def test_a_sequencer_stopped_in_the_middle_leaves_a_whole_batch_or_none_and_a_healthy_pool(
    log: EventLog, database_url: str
) -> None:
    async with connections(database_url, 1) as (writer,):
        for round_ in range(30):
            for _ in range(3):
                await writer.execute(INSERT, 7)
            sequencer = Sequencer(log, InProcess())
            sequencer.start()
            await asyncio.sleep(round_ * 0.0002)
            await sequencer.stop()
            assert (await log.head()).position == len(await log.read(0))
    while await log.sequence():
        pass

    assert [entry.order_version for entry in await log.read(0)] == list(range(1, 91))


async def _write(wire: asyncpg.Connection, seed: int, transactions: int) -> int:
    """Write to eight orders, each locked first, with pauses before the commit; one in ten is rolled back."""
    chance, committed = random.Random(seed), 0
    for _ in range(transactions):
        change = wire.transaction()
        await change.start()
        order, rows = chance.randrange(8), chance.randint(1, 3)
        await wire.execute("SELECT pg_advisory_xact_lock($1)", order)
        for _ in range(rows):
            await wire.execute(INSERT, order)
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.004]))
        if chance.random() < 0.1:
            await change.rollback()
        else:
            await change.commit()
            committed += rows
    return committed


async def _number(wire: asyncpg.Connection, done: asyncio.Event) -> int:
    """Number with hardly a pause, and until nothing is left once everything is committed."""
    total, rounds_left = 0, 3
    while rounds_left:
        rounds_left -= done.is_set()
        for row in await wire.fetch(SEQUENCE, 7):
            total += row["rows"]
            rounds_left = 3
        await asyncio.sleep(0.001)
    return total


def _by_order(rows: Iterable[Any]) -> list[list[Any]]:
    orders: dict[int, list[Any]] = {}
    for row in rows:
        orders.setdefault(row["order_id"], []).append(row)
    return list(orders.values())
