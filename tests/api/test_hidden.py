"""What an order tells to those who see it only in part."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import models
from adapters.suppliers import Answer, SupplierAnswer
from domain.events import Audience
from domain.orders import CancelReason, HoldReason
from domain.shipments import TrackingCode
from models.visibility import visible
from operations.orders.cancelling import CancelLine, CancelOrder, cancel
from operations.tracking import CarrierReport, RecordTracking, record
from tests.shop import Shop

AMOUNTS = """query($id: ID!) { order(key: {id: $id}) { lines { amounts {
    unitPrice { amount } originalPrice { amount } discount { amount } net { amount } tax { amount } taxRate
    total { amount } supplierCost { amount }
} } held holdReason holdNote status } }"""


async def seen(shop: Shop, viewer, order: models.Order) -> dict:
    return (await shop.ask(viewer, AMOUNTS, id=shop.id(order))).data["order"]


async def test_a_fulfiller_reads_its_cost_and_nothing_of_what_the_customer_pays(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2))
    await models.OrderLine.filter(order_id=order.id).update(supplier_cost_minor=700)

    (theirs,) = (await seen(shop, shop.press, order))["lines"]
    (ours,) = (await seen(shop, shop.retailer, order))["lines"]

    assert theirs["amounts"].pop("supplierCost") == {"amount": "7.00"}
    assert set(theirs["amounts"].values()) == {None}
    assert None not in ours["amounts"].values()


async def test_a_fulfiller_reads_that_an_order_is_held_and_not_why(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    before = await seen(shop, shop.press, order)

    await shop.hold(order, reason=HoldReason.PAYMENT, note="card was stolen")
    theirs, ours = await seen(shop, shop.press, order), await seen(shop, shop.retailer, order)
    heard = await told(shop, shop.press, order)

    assert (before["held"], before["holdReason"]) == (False, None)
    assert (theirs["held"], theirs["holdReason"], theirs["holdNote"]) == (True, None, None)
    assert (ours["held"], ours["holdReason"], ours["holdNote"]) == (True, "PAYMENT", "card was stolen")
    assert "PAYMENT" not in heard
    assert "PAYMENT" in await told(shop, shop.retailer, order)


async def told(shop: Shop, viewer, order: models.Order) -> str:
    events = await visible(models.OrderEvent, viewer.scope).filter(order_id=order.id)
    document = """query($id: ID!) { order(key: {id: $id}) { statusReason history(first: 100) { nodes {
        type summary changes { field before after } } } } }"""
    answer = await shop.ask(viewer, document, id=shop.id(order))
    return json.dumps(answer.data) + "".join(f"{event.summary} {event.data}" for event in events)


async def test_why_somebody_else_cancelled_its_units_is_not_told_to_a_fulfiller(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2))
    (line,) = await shop.lines(order)

    command = CancelOrder(order.id, (CancelLine(line.id, 1),), CancelReason.FRAUD)
    await cancel(shop.world, shop.agent, command)

    theirs, ours = await told(shop, shop.press, order), await told(shop, shop.retailer, order)
    assert "1 of line 1 (MUG) cancelled" in theirs
    assert "FRAUD" not in theirs
    assert "1 of line 1 (MUG) cancelled: FRAUD" in ours


async def test_a_fulfillers_own_reason_is_told_to_everybody(shop: Shop) -> None:
    order = await shop.processed(("MUG", 2))

    await cancel(shop.world, shop.press, CancelOrder(order.id, None, CancelReason.OUT_OF_STOCK))

    for viewer in (shop.press, shop.retailer):
        assert "cancelled: OUT_OF_STOCK" in await told(shop, viewer, order)


WORDS = """query($id: ID!) { order(key: {id: $id}) { holdNote issues { rawMessage }
    fulfillmentOrders { failure } shipments { trackingComment trackingEvents { text place code } } } }"""
SECRET = "handed to Mrs Hopper"


@pytest.mark.parametrize(
    ("name", "reads"), [("viewer", False), ("partner", False), ("agent", True), ("leaf", True), ("press", True)]
)
async def test_words_that_may_name_people_are_starred_without_pii_view(shop: Shop, name: str, reads: bool) -> None:
    order = await shop.processed(("MUG", 2))
    line, *_ = await shop.lines(order)
    parcel = await shop.ship(order, shop.press, (line, 1), tracking_comment=SECRET)
    report = CarrierReport("1", TrackingCode.IN_TRANSIT, shop.clock(), SECRET, "Hamburg")
    await record(shop.world, shop.supervisor, RecordTracking(parcel.id, (report,)))
    part = await shop.part(order, shop.press)
    await models.FulfillmentOrder.filter(id=part.id).update(failure=SECRET)
    await models.Order.filter(id=order.id).update(hold_note=SECRET)
    await models.OrderIssue.create(
        order=order,
        fulfiller_id=part.fulfiller_id,
        code="SUPPLIER_REJECTED",
        path="",
        message="Rejected.",
        raw_message=SECRET,
        raised_by="Rule",
        blocking=False,
        raised_at=shop.clock(),
    )

    answer = (await shop.ask(shop.viewers[name], WORDS, id=shop.id(order))).data["order"]

    word = SECRET if reads else "***"
    assert answer == {
        "holdNote": None if name == "press" else word,
        "issues": [{"rawMessage": word}],
        "fulfillmentOrders": [{"failure": word}],
        "shipments": [
            {"trackingComment": word, "trackingEvents": [{"text": word, "place": "Hamburg", "code": "IN_TRANSIT"}]}
        ],
    }


@pytest.mark.parametrize(("name", "reads"), [("partner", False), ("agent", False), ("leaf", True)])
async def test_addresses_of_staff_are_masked_without_settings_manage(shop: Shop, name: str, reads: bool) -> None:
    push = "https://shop.example/push?token=secret"
    await models.SalesChannel.filter(id=shop.channel.id).update(
        notify_addresses=["ada@leaf.example"], tracking_push_url=push
    )
    document = "{ channels { code settings { notifyAddresses trackingPushUrl } } }"

    answer = (await shop.ask(shop.viewers[name], document)).data

    (settings,) = (one["settings"] for one in answer["channels"] if one["code"] == shop.channel.code)
    expected = (["ada@leaf.example"], push) if reads else (["a***@***"], "https://***")
    assert (settings["notifyAddresses"], settings["trackingPushUrl"]) == expected


async def test_the_log_holds_nothing_personal_of_a_customer(shop: Shop) -> None:
    words = {"Grace Hopper", "1 Harbour Street", "+49 40 1234", "grace@navy.example", "Canary"}
    order = await shop.order(("MUG", 2), ("CARD", 1), customer_email="grace@navy.example")
    await shop.comment(order, "Canary", shared=True)
    await shop.hold(order, note="Canary")
    await shop.release(order)
    await shop.process(order)
    line, *_ = await shop.lines(order)
    parcel = await shop.ship(order, shop.press, (line, 1), tracking_comment="Canary")
    report = CarrierReport("1", TrackingCode.DELIVERED, shop.clock(), "Canary", "Canary")
    await record(shop.world, shop.supervisor, RecordTracking(parcel.id, (report,)))
    await shop.cancel(order, (line, 1))

    events = await models.OrderEvent.filter(order_id=order.id)

    assert len(events) > 10
    for event in events:
        assert not [word for word in words if word in f"{event.summary} {event.data}"], event.type
    assert {event.audience for event in events} >= {Audience.SHARED, Audience.FULFILLER, Audience.RETAILER}


class Refusing:
    """A supplier that says why it takes nothing."""

    def send(self, number: str, lines: object) -> Answer:
        return Answer(SupplierAnswer.REJECTED, message=SECRET)


async def test_why_a_supplier_rejects_is_told_where_it_is_masked_and_nowhere_else(shop: Shop) -> None:
    order = await shop.order(("MUG", 1))
    shop.world = replace(shop.world, supplier=Refusing())
    await shop.process(order)
    document = "query($id: ID!) { order(key: {id: $id}) { issues { message rawMessage } } }"

    (theirs,) = (await shop.ask(shop.onlooker, document, id=shop.id(order))).data["order"]["issues"]
    (ours,) = (await shop.ask(shop.agent, document, id=shop.id(order))).data["order"]["issues"]
    events = await models.OrderEvent.filter(order_id=order.id)

    assert (theirs["rawMessage"], ours["rawMessage"]) == ("***", SECRET)
    assert theirs["message"] == ours["message"]
    assert not [event for event in events if SECRET in f"{event.summary} {event.data}"]
    assert SECRET not in ours["message"]
