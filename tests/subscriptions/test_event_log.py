"""The log in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from tortoise.transactions import in_transaction

from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry
from models.events import LogHead, OrderEvent
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.hub import Hub
from subscriptions.core.log import EventLog
from subscriptions.core.sequencer import Sequencer
from tests.subscriptions.events import NOON, happen


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
