"""Who may do what, and that ids tell nothing to those who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import models
from domain.access import Permission
from gql.ids import to_global
from tests.shop import Shop


@dataclass(frozen=True)
class Case:
    """A mutation: the permission it takes, the argument that names a thing, and the rest of its input."""

    name: str
    permission: str
    argument: str
    kind: str
    rest: Callable[[Shop], dict[str, Any]] = lambda _: {}
    order_wide: bool = False


def a_report(shop: Shop) -> dict[str, Any]:
    return {"events": [{"id": "1", "code": "IN_TRANSIT", "occurredAt": shop.clock().isoformat()}]}


CASES = [
    Case("orderProcess", "ORDERS_PROCESS", "orderId", "Order", order_wide=True),
    Case("orderHold", "ORDERS_HOLD", "orderId", "Order"),
    Case("orderRelease", "ORDERS_HOLD", "orderId", "Order"),
    Case("orderCancel", "ORDERS_CANCEL", "orderId", "Order"),
    Case("orderClose", "ORDERS_PROCESS", "orderId", "Order", order_wide=True),
    Case("orderCommentAdd", "ORDERS_COMMENT", "orderId", "Order", lambda _: {"body": "Hello", "shared": True}),
    Case(
        "fulfillmentOrderProgress",
        "FULFILLMENT_MANAGE",
        "fulfillmentOrderId",
        "FulfillmentOrder",
        lambda _: {"status": "IN_PRODUCTION"},
    ),
    Case("shipmentCreate", "SHIPMENTS_MANAGE", "fulfillmentOrderId", "FulfillmentOrder"),
    Case("shipmentDelete", "SHIPMENTS_MANAGE", "shipmentId", "Shipment"),
    Case("trackingRecord", "SHIPMENTS_MANAGE", "shipmentId", "Shipment", a_report),
]
each_mutation = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
ROLES = ("administrator", "supervisor", "agent", "viewer", "leaf", "partner", "press")


async def an_order_under_way(shop: Shop) -> dict[str, str]:
    """An order with a fulfilment order half shipped: global ids by kind."""
    order = await shop.processed(("MUG", 2))
    (line,) = await shop.lines(order)
    parcel = await shop.ship(order, shop.press, (line, 1))
    part = await shop.part(order, shop.press)
    return {"Order": shop.id(order), "FulfillmentOrder": shop.id(part), "Shipment": shop.id(parcel)}


@each_mutation
@pytest.mark.parametrize("role", ROLES)
async def test_a_mutation_takes_its_permission(shop: Shop, case: Case, role: str) -> None:
    ids, viewer = await an_order_under_way(shop), shop.viewers[role]
    count = await models.OrderEvent.all().count()

    payload = await shop.do(viewer, case.name, **{case.argument: ids[case.kind]}, **case.rest(shop))

    allowed = viewer.scope.may(Permission[case.permission]) and not (case.order_wide and viewer.scope.is_fulfiller)
    denied = [error for error in payload["userErrors"] if error["code"] == "PERMISSION_DENIED"]
    if allowed:
        assert denied == []
    else:
        assert denied == payload["userErrors"]
        assert [(error["permission"], error["retry"]) for error in denied] == [(case.permission, "NEVER")]
        assert await models.OrderEvent.all().count() == count


@each_mutation
async def test_foreign_absent_and_malformed_ids_are_answered_alike(shop: Shop, case: Case) -> None:
    ids = await an_order_under_way(shop)
    everything = shop.with_permissions(shop.rival, *Permission)
    elsewhere = shop.limited_to(shop.agent, shop.rival_channel)
    limited = shop.with_permissions(elsewhere, *Permission)
    stranger = shop.with_permissions(shop.press if case.order_wide else shop.stranger, *Permission)
    count = await models.OrderEvent.all().count()
    asked = [
        *((viewer, ids[case.kind]) for viewer in (everything, limited)),
        *(() if case.order_wide else ((stranger, ids[case.kind]),)),
        (shop.administrator, to_global(case.kind, 999_999)),
        (shop.administrator, to_global(case.kind, 2**63 - 1)),
        (shop.administrator, to_global("Company", 1)),
        (shop.administrator, "nonsense"),
        (shop.administrator, ""),
        (shop.administrator, "\ud800\0"),
        (shop.administrator, ids[case.kind] + "="),
    ]

    answers = [
        (await shop.do(viewer, case.name, **{case.argument: one}, **case.rest(shop)))["userErrors"]
        for viewer, one in asked
    ]

    assert answers == [answers[0]] * len(asked)
    assert [(error["code"], error["path"], error["retry"]) for error in answers[0]] == [
        ("NOT_FOUND", ["input", case.argument], "NEVER")
    ]
    assert await models.OrderEvent.all().count() == count


@each_mutation
async def test_what_is_touched_is_shown_only_to_those_who_may_read(shop: Shop, case: Case) -> None:
    ids = await an_order_under_way(shop)
    blind = shop.with_permissions(shop.supervisor, Permission[case.permission])

    payload = await shop.do(blind, case.name, "order { id }", **{case.argument: ids[case.kind]}, **case.rest(shop))

    assert payload["order"] is None
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]


async def test_wrong_input_is_told_beside_an_absent_thing(shop: Shop) -> None:
    payload = await shop.do(shop.agent, "orderCommentAdd", orderId="nonsense", body="")

    assert [error["code"] for error in payload["userErrors"]] == ["INVALID_INPUT", "NOT_FOUND"]
