"""What is said to be possible is what succeeds, whoever asks, wherever an order stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from strawberry.types.base import get_object_definition

import models
from domain.access import Permission
from domain.actions import NEEDS, ActionName
from domain.catalog import ConnectionStatus, VariantStatus
from domain.fulfillment import FulfillmentStatus
from domain.orders import HoldReason, OrderStage, OrderStatus
from domain.payments import CaptureMode
from domain.shipments import TrackingCode
from operations.availability.table import ACTIONS
from server.mutations import Mutation
from tests.founding import LETTER
from tests.operations.availability import ASKED, hold_against_what_happens
from tests.shop import Shop

F = FulfillmentStatus
Story = Callable[[Shop], Awaitable[models.Order]]


async def verified(shop: Shop) -> models.Order:
    return await shop.order(("MUG", 2), ("CARD", 3))


async def unverified(shop: Shop) -> models.Order:
    await models.SalesChannel.filter(id=shop.channel.id).update(auto_verify=False)
    return await shop.order(("MUG", 1), ("CARD", 101))


async def two_lines_want_the_last_units(shop: Shop) -> models.Order:
    return await shop.order(("CARD", 60), ("CARD", 60))


async def issue_that_is_gone(shop: Shop) -> models.Order:
    order = await shop.order(("CARD", 101))
    await models.StockLevel.filter(managed=True).update(on_hand=500)
    return order


async def stock_that_is_gone(shop: Shop) -> models.Order:
    order = await shop.order(("CARD", 101), ("NAME-MUG", 1), ("LAMP", 1))
    await models.StockLevel.filter(managed=True).update(on_hand=3)
    return order


async def withdrawn_meanwhile(shop: Shop) -> models.Order:
    order = await shop.order(("CARD", 101), ("MUG", 1))
    await models.Variant.filter(sku="CARD").update(status=VariantStatus.DISABLED)
    return order


async def mapping_taken_away(shop: Shop) -> models.Order:
    order = await shop.order(("CARD", 60), ("MUG", 1))
    await models.ShippingMapping.filter(fulfiller_id=shop.companies["dock"].id).delete()
    return order


async def supplier_left(shop: Shop) -> models.Order:
    await models.Connection.filter(fulfiller_id=shop.companies["dock"].id).update(
        status=ConnectionStatus.SUSPENDED
    )
    return await shop.order(("CARD", 1), ("MUG", 1))


async def address_incomplete(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("CARD", 101))
    await models.Address.filter(order_id=order.id).update(city="", street=[])
    return order


async def not_paid(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1))
    await models.SalesChannel.filter(id=shop.channel.id).update(capture_mode=CaptureMode.ON_SHIPMENT)
    return order


async def held_before_sending(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("CARD", 101))
    await shop.hold(order)
    return order


async def held_with_an_old_issue(shop: Shop) -> models.Order:
    order = await shop.order(("CARD", 101))
    await models.OrderIssue.filter(order_id=order.id).update(message="Told before.")
    await shop.hold(order, reason=HoldReason.OUT_OF_STOCK)
    return order


async def failed(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1))
    await models.Order.filter(id=order.id).update(stage=OrderStage.FAILED, status=OrderStatus.FAILED)
    return order


async def abandoned(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("CARD", 101))
    await models.Order.filter(id=order.id).update(stage=OrderStage.ABANDONED, status=OrderStatus.ABANDONED)
    return order


async def sent(shop: Shop) -> models.Order:
    return await shop.processed(("MUG", 2), ("CARD", 3), ("LAMP", 1))


async def sent_in_part(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("NAME-MUG", 1), ("CARD", 2))
    await shop.process(order, send_ready=True)
    return order


async def held_after_sending(shop: Shop) -> models.Order:
    order = await sent(shop)
    await shop.hold(order)
    return order


async def part_on_hold(shop: Shop) -> models.Order:
    order = await sent(shop)
    await shop.hold(order, shop.press)
    return order


async def in_production(shop: Shop) -> models.Order:
    order = await sent(shop)
    await shop.progress(order, shop.press, F.IN_PRODUCTION, F.QC_PASSED)
    return order


async def rejected(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 1))
    await models.FulfillmentOrder.filter(order_id=order.id).update(status=F.FAILED)
    await models.Order.filter(id=order.id).update(status=OrderStatus.FAILED)
    return order


async def fewer_in_stock_than_promised(shop: Shop) -> models.Order:
    order = await shop.processed(("CARD", 3), ("CARD", 2))
    await models.StockLevel.filter(managed=True).update(on_hand=4)
    return order


async def bundled(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 1), ("MUG", 2), ("MUG", 1))
    one, two, _ = await shop.lines(order)
    await models.OrderLine.filter(id__in=[one.id, two.id]).update(bundle="gift")
    return order


async def ready_to_ship(shop: Shop) -> models.Order:
    order = await shop.processed(("CARD", 1))
    await shop.progress(order, shop.dock, F.READY)
    return order


async def shipped_in_part(shop: Shop) -> models.Order:
    order = await sent(shop)
    await shop.ship(order, shop.dock, tracking_number="T 1")
    return order


async def closed_in_part(shop: Shop) -> models.Order:
    order = await sent(shop)
    await shop.deliver(await shop.ship(order, shop.dock))
    return order


async def shipped(shop: Shop) -> models.Order:
    await models.SalesChannel.filter(id=shop.channel.id).update(tracking_push_url="https://shop.example/tracking")
    order = await shop.processed(("MUG", 2))
    await shop.ship(order, shop.press, tracking_number="T 1")
    return order


async def shipped_and_unpaid(shop: Shop) -> models.Order:
    await models.SalesChannel.filter(id=shop.channel.id).update(capture_mode=CaptureMode.ON_SHIPMENT)
    order = await shop.processed(("MUG", 2), payment_method="card")
    await models.Payment.filter(order_id=order.id).update(authorised_minor=2000, captured_minor=0)
    await shop.ship(order, shop.press)
    return order


async def delivered_and_unpaid(shop: Shop) -> models.Order:
    order = await shipped_and_unpaid(shop)
    await shop.deliver(await models.Shipment.get(order_id=order.id))
    return order


async def shipped_by_letter(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 1), ("CARD", 1), shipping_method=LETTER)
    await shop.ship(order, shop.press)
    return order


async def came_back(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 2))
    await shop.track(await shop.ship(order, shop.press), TrackingCode.RETURNED_TO_SENDER)
    return order


async def parcel_deleted(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 2), ("CARD", 1))
    await shop.unship(await shop.ship(order, shop.press))
    return order


async def complete(shop: Shop) -> models.Order:
    order = await shop.processed(("MUG", 2))
    await shop.deliver(await shop.ship(order, shop.press))
    return order


async def cancelled(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("CARD", 101))
    await shop.cancel(order)
    return order


async def cancelled_in_part(shop: Shop) -> models.Order:
    order = await sent(shop)
    mugs, _, _ = await shop.lines(order)
    await shop.cancel(order, (mugs, None))
    return order


async def returned(shop: Shop) -> models.Order:
    order = await complete(shop)
    await models.Order.filter(id=order.id).update(closed_at=None, status=OrderStatus.RETURNED)
    await models.OrderLine.filter(order_id=order.id).update(with_customer=0, returned=2)
    return order


async def line_removed(shop: Shop) -> models.Order:
    order = await shop.order(("MUG", 1), ("CARD", 1))
    _, cards = await shop.lines(order)
    await models.OrderLine.filter(id=cards.id).update(removed=True)
    return order


O = OrderStatus  # noqa: E741  the table reads better
STORIES: Final[dict[Story, OrderStatus]] = {
    verified: O.RECEIVED,
    unverified: O.NEW,
    two_lines_want_the_last_units: O.NEW,
    issue_that_is_gone: O.NEW,
    stock_that_is_gone: O.NEW,
    withdrawn_meanwhile: O.NEW,
    mapping_taken_away: O.RECEIVED,
    supplier_left: O.NEW,
    address_incomplete: O.NEW,
    not_paid: O.RECEIVED,
    held_before_sending: O.ON_HOLD,
    held_with_an_old_issue: O.ON_HOLD,
    failed: O.FAILED,
    abandoned: O.ABANDONED,
    sent: O.PROCESSING,
    sent_in_part: O.PROCESSING,
    held_after_sending: O.ON_HOLD,
    part_on_hold: O.PROCESSING,
    in_production: O.IN_PRODUCTION,
    rejected: O.FAILED,
    fewer_in_stock_than_promised: O.PROCESSING,
    bundled: O.PROCESSING,
    ready_to_ship: O.READY_TO_SHIP,
    shipped_in_part: O.PARTIALLY_SHIPPED,
    closed_in_part: O.PARTIALLY_CLOSED,
    shipped: O.SHIPPED,
    shipped_and_unpaid: O.SHIPPED,
    delivered_and_unpaid: O.DELIVERED,
    shipped_by_letter: O.PARTIALLY_SHIPPED,
    came_back: O.SHIPPED,
    parcel_deleted: O.PROCESSING,
    complete: O.COMPLETE,
    cancelled: O.CANCELLED,
    cancelled_in_part: O.PROCESSING,
    returned: O.RETURNED,
    line_removed: O.RECEIVED,
}


@pytest.mark.parametrize(("story", "status"), STORIES.items(), ids=[story.__name__ for story in STORIES])
async def test_what_is_said_to_be_possible_is_what_succeeds_whoever_asks(shop, story, status):
    order = await story(shop)
    blind = shop.with_permissions(shop.agent, *(shop.agent.scope.permissions - {Permission.PAYMENTS_VIEW}))

    said = set()
    for viewer in (*shop.viewers.values(), blind, shop.limited_to(shop.supervisor, shop.channel)):
        said |= await hold_against_what_happens(shop, order, viewer)

    assert (await shop.now(order)).status is status
    assert ("ORDER_COMMENT_ADD", True) in said


def test_the_stories_lead_to_every_status_there_is():
    assert set(STORIES.values()) == set(OrderStatus)


def test_every_action_is_offered_on_something_and_says_what_it_needs():
    assert {row.action for rows in ACTIONS.values() for row in rows} == set(ActionName) == set(NEEDS)


def test_every_action_is_a_mutation():
    mutations = {field.name for field in get_object_definition(Mutation, strict=True).fields}

    assert {action.value.lower() for action in ActionName} <= mutations


async def actions(shop: Shop, viewer: Any, order: models.Order) -> dict[str, Any]:
    """What is said of the order itself, by action."""
    answer = await shop.ask(
        viewer, f"query($id: ID!) {{ order(key: {{ id: $id }}) {{ {ASKED} }} }}", id=shop.id(order)
    )
    assert answer.errors == []
    return {one.pop("action"): one for one in answer.data["order"]["availableActions"]}


async def test_a_grey_button_says_why_and_a_bright_one_how_much(shop):
    order = await shop.order(("MUG", 2), ("CARD", 101))

    said = await actions(shop, shop.agent, order)

    assert said["ORDER_CANCEL"] == {"allowed": True, "blockers": [], "maxQuantity": 103, "to": None}
    assert said["ORDER_HOLD"] == {"allowed": True, "blockers": [], "maxQuantity": None, "to": None}
    (blocker,) = said["ORDER_PROCESS"]["blockers"]
    assert (said["ORDER_PROCESS"]["allowed"], blocker["code"]) == (False, "BLOCKING_ISSUE")
    assert "101 of CARD are wanted; the best source has 100." in blocker["message"]


async def test_a_missing_permission_is_named_and_nothing_else_is_told(shop):
    order = await shipped_in_part(shop)

    said = await actions(shop, shop.partner, order)

    for action, need in NEEDS.items():
        if action in said:
            (blocker,) = said[action]["blockers"]
            assert blocker["code"] == "PERMISSION_DENIED"
            assert need.permission.value in blocker["message"]


async def test_a_fulfiller_is_told_that_the_whole_order_is_not_its_own(shop):
    order = await sent(shop)

    said = await actions(shop, shop.press, order)

    for action in ("ORDER_PROCESS", "ORDER_CLOSE"):
        (blocker,) = said[action]["blockers"]
        assert "This concerns the whole order" in blocker["message"]
    assert (said["ORDER_CANCEL"]["allowed"], said["ORDER_CANCEL"]["maxQuantity"]) == (True, 2)


async def test_each_next_step_of_a_fulfilment_order_is_an_entry_of_its_own(shop):
    order = await sent(shop)
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on FulfillmentOrder {{ {ASKED} }} }} }}"

    answer = await shop.ask(shop.press, document, id=shop.id(await shop.part(order, shop.press)))

    steps = {
        one["to"]: [blocker["code"] for blocker in one["blockers"]]
        for one in answer.data["node"]["availableActions"]
        if one["action"] == "FULFILLMENT_ORDER_PROGRESS"
    }
    assert steps == {"STOCK_PICKING": [], "IN_PRODUCTION": [], "READY": ["PRODUCTION_REQUIRED"]}


async def test_a_removed_line_has_no_actions(shop):
    _, cards = await shop.lines(await line_removed(shop))
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on OrderLine {{ {ASKED} }} }} }}"

    answer = await shop.ask(shop.agent, document, id=shop.id(cards))

    assert answer.data["node"]["availableActions"] == []


async def test_after_a_mutation_the_payload_says_what_is_possible_now(shop):
    order = await shop.order(("MUG", 1))

    payload = await shop.do(shop.agent, "orderHold", f"order {{ {ASKED} }}", orderId=shop.id(order))

    allowed = {one["action"] for one in payload["order"]["availableActions"] if one["allowed"]}
    assert allowed == {"ORDER_RELEASE", "ORDER_CANCEL", "ORDER_COMMENT_ADD"}


async def sell(shop: Shop) -> None:
    """Orders that are read differently."""
    await models.StockLevel.filter(managed=True).update(on_hand=1000)
    for story in (verified, sent_in_part, shipped_in_part, closed_in_part):
        await story(shop)
    await shop.order(("CARD", 5000))
    await shop.order(("MUG", 1), shipping_method=LETTER)


GRID: Final = f"{{ orders(first: 50) {{ nodes {{ {ASKED} }} }} }}"
WHOLE: Final = f"""{{ orders(first: 50) {{ nodes {{
    {ASKED} lines {{ {ASKED} }} fulfillmentOrders {{ {ASKED} }} shipments {{ {ASKED} }}
}} }} }}"""
"""Costs more by estimate than clients may ask for at once; here nobody counts."""


@pytest.mark.parametrize("name", ["agent", "supervisor", "leaf", "press", "viewer"])
@pytest.mark.parametrize(("document", "budget"), [(GRID, 8), (WHOLE, 8)], ids=["grid", "whole"])
async def test_however_many_orders_the_statements_are_the_same_few(shop, statements, name, document, budget):
    await sell(shop)
    await models.ShippingMapping.filter(fulfiller_id=shop.companies["press"].id, method=LETTER).delete()
    statements.clear()
    await shop.ask(shop.viewers[name], document)
    few = len(statements)
    for _ in range(3):
        await sell(shop)

    statements.clear()
    answer = await shop.ask(shop.viewers[name], document)

    assert answer.errors == []
    assert len(statements) == few, statements
    assert few <= budget, statements


PAGE: Final = """query($id: ID!, $asked: Boolean!) { order(key: { id: $id }) {
    number channel { name } issues { code } payments { status } shippingAddress { city }
    ...Order @include(if: $asked)
    lines { sku source { name } ...Line @include(if: $asked) }
    fulfillmentOrders { number fulfiller { name } ...Part @include(if: $asked) }
    shipments { number service { name } ...Parcel @include(if: $asked) }
} }"""
FRAGMENTS: Final = " ".join(
    f"fragment {name} on {kind} {{ {ASKED} }}"
    for name, kind in (
        ("Order", "Order"),
        ("Line", "OrderLine"),
        ("Part", "FulfillmentOrder"),
        ("Parcel", "Shipment"),
    )
)


@pytest.mark.parametrize(
    ("story", "more"), [(shipped_in_part, 1), (verified, 1), (two_lines_want_the_last_units, 3)]
)
async def test_an_order_page_reads_what_it_shows_anyway_once(shop, statements, story, more):
    order, counts = await story(shop), []

    for asked in (False, True):
        statements.clear()
        answer = await shop.ask(shop.supervisor, PAGE + FRAGMENTS, id=shop.id(order), asked=asked)
        assert answer.errors == []
        counts.append(len(statements))

    plain, asked = counts
    assert asked <= plain + more, statements
