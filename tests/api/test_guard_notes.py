"""What is said beside a mutation is kept with what it did, and told to those it is meant for."""

from __future__ import annotations

import pytest

import models
from tests.shop import Shop
from tests.subscriptions.listening import listening

SAID = "receipt { events { type note notifyCustomer } }"
HISTORY = "{ orderEvents(first: 100) { nodes { type note notifyCustomer } } }"
PUSHED = "subscription { orderEvents { event { type note } } }"


async def test_a_note_and_whether_the_customer_is_told_stand_beside_every_event(shop: Shop) -> None:
    order = await shop.order()
    guard = {"note": "  They called twice.  ", "notifyCustomer": False}

    payload = await shop.do(shop.agent, "orderHold", SAID, guard=guard, orderId=shop.id(order))

    assert payload["receipt"]["events"] == [
        {"type": type_, "note": "They called twice.", "notifyCustomer": False}
        for type_ in ("order.held", "order.status_changed")
    ]


async def test_without_a_word_nothing_is_kept(shop: Shop) -> None:
    order = await shop.order()

    payload = await shop.do(shop.agent, "orderHold", SAID, orderId=shop.id(order))

    assert {(event["note"], event["notifyCustomer"]) for event in payload["receipt"]["events"]} == {(None, None)}
    assert "guard" not in (await models.OrderEvent.filter(type="order.status_changed").order_by("-id"))[0].data


@pytest.mark.parametrize("note", ["", "   ", "x" * 1001, "half a \ud83d", "\0"])
async def test_a_note_that_cannot_be_kept_is_refused(shop: Shop, note: str) -> None:
    order = await shop.order()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderHold", guard={"note": note}, orderId=shop.id(order))

    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [("INVALID_INPUT", ["guard", "note"])]
    assert await shop.trace(order) == before


async def test_a_note_is_for_the_own_company_and_the_platform(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    part, reference = await shop.part(order, shop.press), {"orderId": shop.id(order)}
    progress = {"fulfillmentOrderId": shop.id(part), "status": "IN_PRODUCTION"}
    await shop.do(
        shop.retailer, "orderCommentAdd", guard={"note": "retailer's"}, body="x", shared=True, **reference
    )
    await shop.do(shop.press, "fulfillmentOrderProgress", guard={"note": "press's"}, **progress)
    await shop.do(shop.agent, "orderHold", guard={"note": "platform's"}, **reference)

    async def read(viewer: object) -> set[str]:
        nodes = (await shop.ask(viewer, HISTORY)).of("orderEvents")["nodes"]
        return {node["note"] for node in nodes} - {None}

    assert await read(shop.agent) == {"retailer's", "press's", "platform's"}
    assert await read(shop.retailer) == {"retailer's"}
    assert await read(shop.press) == {"press's"}
    assert await read(shop.dock) == set()


async def test_a_note_is_not_pushed_to_other_companies(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    given = {"orderId": shop.id(order), "body": "Please hurry", "shared": True}
    async with (
        shop.feed() as hub,
        listening(shop, hub, shop.press, PUSHED) as press,
        listening(shop, hub, shop.agent, PUSHED) as agent,
    ):
        await shop.do(shop.agent, "orderCommentAdd", guard={"note": "They always forget."}, **given)
        to_press, to_agent = await press.next(), await agent.next()

    assert to_press["event"] == {"type": "comment.added", "note": None}
    assert to_agent["event"] == {"type": "comment.added", "note": "They always forget."}


async def test_a_note_may_name_people_and_is_starred_without_pii_view(shop: Shop) -> None:
    order = await shop.order()
    await shop.do(shop.agent, "orderHold", guard={"note": "Mrs Hopper called"}, orderId=shop.id(order))

    nodes = (await shop.ask(shop.onlooker, HISTORY)).of("orderEvents")["nodes"]

    assert {node["note"] for node in nodes} == {None, "***"}
