"""Nobody changes what changed since they looked at it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import models
from tests.api.calls import CALLS, versioned
from tests.shop import Shop


async def everything_written() -> dict[str, int]:
    """How many rows of everything that actions write."""
    kinds = (models.OrderEvent, models.Comment, models.Shipment, models.SavedView, models.ApiClient)
    return {kind.__name__: await kind.all().count() for kind in kinds}


def test_every_mutation_of_something_with_a_version_has_a_call_here() -> None:
    assert sorted(CALLS) == sorted(versioned())


@pytest.mark.parametrize("mutation", CALLS)
async def test_nothing_is_done_to_another_version_than_the_one_that_was_read(shop: Shop, mutation: str) -> None:
    viewer, given = await CALLS[mutation](shop)
    before = await everything_written()

    payload = await shop.do(viewer, mutation, "receipt { replayed }", guard={"expectedVersion": 999_999}, **given)

    conflicts = [error for error in payload["userErrors"] if error["__typename"] == "VersionConflict"]
    assert [(one["code"], one["path"], one["retry"], one["expected"]) for one in conflicts] == [
        ("VERSION_CONFLICT", ["guard", "expectedVersion"], "AFTER_CHANGE", 999_999)
    ]
    assert payload["receipt"] is None
    assert await everything_written() == before


@pytest.mark.parametrize("mutation", CALLS)
async def test_with_the_version_that_was_read_it_is_done(shop: Shop, mutation: str) -> None:
    viewer, given = await CALLS[mutation](shop)
    (conflict, *_) = (await shop.do(viewer, mutation, guard={"expectedVersion": 999_999}, **given))["userErrors"]

    payload = await shop.do(viewer, mutation, guard={"expectedVersion": conflict["actual"]}, **given)

    assert payload["userErrors"] == []


async def test_a_conflict_says_what_happened_in_between_as_far_as_the_viewer_may_see_it(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    await shop.comment(order, "Only for us")
    await shop.comment(order, "For everybody", shared=True)
    part = await shop.part(order, shop.press)
    given = {"fulfillmentOrderId": shop.id(part), "status": "IN_PRODUCTION"}

    theirs = await shop.do(
        shop.press, "fulfillmentOrderProgress", guard={"expectedVersion": order.version}, **given
    )
    ours = await shop.do(
        shop.supervisor, "fulfillmentOrderProgress", guard={"expectedVersion": order.version}, **given
    )

    fresh = await shop.now(order)
    (conflict,) = ours["userErrors"]
    assert (conflict["expected"], conflict["actual"]) == (order.version, fresh.version)
    assert len(conflict["changedSince"]) == 2
    assert [event["type"] for event in theirs["userErrors"][0]["changedSince"]] == ["comment.added"]


async def test_a_conflict_is_told_beside_everything_else(shop: Shop) -> None:
    order = await shop.order()
    await shop.hold(order)

    held = await shop.do(shop.agent, "orderHold", guard={"expectedVersion": 1}, orderId=shop.id(order))
    comment = await shop.do(
        shop.agent, "orderCommentAdd", guard={"expectedVersion": 1}, orderId=shop.id(order), body=""
    )

    assert sorted(error["code"] for error in held["userErrors"]) == ["NOT_ALLOWED", "VERSION_CONFLICT"]
    assert sorted(error["code"] for error in comment["userErrors"]) == ["INVALID_INPUT", "VERSION_CONFLICT"]


@pytest.mark.parametrize("mutation", ["orderImport", "catalogImport"])
async def test_where_everything_is_new_there_is_no_version_to_expect(shop: Shop, mutation: str) -> None:
    payload = await shop.do(
        shop.administrator, mutation, guard={"expectedVersion": 1}, channel=shop.channel.code, csv="x"
    )

    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", ["guard", "expectedVersion"])
    ]


@pytest.mark.postgres
async def test_of_fifty_agents_with_the_same_version_before_them_one_wins(shop: Shop) -> None:
    order = await shop.order()

    async def comments(n: int) -> dict[str, Any]:
        guard = {"expectedVersion": order.version}
        return await shop.do(shop.agent, "orderCommentAdd", guard=guard, orderId=shop.id(order), body=f"{n}")

    for _ in range(3):
        order = await shop.now(order)
        payloads = await asyncio.gather(*map(comments, range(50)))

        codes = [error["code"] for payload in payloads for error in payload["userErrors"]]
        assert codes == ["VERSION_CONFLICT"] * 49
    assert await models.Comment.filter(order_id=order.id).count() == 3
