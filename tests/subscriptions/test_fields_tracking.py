from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry
from domain.shipments import TrackingCode
from subscriptions.fields.tracking import tells_of_tracking
from tests.shop import Shop
from tests.subscriptions.listening import as_of, listening

TRACKING = """
    subscription($filter: TrackingChangeFilter, $after: Cursor) {
        trackingChanged(filter: $filter, after: $after) {
            cursor orderVersion event { type }
            shipment { number status trackingNumber } trackingEvent { code occurredAt } order { id }
        }
    }
"""
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENTRY = LogEntry(
    position=1,
    id=1,
    event_id=uuid4(),
    kind=EventKind.SHIPMENT,
    type="shipment.edited",
    audience=Audience.SHARED,
    order_id=1,
    order_version=1,
    channel_id=1,
    retailer_id=1,
    fulfiller_id=1,
    actor=Actor(ActorKind.SYSTEM, "Ordergraph"),
    summary="",
    occurred_at=NOON,
    recorded_at=NOON,
    shipment_id=1,
    data={"tracking": True},
)


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def test_a_parcels_tracking_and_every_carrier_event_is_pushed(shop):
    order = await shop.processed(("MUG", 2))
    (line,) = await shop.lines(order)
    async with shop.feed() as hub, listening(shop, hub, shop.retailer, TRACKING) as heard:
        await shop.ship(order, shop.press, (line, 1))  # without tracking: nothing to tell
        parcel = await shop.ship(order, shop.press, (line, 1), tracking_number="T1")
        created = await heard.next()
        await shop.track(parcel, TrackingCode.IN_TRANSIT, TrackingCode.INFO)
        reports = await heard.several(2)

    assert created["event"]["type"] == "shipment.created"
    assert created["shipment"] == {"number": parcel.number, "status": "CREATED", "trackingNumber": "T1"}
    assert created["trackingEvent"] is None
    assert [report["trackingEvent"]["code"] for report in reports] == ["IN_TRANSIT", "INFO"]
    assert reports[1]["shipment"]["status"] == "IN_TRANSIT"
    assert {push["order"]["id"] for push in (created, *reports)} == {shop.id(order)}


async def test_parcels_of_others_are_not_told(shop):
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    async with shop.feed() as hub, listening(shop, hub, shop.press, TRACKING) as heard:
        await shop.ship(order, shop.dock, tracking_number="T1")
        own = await shop.ship(order, shop.press, tracking_number="T2")
        pushed = await heard.next()

    assert pushed["shipment"]["number"] == own.number


async def test_news_are_narrowed_by_order_and_channel(shop):
    async with shop.feed() as hub:
        start = await as_of(shop, hub, shop.agent)
        orders = [
            await shop.processed(("MUG", 1), channel=channel)
            for channel in (shop.channel, shop.rival_channel, shop.channel)
        ]
        for order in orders:
            await shop.ship(order, shop.press, tracking_number="T")

        async def told(**filter: object) -> str:
            async with listening(shop, hub, shop.agent, TRACKING, filter=filter, after=start) as heard:
                return (await heard.next())["order"]["id"]

        assert await told(orderId=shop.id(orders[2])) == shop.id(orders[2])
        assert await told(channel=["rival-web"]) == shop.id(orders[1])


@pytest.mark.parametrize(
    ("change", "tells"),
    [
        ({}, True),
        ({"data": {"tracking": False}}, False),
        ({"data": {}}, False),
        ({"data": {}, "type": "tracking.recorded"}, True),
        ({"shipment_id": None}, False),
    ],
)
def test_whatever_changes_a_parcels_tracking_tells_of_it(change, tells):
    entry = replace(ENTRY, **change)

    assert tells_of_tracking(entry) is tells
