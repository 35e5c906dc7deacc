from __future__ import annotations

import pytest

from domain.fulfillment import FulfillmentStatus
from domain.lines import LineStatus
from domain.orders import OrderStatus
from domain.shipments import TrackingCode
from domain.statuses import StatusName
from tests.shop import Shop
from tests.subscriptions.listening import as_of, listening

STATUSES = """
    subscription($filter: StatusChangeFilter, $after: Cursor) {
        orderStatusChanged(filter: $filter, after: $after) {
            cursor orderVersion kind from to reason
            event { type } order { id status } fulfillmentOrder { number } line { number }
        }
    }
"""


@pytest.fixture
async def shop(orm):
    return await Shop.open()


def steps(pushed) -> list[tuple[str, str | None, str]]:
    return [(push["kind"], push["from"], push["to"]) for push in pushed]


async def until(heard, kind: str, to: str) -> list:
    """What is pushed up to this change."""
    got = [await heard.next()]
    while (got[-1]["kind"], got[-1]["to"]) != (kind, to):
        got.append(await heard.next())
    return got


def test_every_status_there_is_can_be_told():
    known = {status.value for statuses in (OrderStatus, FulfillmentStatus, LineStatus) for status in statuses}

    assert {name.value for name in StatusName} == known
    assert all(name.meaning for name in StatusName)


async def test_orders_their_parts_and_their_lines_tell_each_change_of_status(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub, listening(shop, hub, shop.agent, STATUSES) as heard:
        await shop.process(order)
        part = await shop.part(order, shop.press)
        await shop.ship(order, shop.press)
        pushed = await until(heard, "ORDER", "SHIPPED")

    assert steps(push for push in pushed if push["kind"] == "FULFILLMENT_ORDER") == [
        ("FULFILLMENT_ORDER", "PENDING", "SENT"),
        ("FULFILLMENT_ORDER", "SENT", "ACCEPTED"),
        ("FULFILLMENT_ORDER", "ACCEPTED", "DISPATCHED"),
    ]
    assert steps(push for push in pushed if push["kind"] == "ORDER") == [
        ("ORDER", "RECEIVED", "PROCESSING"),
        ("ORDER", "PROCESSING", "SHIPPED"),
    ]
    (line,) = (push for push in pushed if push["kind"] == "LINE")
    assert (line["to"], line["line"], line["fulfillmentOrder"]) == (
        "SHIPPED",
        {"number": 1},
        {"number": part.number},
    )
    assert {push["order"]["id"] for push in pushed} == {shop.id(order)}


async def test_a_hold_tells_its_reason(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub, listening(shop, hub, shop.agent, STATUSES) as heard:
        await shop.hold(order)
        held = await heard.next()

    assert steps([held]) == [("ORDER", "RECEIVED", "ON_HOLD")]
    assert held["reason"] == (await shop.now(order)).status_reason
    assert (held["fulfillmentOrder"], held["line"]) == (None, None)


async def test_where_parcels_are_is_told_by_tracking_not_here(shop):
    order = await shop.processed(("MUG", 1))
    parcel = await shop.ship(order, shop.press)
    async with shop.feed() as hub, listening(shop, hub, shop.agent, STATUSES) as heard:
        await shop.track(parcel, TrackingCode.IN_TRANSIT, TrackingCode.DELIVERED)
        pushed = await until(heard, "ORDER", "DELIVERED")

    assert {push["event"]["type"] for push in pushed} == {
        "fulfillment_order.status_changed",
        "line.status_changed",
        "order.status_changed",
    }


async def test_changes_are_narrowed_by_what_changed_to_what_and_of_which_order(shop):
    async with shop.feed() as hub:
        start = await as_of(shop, hub, shop.agent)
        first, second = await shop.processed(("MUG", 1)), await shop.processed(("MUG", 1))
        await shop.hold(first)
        await shop.hold(second)
        await shop.cancel(second)

        async def told(count: int, **filter: object) -> list:
            async with listening(shop, hub, shop.agent, STATUSES, filter=filter, after=start) as heard:
                return await heard.several(count)

        held = await told(2, to=["ON_HOLD"])
        cancelled = await told(3, orderId=shop.id(second), to=["CANCELLED"], channel=["leaf-web"])
        (line,) = await told(1, kind=["LINE"], to=["CANCELLED"])

    assert [push["order"]["id"] for push in held] == [shop.id(first), shop.id(second)]
    assert {push["kind"] for push in cancelled} == {"ORDER", "FULFILLMENT_ORDER", "LINE"}
    assert line["order"]["id"] == shop.id(second)


async def test_a_fulfiller_hears_of_its_own_part_alone(shop):
    async with shop.feed() as hub, listening(shop, hub, shop.press, STATUSES) as heard:
        order = await shop.processed(("MUG", 1), ("CARD", 1))
        await shop.ship(order, shop.dock)
        await shop.ship(order, shop.press)
        own = await shop.part(order, shop.press)
        pushed = await until(heard, "ORDER", "SHIPPED")

    assert steps(push for push in pushed if push["kind"] == "ORDER") == [
        ("ORDER", None, "PROCESSING"),
        ("ORDER", "PROCESSING", "SHIPPED"),
    ]
    assert {push["fulfillmentOrder"]["number"] for push in pushed if push["fulfillmentOrder"]} == {own.number}
    assert {push["line"]["number"] for push in pushed if push["line"]} == {1}
