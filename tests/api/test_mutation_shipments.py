"""Fulfilment orders progress, parcels are made and deleted, carriers report: through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import models
from domain.fulfillment import FulfillmentStatus
from domain.shipments import TrackingCode
from models import OrderLine, Shipment
from tests.founding import LETTER
from tests.shop import Shop

PARCEL = """
    shipment { id number status trackingNumber trackingUrl trackingComment boxNumber expectedDelivery
               weightGrams lengthMm widthMm heightMm items { quantity line { sku } } }
    order { status lines { sku quantities { open shipped delivered } } }
"""
TRACKED = "shipment { status deliveredAt trackingEvents { code text place } } order { status }"


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def blockers(payload: Any) -> list[str]:
    return [blocker["code"] for error in payload["userErrors"] for blocker in error.get("blockers", ())]


def report(shop: Shop, id: str, code: str, minutes: float = 0, **more: str) -> dict[str, str]:
    return {"id": id, "code": code, "occurredAt": (shop.clock() + timedelta(minutes=minutes)).isoformat(), **more}


# ---- progress


async def test_a_supplier_moves_its_part_through_production(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    part = await shop.part(order, shop.press)

    selection = "fulfillmentOrder { number status } order { status }"
    payload = await shop.do(
        shop.press, "fulfillmentOrderProgress", selection, fulfillmentOrderId=shop.id(part), status="IN_PRODUCTION"
    )

    assert payload["fulfillmentOrder"] == {"number": part.number, "status": "IN_PRODUCTION"}
    assert payload["order"]["status"] == "IN_PRODUCTION"
    assert "fulfillment_order.status_changed" in await shop.events(order)


@pytest.mark.parametrize("status", ["READY", "DELIVERED", "DISPATCHED", "CANCELLED", "QC_PASSED"])
async def test_a_step_that_is_not_the_next_one_is_refused_and_leaves_no_trace(shop: Shop, status: str) -> None:
    order = await shop.processed()
    part = await shop.part(order, shop.press)
    before = await shop.trace(order)

    payload = await shop.do(
        shop.press,
        "fulfillmentOrderProgress",
        "fulfillmentOrder { id } order { id }",
        fulfillmentOrderId=shop.id(part),
        status=status,
    )

    assert blockers(payload) == ["PRODUCTION_REQUIRED" if status == "READY" else "STEP_NOT_LISTED"]
    assert payload["fulfillmentOrder"] is payload["order"] is None
    assert await shop.trace(order) == before


async def test_a_held_order_does_not_progress(shop: Shop) -> None:
    order = await shop.processed()
    part = await shop.part(order, shop.press)
    await shop.hold(order)

    payload = await shop.do(
        shop.press, "fulfillmentOrderProgress", fulfillmentOrderId=shop.id(part), status="IN_PRODUCTION"
    )

    assert blockers(payload) == ["ON_HOLD"]


# ---- parcels


async def test_a_parcel_ships_all_that_is_open_of_a_fulfilment_order(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2), ("CARD", 1))
    part = await shop.part(order, shop.press)

    payload = await shop.do(
        shop.press,
        "shipmentCreate",
        PARCEL,
        fulfillmentOrderId=shop.id(part),
        trackingNumber=" AB 1/2 ",
        trackingComment="Leave with neighbour",
        boxNumber="7",
        expectedDelivery="2026-03-05",
        weightGrams=500,
        lengthMm=300,
        widthMm=200,
        heightMm=100,
    )

    parcel = payload["shipment"]
    assert (parcel["number"], parcel["status"]) == (f"{part.number}-1", "CREATED")
    assert parcel["trackingNumber"] == "AB 1/2"
    assert parcel["trackingUrl"] == "https://swift.example/AB%201%2F2"
    assert parcel["items"] == [{"quantity": 2, "line": {"sku": "MUG"}}]
    assert (parcel["weightGrams"], parcel["heightMm"], parcel["expectedDelivery"]) == (500, 100, "2026-03-05")
    assert payload["order"]["status"] == "SHIPPED"
    assert (await shop.now(order)).status == "PARTIALLY_SHIPPED"
    assert (await shop.events(order)).count("shipment.created") == 1


async def test_shipped_units_leave_the_stock_and_come_back_with_a_deleted_parcel(shop: Shop) -> None:
    order = await shop.processed(("CARD", 3))
    (line,) = await shop.lines(order)
    part = await shop.part(order, shop.dock)

    items = [{"lineId": shop.id(line), "quantity": 2}]
    made = await shop.do(shop.dock, "shipmentCreate", PARCEL, fulfillmentOrderId=shop.id(part), items=items)
    shipped = await shop.stock("CARD")
    deleted = await shop.do(shop.dock, "shipmentDelete", PARCEL, shipmentId=made["shipment"]["id"])
    back = await shop.stock("CARD")

    assert made["order"]["status"] == "PARTIALLY_SHIPPED"
    assert made["order"]["lines"] == [{"sku": "CARD", "quantities": {"open": 1, "shipped": 2, "delivered": 0}}]
    assert (shipped.on_hand, shipped.reserved) == (98, 1)
    assert deleted["shipment"]["status"] == "DELETED"
    assert deleted["order"]["lines"] == [{"sku": "CARD", "quantities": {"open": 3, "shipped": 0, "delivered": 0}}]
    assert (back.on_hand, back.reserved) == (100, 3)


async def test_everything_wrong_with_a_parcel_is_told_at_once(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2), ("MUG", 1), ("CARD", 1))
    first, second, cards = await shop.lines(order)
    foreign = (await shop.lines(await shop.processed(channel=shop.rival_channel)))[0]
    part = await shop.part(order, shop.press)
    await shop.hold(order)
    before = await shop.trace(order)

    payload = await shop.do(
        shop.supervisor,
        "shipmentCreate",
        PARCEL,
        fulfillmentOrderId=shop.id(part),
        items=[
            {"lineId": shop.id(first), "quantity": 3},
            {"lineId": shop.id(second), "quantity": 0},
            {"lineId": shop.id(cards), "quantity": 1},
            {"lineId": shop.id(foreign), "quantity": 1},
            {"lineId": shop.id(part), "quantity": 1},
        ],
        trackingNumber="x" * 101,
        trackingUrl="javascript:alert(1)",
        trackingComment="\0",
        boxNumber="x" * 51,
        weightGrams=0,
        lengthMm=-1,
        widthMm=2_000_000_000,
    )

    assert [(error["code"], *error["path"][1:]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", "trackingNumber"),
        ("INVALID_INPUT", "trackingUrl"),
        ("INVALID_INPUT", "trackingComment"),
        ("INVALID_INPUT", "boxNumber"),
        ("INVALID_INPUT", "weightGrams"),
        ("INVALID_INPUT", "lengthMm"),
        ("INVALID_INPUT", "widthMm"),
        ("NOT_ALLOWED", "fulfillmentOrderId"),
        ("QUANTITY_EXCEEDED", "items", "0", "quantity"),
        ("INVALID_INPUT", "items", "1", "quantity"),
        ("NOT_ALLOWED", "items", "2", "lineId"),
        ("NOT_FOUND", "items", "3", "lineId"),
        ("NOT_FOUND", "items", "4", "lineId"),
    ]
    assert blockers(payload) == ["ON_HOLD", "WRONG_FULFILLMENT_ORDER"]
    assert payload["shipment"] is payload["order"] is None
    assert await shop.trace(order) == before


async def test_a_parcel_without_lines_or_with_a_line_twice_is_refused(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2))
    (line,) = await shop.lines(order)
    part = shop.id(await shop.part(order, shop.press))
    twice = [{"lineId": shop.id(line), "quantity": 1}] * 2

    empty = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=part, items=[])
    doubled = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=part, items=twice)

    assert codes(empty) == ["INVALID_INPUT"]
    assert codes(doubled) == ["INVALID_INPUT", "INVALID_INPUT"]


async def test_a_supplier_sees_no_other_suppliers_lines_in_a_refusal(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    _, cards = await shop.lines(order)
    part = await shop.part(order, shop.press)

    items = [{"lineId": shop.id(cards), "quantity": 1}]
    payload = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=shop.id(part), items=items)

    assert codes(payload) == ["NOT_FOUND"]


async def test_lines_of_a_bundle_ship_together(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("MUG", 1))
    await OrderLine.filter(order_id=order.id).update(bundle="B1")
    first, second = await shop.lines(order)
    part = shop.id(await shop.part(order, shop.press))

    one = [{"lineId": shop.id(first), "quantity": 1}]
    torn = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=part, items=one)
    both = [*one, {"lineId": shop.id(second), "quantity": 1}]
    whole = await shop.do(shop.press, "shipmentCreate", "order { status }", fulfillmentOrderId=part, items=both)

    assert blockers(torn) == ["BUNDLE_INCOMPLETE"]
    assert whole["order"]["status"] == "SHIPPED"


async def test_a_fulfilment_order_that_is_shipped_already_takes_no_parcel(shop: Shop) -> None:
    order = await shop.processed()
    part = await shop.part(order, shop.press)
    await shop.ship(order, shop.press)

    payload = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=shop.id(part))

    assert blockers(payload) == ["NOTHING_OPEN"]


async def test_a_parcel_that_arrived_or_is_deleted_is_not_deleted(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    parcel = await shop.ship(order, shop.press)
    await shop.unship(parcel)
    again = await shop.do(shop.press, "shipmentDelete", shipmentId=shop.id(parcel))
    arrived = await shop.ship(order, shop.press)
    await shop.deliver(arrived)
    before = await shop.trace(order)

    payload = await shop.do(shop.press, "shipmentDelete", PARCEL, shipmentId=shop.id(arrived))

    assert blockers(again) == ["SHIPMENT_DELETED"]
    assert blockers(payload) == ["SHIPMENT_DELIVERED"]
    assert payload["userErrors"][0]["retry"] == "NEVER"
    assert await shop.trace(order) == before


# ---- tracking


async def test_an_arrival_delivers_the_units_and_closes_the_order(shop: Shop) -> None:
    order = await shop.processed()
    parcel = await shop.ship(order, shop.press)

    events = [
        report(shop, "2", "DELIVERED", 2, text="Hand delivered", place="Hamburg"),
        report(shop, "1", "IN_TRANSIT", 1),
    ]
    payload = await shop.do(shop.press, "trackingRecord", TRACKED, shipmentId=shop.id(parcel), events=events)

    assert payload["shipment"]["status"] == "DELIVERED"
    assert [event["code"] for event in payload["shipment"]["trackingEvents"]] == ["IN_TRANSIT", "DELIVERED"]
    assert payload["shipment"]["trackingEvents"][1] == {
        "code": "DELIVERED",
        "text": "Hand delivered",
        "place": "Hamburg",
    }
    assert (await shop.now(order)).status == "COMPLETE"
    assert (await shop.events(order)).count("tracking.recorded") == 2


async def test_the_same_report_again_changes_nothing(shop: Shop) -> None:
    order = await shop.processed()
    parcel = await shop.ship(order, shop.press)
    events = [report(shop, "1", "IN_TRANSIT"), report(shop, "1", "EXCEPTION")]
    await shop.do(shop.press, "trackingRecord", shipmentId=shop.id(parcel), events=events)
    before = await shop.trace(order)

    payload = await shop.do(shop.press, "trackingRecord", TRACKED, shipmentId=shop.id(parcel), events=events)

    assert payload["shipment"]["status"] == "IN_TRANSIT"
    assert await shop.trace(order) == before


async def test_a_late_report_is_kept_and_moves_nothing_back(shop: Shop) -> None:
    order = await shop.processed()
    parcel = await shop.ship(order, shop.press)
    await shop.track(parcel, TrackingCode.OUT_FOR_DELIVERY)

    events = [report(shop, "late", "IN_TRANSIT", -60)]
    payload = await shop.do(shop.press, "trackingRecord", TRACKED, shipmentId=shop.id(parcel), events=events)

    assert payload["shipment"]["status"] == "OUT_FOR_DELIVERY"
    assert len(payload["shipment"]["trackingEvents"]) == 2


async def test_a_parcel_that_comes_back_raises_an_issue(shop: Shop) -> None:
    order = await shop.processed()
    parcel = await shop.ship(order, shop.press)

    events = [report(shop, "1", "RETURNED_TO_SENDER")]
    selection = "order { issues { code blocking } }"
    payload = await shop.do(shop.press, "trackingRecord", selection, shipmentId=shop.id(parcel), events=events)

    assert payload["order"]["issues"] == [{"code": "RETURNED_TO_SENDER", "blocking": False}]


async def test_everything_wrong_with_a_report_is_told_at_once(shop: Shop) -> None:
    order = await shop.processed()
    parcel = await shop.ship(order, shop.press)
    await shop.unship(parcel)
    before = await shop.trace(order)

    events = [
        report(shop, " ", "IN_TRANSIT", text="x" * 501, place="x" * 201),
        report(shop, "x" * 101, "IN_TRANSIT", 6, text="\ud800"),
    ]
    payload = await shop.do(shop.press, "trackingRecord", TRACKED, shipmentId=shop.id(parcel), events=events)

    assert [(error["code"], *error["path"][1:]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", "events", "0", "id"),
        ("INVALID_INPUT", "events", "0", "text"),
        ("INVALID_INPUT", "events", "0", "place"),
        ("INVALID_INPUT", "events", "1", "id"),
        ("INVALID_INPUT", "events", "1", "occurredAt"),
        ("INVALID_INPUT", "events", "1", "text"),
        ("NOT_ALLOWED", "shipmentId"),
    ]
    assert await shop.trace(order) == before


async def test_nothing_to_report_is_refused(shop: Shop) -> None:
    parcel = await shop.ship(await shop.processed(), shop.press)

    payload = await shop.do(shop.press, "trackingRecord", shipmentId=shop.id(parcel), events=[])

    assert [error["path"] for error in payload["userErrors"]] == [["input", "events"]]


async def test_an_untracked_service_has_no_tracking(shop: Shop) -> None:
    parcel = await shop.ship(await shop.processed(shipping_method=LETTER), shop.press)

    events = [report(shop, "1", "DELIVERED")]
    payload = await shop.do(shop.press, "trackingRecord", shipmentId=shop.id(parcel), events=events)

    assert blockers(payload) == ["NOT_TRACKED"]
    assert await models.TrackingEvent.all().count() == 0


async def test_a_held_fulfilment_order_ships_nothing(shop: Shop) -> None:
    order = await shop.processed()
    await shop.hold(order, shop.press)
    part = await shop.part(order, shop.press)

    payload = await shop.do(shop.press, "shipmentCreate", fulfillmentOrderId=shop.id(part))

    assert part.status is FulfillmentStatus.ON_HOLD
    assert blockers(payload) == ["ON_HOLD"]
    assert await Shipment.all().count() == 0
