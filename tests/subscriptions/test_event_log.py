"""The log in the database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry
from models.event_log import SEQUENCE, DatabaseLog
from models.events import LogHead, OrderEvent
from subscriptions.core.brokers.database_tail import DatabaseTail
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.hub import Hub
from subscriptions.core.log import EventLog
from subscriptions.core.sequencer import Sequencer

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
WRITERS = 16


@pytest.fixture
def log(orm: TortoiseContext) -> EventLog:
    return DatabaseLog(orm.connections.get("default"))


async def happen(version: int, **columns: Any) -> OrderEvent:
    """One event of order 7."""
    given = {
        "event_id": uuid4(),
        "kind": EventKind.STATUS,
        "type": "order.processed",
        "audience": Audience.SHARED,
        "aggregate": "order",
        "aggregate_id": 7,
        "order_id": 7,
        "order_version": version,
        "actor_kind": ActorKind.SYSTEM,
        "actor_name": "Ordergraph",
        "summary": "Processed",
        "data": {},
        "occurred_at": NOON,
        "recorded_at": NOON,
    }
    return await OrderEvent.create(**{**given, **columns})


async def test_an_empty_log_has_an_epoch_and_nothing_else(log: EventLog) -> None:
    head = await log.head()

    assert head.position == 0
    assert len(head.epoch) == 32
    assert await log.oldest() == 0
    assert await log.read(0) == []
    assert await log.sequence() == 0


async def test_an_entry_is_read_exactly_as_it_was_written(log: EventLog) -> None:
    event_id = UUID("7d444840-9dc0-11d1-b245-5ffdce74fad2")
    occurred = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    data = {"status": {"before": "NEW", "after": "\u00e9\u4e2d\U0001f600"}, "lines": [1, 2.5, None, True]}
    written = await happen(
        3,
        event_id=event_id,
        kind=EventKind.SHIPMENT,
        type="shipment.created",
        audience=Audience.FULFILLER,
        channel_id=2**53,
        retailer_id=4,
        fulfiller_id=5,
        line_id=6,
        fulfillment_order_id=8,
        shipment_id=9,
        actor_kind=ActorKind.USER,
        actor_id=10,
        actor_company_id=11,
        actor_name="Ada",
        summary="Shipped",
        request_id="r-1",
        data=data,
        occurred_at=occurred,
    )
    await log.sequence()

    (entry,) = await log.read(0)

    assert entry == LogEntry(
        position=1,
        id=written.id,
        event_id=event_id,
        kind=EventKind.SHIPMENT,
        type="shipment.created",
        audience=Audience.FULFILLER,
        order_id=7,
        order_version=3,
        channel_id=2**53,
        retailer_id=4,
        fulfiller_id=5,
        actor=Actor(ActorKind.USER, "Ada", 10, 11),
        summary="Shipped",
        occurred_at=datetime(2026, 11, 21, 7, 30, tzinfo=UTC),
        recorded_at=NOON,
        line_id=6,
        fulfillment_order_id=8,
        shipment_id=9,
        aggregate="order",
        aggregate_id=7,
        request_id="r-1",
        data=data,
    )
    assert entry.occurred_at.tzinfo is UTC
    assert type(entry.event_id) is UUID
    assert entry.kind is EventKind.SHIPMENT


async def test_entries_that_belong_to_no_order_are_read_with_their_owner(log: EventLog) -> None:
    await happen(1, aggregate="channel", aggregate_id=3, order_id=None)
    await log.sequence()

    (entry,) = await log.read(0)

    assert (entry.order_id, entry.aggregate, entry.aggregate_id, entry.fulfiller_id) == (None, "channel", 3, None)


async def test_pages_are_ascending_and_begin_right_after_the_position(log: EventLog) -> None:
    for version in range(1, 11):
        await happen(version)
    await log.sequence()

    pages = [await log.read(0, 4), await log.read(4, 4), await log.read(8, 4), await log.read(10, 4)]

    assert [[entry.position for entry in page] for page in pages] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10], []]
    assert (await log.head()).position == 10
    assert await log.oldest() == 1


async def test_the_head_stays_where_it_is_when_old_entries_are_deleted(log: EventLog) -> None:
    for version in range(1, 4):
        await happen(version)
    await log.sequence()

    await OrderEvent.filter(position__lt=3).delete()
    kept = await log.oldest()
    await OrderEvent.all().delete()

    assert kept == 3
    assert (await log.head()).position == 3
    assert await log.oldest() == 0


async def test_what_was_rolled_back_takes_no_position(log: EventLog) -> None:
    await happen(1)
    with pytest.raises(ZeroDivisionError):
        await _happen_and_fail()
    await happen(2)
    await log.sequence()

    assert [entry.order_version for entry in await log.read(0)] == [1, 2]
    assert [entry.position for entry in await log.read(0)] == [1, 2]


async def _happen_and_fail() -> None:
    async with in_transaction():
        await happen(2)
        await happen(3)
        raise ZeroDivisionError


async def test_from_commit_to_follower_through_the_real_database(log: EventLog) -> None:
    hub, broker = Hub(log, ring=1), InProcess()
    sequencer, listener = Sequencer(log, broker), Listener(broker, hub.wake)
    await hub.start()
    sequencer.start()
    listener.start()
    follower = await hub.follow()

    for version in range(1, 30):
        await happen(version)
        sequencer.wake()
        hub.wake()
    seen = [(await anext(follower)).order_version for _ in range(29)]

    assert seen == list(range(1, 30))
    await listener.stop()
    await sequencer.stop()
    await hub.stop()


async def test_a_restored_database_is_noticed(log: EventLog) -> None:
    before = await log.head()

    await LogHead.filter(id=1).update(epoch="restored")

    assert (await log.head()).epoch == "restored" != before.epoch


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


@asynccontextmanager
async def connections(url: str, count: int) -> AsyncGenerator[list[asyncpg.Connection], None]:
    opened = [await asyncpg.connect(url) for _ in range(count)]
    yield opened
    for connection in opened:
        await connection.close()


INSERT = """
    INSERT INTO order_event (event_id, kind, type, audience, aggregate, aggregate_id, order_id, order_version,
        actor_kind, actor_name, summary, data, occurred_at, recorded_at)
    SELECT gen_random_uuid(), 'STATUS', 'order.processed', 'SHARED', 'order', $1::bigint, $1::bigint,
        coalesce(max(order_version), 0) + 1, 'SYSTEM', 'Ordergraph', '', '{}', now(), now()
    FROM order_event WHERE order_id = $1::bigint
"""


INSERT_MANY = """
    INSERT INTO order_event (event_id, kind, type, audience, aggregate, aggregate_id, order_id, order_version,
        actor_kind, actor_name, summary, data, occurred_at, recorded_at)
    SELECT gen_random_uuid(), 'STATUS', 'order.processed', 'SHARED', 'order', $1::bigint, $1::bigint,
        version, 'SYSTEM', 'Ordergraph', '', '{}', now(), now()
    FROM generate_series(1, $2) AS version
"""


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
