"""Orders are processed, held, released, cancelled, closed and commented through the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import models
from domain.fulfillment import FulfillmentStatus
from tests.founding import LETTER
from tests.shop import Shop

ORDER = "order { id status statusReason version lines { number status quantities { open cancelled } } }"


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def blockers(payload: Any) -> list[str]:
    (error,) = payload["userErrors"]
    assert error["__typename"] == "NotAllowed"
    return [blocker["code"] for blocker in error["blockers"]]


def paths(payload: Any) -> list[list[str]]:
    return [error["path"] for error in payload["userErrors"]]


# ---- process


async def test_a_processed_order_is_sent_to_each_of_its_suppliers(shop: Shop) -> None:
    order = await shop.order(("MUG", 2), ("CARD", 1))

    selection = "order { status version fulfillmentOrders { status fulfiller { code } } }"
    payload = await shop.do(shop.agent, "orderProcess", selection, orderId=shop.id(order))

    assert payload["userErrors"] == payload["warnings"] == []
    assert payload["order"]["status"] == "PROCESSING"
    parts = [(part["fulfiller"]["code"], part["status"]) for part in payload["order"]["fulfillmentOrders"]]
    assert parts == [("press", "ACCEPTED"), ("dock", "ACCEPTED")]
    events = await shop.events(order)
    assert events.count("fulfillment_order.sent") == 2
    assert payload["order"]["version"] == len(events)


async def test_events_of_a_mutation_name_its_request_and_who_asked(shop: Shop) -> None:
    order = await shop.order()
    before = order.version

    await shop.do(shop.agent, "orderProcess", orderId=shop.id(order))

    written = await models.OrderEvent.filter(order_id=order.id, order_version__gt=before)
    assert {event.request_id for event in written} == {"request-1"}
    assert {(event.actor_name, event.actor_id) for event in written} == {("Agent", shop.agent.user_id)}


async def test_an_order_with_a_blocking_issue_is_not_processed_and_says_why(shop: Shop) -> None:
    order = await shop.order(("MUG", 1), ("NOBODY-MAKES-IT", 1))
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderProcess", ORDER, orderId=shop.id(order))

    assert blockers(payload) == ["BLOCKING_ISSUE"]
    assert "NOBODY-MAKES-IT" in payload["userErrors"][0]["message"]
    assert payload["userErrors"][0]["retry"] == "AFTER_CHANGE"
    assert payload["order"] is None
    assert await shop.trace(order) == before


async def test_what_is_ready_can_be_sent_and_the_rest_stays_open(shop: Shop) -> None:
    order = await shop.order(("MUG", 1), ("NOBODY-MAKES-IT", 1))

    payload = await shop.do(shop.agent, "orderProcess", ORDER, orderId=shop.id(order), sendReady=True)

    assert payload["order"]["status"] == "PROCESSING"
    assert [line["status"] for line in payload["order"]["lines"]] == ["ALLOCATED", "NEW"]


async def test_an_order_that_was_sent_is_not_sent_again(shop: Shop) -> None:
    order = await shop.processed()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderProcess", orderId=shop.id(order))

    assert blockers(payload) == ["NOTHING_TO_SEND"]
    assert await shop.trace(order) == before


async def test_a_held_order_is_not_processed(shop: Shop) -> None:
    order = await shop.order()
    await shop.hold(order)

    payload = await shop.do(shop.agent, "orderProcess", orderId=shop.id(order))

    assert blockers(payload) == ["ON_HOLD"]


# ---- hold and release


async def test_a_held_order_says_why_and_a_released_one_is_where_it_was(shop: Shop) -> None:
    order = await shop.order()

    held = await shop.do(shop.agent, "orderHold", ORDER, orderId=shop.id(order), reason="REVIEW", note=" Odd. ")
    note = (await shop.now(order)).hold_note
    released = await shop.do(shop.agent, "orderRelease", ORDER, orderId=shop.id(order))

    assert held["order"]["status"] == "ON_HOLD"
    assert note == "Odd."
    assert released["order"]["status"] == "RECEIVED"
    assert [one for one in await shop.events(order) if one in ("order.held", "order.released")] == [
        "order.held",
        "order.released",
    ]


@pytest.mark.parametrize("reason", ["REMORSE", "AWAITING_RETURN", "REPLACEMENT_REVIEW"])
async def test_reasons_that_ordergraph_sets_itself_are_not_given_by_hand(shop: Shop, reason: str) -> None:
    order = await shop.order()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderHold", ORDER, orderId=shop.id(order), reason=reason, note="x" * 1001)

    assert codes(payload) == ["INVALID_INPUT", "INVALID_INPUT"]
    assert paths(payload) == [["input", "note"], ["input", "reason"]]
    assert await shop.trace(order) == before


async def test_wrong_input_and_wrong_status_are_told_at_once(shop: Shop) -> None:
    order = await shop.processed()
    await shop.ship(order, shop.press)
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderHold", ORDER, orderId=shop.id(order), note="nul \0")

    assert codes(payload) == ["INVALID_INPUT", "NOT_ALLOWED"]
    assert payload["userErrors"][1]["blockers"][0]["code"] == "WRONG_STATUS"
    assert await shop.trace(order) == before


async def test_a_fulfiller_holds_its_own_part_alone(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))

    payload = await shop.do(shop.press, "orderHold", "order { status }", orderId=shop.id(order))

    assert payload["userErrors"] == []
    assert (await shop.part(order, shop.press)).status == "ON_HOLD"
    assert (await shop.part(order, shop.dock)).status == "ACCEPTED"
    assert (await shop.now(order)).hold_reason is None


async def test_a_fulfiller_gives_no_reason_and_no_note(shop: Shop) -> None:
    order = await shop.processed()

    payload = await shop.do(shop.press, "orderHold", orderId=shop.id(order), reason="PAYMENT", note="Broke.")

    assert paths(payload) == [["input", "reason"], ["input", "note"]]


async def test_an_order_that_is_not_held_is_not_released(shop: Shop) -> None:
    order = await shop.order()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderRelease", orderId=shop.id(order))

    assert blockers(payload) == ["WRONG_STATUS"]
    assert await shop.trace(order) == before


# ---- cancel


async def test_a_cancelled_order_gives_its_stock_back(shop: Shop) -> None:
    order = await shop.processed(("CARD", 5))
    reserved = (await shop.stock("CARD")).reserved

    payload = await shop.do(shop.agent, "orderCancel", ORDER, orderId=shop.id(order), reason="FRAUD")

    assert payload["order"]["status"] == "CANCELLED"
    assert payload["order"]["statusReason"] == "FULLY_CANCELLED:FRAUD"
    assert (reserved, (await shop.stock("CARD")).reserved) == (5, 0)


async def test_cancelling_a_cancelled_order_changes_nothing(shop: Shop) -> None:
    order = await shop.order()
    await shop.cancel(order)
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderCancel", ORDER, orderId=shop.id(order))

    assert payload["userErrors"] == []
    assert payload["order"]["status"] == "CANCELLED"
    assert await shop.trace(order) == before


async def test_units_of_a_line_are_cancelled(shop: Shop) -> None:
    order = await shop.order(("MUG", 3), ("CARD", 2))
    first, second = await shop.lines(order)

    lines = [{"lineId": shop.id(first), "quantity": 2}, {"lineId": shop.id(second)}]
    payload = await shop.do(shop.agent, "orderCancel", ORDER, orderId=shop.id(order), lines=lines)

    assert [
        (line["quantities"]["open"], line["quantities"]["cancelled"]) for line in payload["order"]["lines"]
    ] == [(1, 2), (0, 2)]


async def test_everything_wrong_with_a_cancellation_is_told_at_once(shop: Shop) -> None:
    order = await shop.order(("MUG", 3), ("MUG", 1), ("CARD", 1))
    first, second, third = await shop.lines(order)
    (foreign,) = await shop.lines(await shop.order(channel=shop.rival_channel))
    before = await shop.trace(order)

    lines = [
        {"lineId": shop.id(first), "quantity": 4},
        {"lineId": shop.id(second), "quantity": 0},
        {"lineId": shop.id(third)},
        {"lineId": shop.id(third)},
        {"lineId": shop.id(foreign)},
        {"lineId": "nonsense"},
    ]
    payload = await shop.do(shop.agent, "orderCancel", ORDER, orderId=shop.id(order), lines=lines)

    assert [(error["code"], *error["path"][2:]) for error in payload["userErrors"]] == [
        ("QUANTITY_EXCEEDED", "0", "quantity"),
        ("INVALID_INPUT", "1", "quantity"),
        ("INVALID_INPUT", "2", "lineId"),
        ("INVALID_INPUT", "3", "lineId"),
        ("NOT_FOUND", "4", "lineId"),
        ("NOT_FOUND", "5", "lineId"),
    ]
    assert payload["userErrors"][0]["available"] == 3
    assert await shop.trace(order) == before


async def test_no_lines_at_all_is_not_the_whole_order(shop: Shop) -> None:
    order = await shop.order()

    payload = await shop.do(shop.agent, "orderCancel", ORDER, orderId=shop.id(order), lines=[])

    assert paths(payload) == [["input", "lines"]]
    assert (await shop.now(order)).status == "RECEIVED"


async def test_a_whole_order_with_shipped_units_is_not_cancelled_and_names_what_is_open(shop: Shop) -> None:
    order = await shop.processed(("MUG", 3), ("CARD", 2))
    mugs, _ = await shop.lines(order)
    await shop.ship(order, shop.press, (mugs, 1))
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderCancel", orderId=shop.id(order))

    assert blockers(payload) == ["UNITS_SHIPPED"]
    assert "2 of line 1, 2 of line 2" in payload["userErrors"][0]["message"]
    assert await shop.trace(order) == before


async def test_a_warehouse_that_was_sent_an_order_must_agree_unless_it_cancels_itself(shop: Shop) -> None:
    order = await shop.processed(("LAMP", 1))

    refused = await shop.do(shop.agent, "orderCancel", orderId=shop.id(order))
    done = await shop.do(
        shop.depot, "orderCancel", "order { status }", orderId=shop.id(order), reason="WAREHOUSE_DECLINED"
    )

    assert blockers(refused) == ["AWAITS_WAREHOUSE"]
    assert refused["userErrors"][0]["retry"] == "LATER"
    assert done["order"]["status"] == "CANCELLED"


async def test_a_fulfiller_cancels_its_own_lines_alone(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    _, cards = await shop.lines(order)

    foreign = await shop.do(shop.press, "orderCancel", orderId=shop.id(order), lines=[{"lineId": shop.id(cards)}])
    own = await shop.do(shop.press, "orderCancel", ORDER, orderId=shop.id(order))
    again = await shop.do(shop.press, "orderCancel", ORDER, orderId=shop.id(order))

    assert codes(foreign) == ["NOT_FOUND"]
    assert own["order"]["status"] == again["order"]["status"] == "CANCELLED"
    assert [line.open for line in await shop.lines(order)] == [0, 1]
    assert (await shop.now(order)).status == "PROCESSING"


# ---- close


async def test_a_shipped_order_is_closed_by_hand(shop: Shop) -> None:
    order = await shop.processed()
    await shop.ship(order, shop.press)

    payload = await shop.do(shop.agent, "orderClose", ORDER, orderId=shop.id(order))

    assert payload["order"]["status"] == "COMPLETE"
    assert (await shop.events(order)).count("order.closed") == 1


async def test_an_order_that_has_not_shipped_is_not_closed(shop: Shop) -> None:
    order = await shop.order()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderClose", orderId=shop.id(order))

    assert blockers(payload) == ["WRONG_STATUS"]
    assert await shop.trace(order) == before


async def test_an_order_with_money_due_and_tracking_untold_is_not_closed(shop: Shop) -> None:
    shop.channel.capture_mode, shop.channel.tracking_push_url = "ON_SHIPMENT", "https://leaf.example/tracking"
    await shop.channel.save()
    order = await shop.processed(payment_method="card")
    await shop.ship(order, shop.press, tracking_number="A1")

    payload = await shop.do(shop.agent, "orderClose", orderId=shop.id(order))

    assert blockers(payload) == ["PAYMENT_DUE", "TRACKING_NOT_PASSED_ON"]
    assert payload["userErrors"][0]["retry"] == "AFTER_CHANGE"


async def test_an_untracked_order_closes_itself(shop: Shop) -> None:
    order = await shop.processed(shipping_method=LETTER)

    await shop.ship(order, shop.press)

    assert (await shop.now(order)).status == "COMPLETE"


# ---- comments


async def test_an_internal_comment_is_read_by_its_company_alone(shop: Shop) -> None:
    order = await shop.processed()
    selection = "comment { id body shared author { name } } order { comments { body } }"

    payload = await shop.do(
        shop.press, "orderCommentAdd", selection, orderId=shop.id(order), body="  Out of ink. "
    )
    comments = "query($id: ID!) { order(key: {id: $id}) { comments { body } } }"
    seen = [(await shop.ask(who, comments, id=shop.id(order))).of("order") for who in (shop.agent, shop.press)]

    assert payload["comment"]["body"] == "Out of ink."
    assert payload["order"]["comments"] == [{"body": "Out of ink."}]
    assert [one["comments"] for one in seen] == [[], [{"body": "Out of ink."}]]


async def test_a_shared_comment_is_read_by_every_company_around_the_order(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))

    await shop.do(shop.agent, "orderCommentAdd", orderId=shop.id(order), body="Urgent", shared=True)
    comments = "query($id: ID!) { order(key: {id: $id}) { comments { body } } }"
    readers = (shop.retailer, shop.press, shop.dock)
    seen = [(await shop.ask(who, comments, id=shop.id(order))).of("order") for who in readers]

    assert [one["comments"] for one in seen] == [[{"body": "Urgent"}]] * 3


async def test_who_wrote_a_comment_is_told_by_name_to_its_own_company_and_the_platform_alone(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    people = {"agent": "Ada of the desk", "leaf": "Bo of the retailer", "press": "Cy of the supplier"}
    for viewer, name in people.items():
        await shop.comment(order, "Urgent", replace(shop.viewers[viewer], name=name), shared=True)

    told = """{ orderEvents(filter: {kind: COMMENT}) { nodes { summary actor { name } changes { after } } }
                orders { nodes { comments { author { name } } } } }"""
    seen = {viewer: str((await shop.ask(shop.viewers[viewer], told)).data) for viewer in people}

    named = {viewer: {name for name in people.values() if name in seen[viewer]} for viewer in people}
    assert named == {"agent": {*people.values()}, "leaf": {people["leaf"]}, "press": {people["press"]}}


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001, "nul \0", "half \ud83d"])
async def test_a_comment_without_proper_text_is_refused_and_leaves_no_trace(shop: Shop, body: str) -> None:
    order = await shop.order()
    before = await shop.trace(order)

    payload = await shop.do(shop.agent, "orderCommentAdd", "comment { id }", orderId=shop.id(order), body=body)

    assert (codes(payload), paths(payload)) == (["INVALID_INPUT"], [["input", "body"]])
    assert payload["comment"] is None
    assert await shop.trace(order) == before
    payload["userErrors"][0]["message"].encode()


# ---- several at once


async def test_a_refused_mutation_does_not_undo_its_neighbours(shop: Shop) -> None:
    order = await shop.order()
    document = """
        mutation($id: ID!) {
          first: orderHold(input: {orderId: $id}) { order { status version } }
          refused: orderHold(input: {orderId: $id}) { order { status } userErrors { code } }
          last: orderRelease(input: {orderId: $id}) { order { status version } }
        }
    """

    answer = await shop.ask(shop.agent, document, id=shop.id(order))

    assert answer.of("first")["order"]["status"] == "ON_HOLD"
    assert answer.of("refused") == {"order": None, "userErrors": [{"code": "NOT_ALLOWED"}]}
    assert answer.of("last")["order"]["status"] == "RECEIVED"
    assert answer.of("last")["order"]["version"] == (await shop.now(order)).version


async def test_the_status_is_told_as_the_viewer_sees_it(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    await shop.progress(order, shop.press, FulfillmentStatus.IN_PRODUCTION)

    payload = await shop.do(shop.dock, "orderCommentAdd", "order { status }", orderId=shop.id(order), body="Hi")

    assert payload["order"]["status"] == "PROCESSING"
    assert (await shop.now(order)).status == "IN_PRODUCTION"
