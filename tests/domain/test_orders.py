"""An order's status follows from its lines and fulfilment orders, as the shop says it in thirteen sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import pytest

from domain.fulfillment import FulfillmentFacts, FulfillmentStatus
from domain.lines import Quantities, broken_laws, fresh
from domain.orders import (
    HELD_BY_HAND,
    STAGE_STEPS,
    HoldReason,
    OrderFacts,
    OrderStage,
    OrderStatus,
    closes_itself,
    order_status,
    stage_after,
    status_reason,
)

F = FulfillmentStatus
T = OrderStage
O = OrderStatus  # noqa: E741

LINES = {
    "open": Quantities(ordered=2, open=2),
    "part cancelled": Quantities(ordered=2, open=1, cancelled=1),
    "cancelled": Quantities(ordered=2, cancelled=2),
    "part on its way": Quantities(ordered=2, open=1, shipped=1, with_customer=1),
    "on its way": Quantities(ordered=2, shipped=2, with_customer=2),
    "one of two arrived": Quantities(ordered=2, shipped=2, with_customer=2, delivered=1),
    "arrived": Quantities(ordered=2, shipped=2, with_customer=2, delivered=2),
    "arrived, rest cancelled": Quantities(ordered=2, cancelled=1, shipped=1, with_customer=1, delivered=1),
    "one of two came back": Quantities(ordered=2, shipped=2, with_customer=1, returned=1, delivered=2),
    "came back": Quantities(ordered=2, shipped=2, returned=2, delivered=2),
    "came back, rest open": Quantities(ordered=2, open=1, shipped=1, returned=1, delivered=1),
}
"""Where the units of a line can be."""


class World(NamedTuple):
    """An order, said again in plain numbers."""

    stage: OrderStage
    held: bool
    closed: bool
    lines: tuple[Quantities, ...]
    live: tuple[tuple[FulfillmentStatus, int], ...]
    """Status and open units of the fulfilment orders that are not cancelled."""

    def units(self, counter: str) -> int:
        return sum(getattr(line, counter) for line in self.lines)

    def unfinished(self) -> list[FulfillmentStatus]:
        return [status for status, units in self.live if units > 0]

    def unsent(self) -> int:
        return self.units("open") - sum(units for _, units in self.live)


SENTENCES: list[tuple[str, Callable[[World], bool], OrderStatus | None]] = [
    ("all units cancelled", lambda w: all(line.cancelled == line.ordered for line in w.lines), O.CANCELLED),
    ("held", lambda w: w.held, O.ON_HOLD),
    ("not sent: the stage", lambda w: w.stage is not T.SENT, None),
    ("closed flag", lambda w: w.closed, O.COMPLETE),
    (
        "nothing open, no unit with the customer",
        lambda w: w.units("open") == 0 and w.units("with_customer") == 0,
        O.RETURNED,
    ),
    (
        "nothing open, every unit with the customer delivered",
        lambda w: w.units("open") == 0 and w.units("with_customer") == w.units("delivered") - w.units("returned"),
        O.DELIVERED,
    ),
    ("nothing open", lambda w: w.units("open") == 0, O.SHIPPED),
    (
        "something shipped, a fulfilment order is DELIVERED",
        lambda w: w.units("shipped") > 0 and any(status == "DELIVERED" for status, _ in w.live),
        O.PARTIALLY_CLOSED,
    ),
    ("something shipped", lambda w: w.units("shipped") > 0, O.PARTIALLY_SHIPPED),
    (
        "every fulfilment order with open units FAILED",
        lambda w: len(w.unfinished()) > 0 and set(w.unfinished()) == {"FAILED"},
        O.FAILED,
    ),
    (
        "everything open is made, picked or binned",
        lambda w: (
            len(w.unfinished()) > 0
            and set(w.unfinished()) <= {"CONSOLIDATED", "READY", "SENT_TO_CARRIER"}
            and w.unsent() == 0
        ),
        O.READY_TO_SHIP,
    ),
    (
        "any between IN_PRODUCTION and CONSOLIDATING",
        lambda w: bool(
            set(w.unfinished())
            & {"IN_PRODUCTION", "POST_PROCESSING", "QC_PASSED", "QC_QUERY", "REBATCH", "CONSOLIDATING"}
        ),
        O.IN_PRODUCTION,
    ),
    ("else", lambda w: True, O.PROCESSING),
]


def said(facts: OrderFacts) -> OrderStatus:
    live = tuple((fo.status, fo.open_units) for fo in facts.fulfillments if fo.status != "CANCELLED")
    world = World(facts.stage, facts.hold is not None, facts.closed, facts.lines, live)
    _, _, status = next(sentence for sentence in SENTENCES if sentence[1](world))
    return OrderStatus(facts.stage.value) if status is None else status


def sent(*parts: tuple[str, FulfillmentStatus | None], **more: object) -> OrderFacts:
    """An order whose lines are where LINES says, each in a fulfilment order of its own (None: not sent)."""
    lines = tuple(LINES[name] for name, _ in parts)
    fulfillments = tuple(
        FulfillmentFacts(status, line.open, line.shipped, line.delivered)
        for line, (_, status) in zip(lines, parts, strict=True)
        if status is not None
    )
    return OrderFacts(T.SENT, lines, fulfillments, **more)  # type: ignore[arg-type]


def test_the_grid_is_made_of_lawful_lines() -> None:
    assert not [broken for line in LINES.values() for broken in broken_laws(line)]


def one_part() -> Iterator[OrderFacts]:
    holds = (None, *HoldReason)
    for name, status, also_unsent in product(LINES, (None, *F), (False, True)):
        facts = sent((name, status), *[("open", None)] * also_unsent)
        for stage, hold, closed in product(T, holds, (False, True)):
            yield replace(facts, stage=stage, hold=hold, closed=closed)


def two_parts() -> Iterator[OrderFacts]:
    parts = list(product(LINES, F))
    for first, second in combinations_with_replacement(parts, 2):
        yield sent(first, second)


def three_parts() -> Iterator[OrderFacts]:
    for statuses in combinations_with_replacement((None, *F), 3):
        yield sent(*(("open", status) for status in statuses))


@pytest.mark.parametrize("grid", [one_part, two_parts, three_parts])
def test_the_status_is_what_the_shop_says_everywhere(grid: Callable[[], Iterator[OrderFacts]]) -> None:
    disagreed = [
        (facts, order_status(facts), said(facts)) for facts in grid() if order_status(facts) != said(facts)
    ]

    assert disagreed == []


def test_the_grid_reaches_every_status() -> None:
    assert {order_status(facts) for facts in one_part()} == set(O)


@pytest.mark.parametrize(
    ("parts", "status", "reason"),
    [
        ([("arrived", F.DELIVERED), ("cancelled", F.CANCELLED)], O.DELIVERED, "PARTIALLY_SHIPPED"),
        ([("arrived", F.DELIVERED), ("open", F.ACCEPTED)], O.PARTIALLY_CLOSED, None),
        ([("arrived", F.DELIVERED), ("arrived", F.DELIVERED)], O.DELIVERED, "FULLY_SHIPPED"),
        ([("arrived", F.DELIVERED), ("on its way", F.DISPATCHED)], O.SHIPPED, "FULLY_SHIPPED"),
        ([("on its way", F.DISPATCHED), ("cancelled", F.CANCELLED)], O.SHIPPED, "PARTIALLY_SHIPPED"),
        ([("on its way", F.DISPATCHED), ("open", F.SENT)], O.PARTIALLY_SHIPPED, None),
        ([("came back", F.DELIVERED), ("cancelled", F.CANCELLED)], O.RETURNED, None),
        ([("came back", F.DELIVERED), ("arrived", F.DELIVERED)], O.DELIVERED, "FULLY_SHIPPED"),
        ([("came back", F.DELIVERED), ("on its way", F.DISPATCHED)], O.SHIPPED, "FULLY_SHIPPED"),
        ([("cancelled", F.CANCELLED), ("cancelled", None)], O.CANCELLED, "FULLY_CANCELLED:FRAUD"),
        ([("open", F.READY), ("open", F.IN_PRODUCTION)], O.IN_PRODUCTION, None),
        ([("open", F.READY), ("open", F.ACCEPTED)], O.PROCESSING, None),
        ([("open", F.READY), ("open", None)], O.PROCESSING, None),
        ([("open", F.READY), ("cancelled", F.CANCELLED)], O.READY_TO_SHIP, None),
        ([("open", F.FAILED), ("open", F.ACCEPTED)], O.PROCESSING, None),
        ([("open", F.FAILED), ("cancelled", F.CANCELLED)], O.FAILED, None),
        ([("open", F.STOCK_PICKING)], O.PROCESSING, None),
    ],
)
def test_examples_of_orders_with_two_suppliers(
    parts: list[tuple[str, FulfillmentStatus | None]], status: OrderStatus, reason: str | None
) -> None:
    facts = sent(*parts)

    found = order_status(facts)

    assert (found, status_reason(facts, found, "FRAUD")) == (status, reason)


@pytest.mark.parametrize("hold", HoldReason)
def test_a_held_order_says_why_and_a_cancelled_one_is_not_held_any_more(hold: HoldReason) -> None:
    held = sent(("open", F.ACCEPTED), hold=hold)
    cancelled = sent(("cancelled", F.CANCELLED), hold=hold)

    assert (order_status(held), status_reason(held, O.ON_HOLD)) == (O.ON_HOLD, hold.value)
    assert (order_status(cancelled), status_reason(cancelled, O.CANCELLED)) == (O.CANCELLED, "FULLY_CANCELLED")


def test_a_person_gives_no_reason_that_a_clock_a_return_or_a_duplicate_sets_and_ends() -> None:
    assert set(HoldReason) - HELD_BY_HAND == {
        HoldReason.REMORSE,
        HoldReason.AWAITING_RETURN,
        HoldReason.REPLACEMENT_REVIEW,
    }


def test_only_on_hold_cancelled_and_shipped_orders_give_a_reason() -> None:
    facts = sent(("open", F.ACCEPTED))
    speaking = {O.SHIPPED, O.DELIVERED, O.COMPLETE, O.CANCELLED}

    assert {status for status in O if status_reason(facts, status)} == speaking


BEFORE_SENDING = {
    "verify": "NEW>RECEIVED FAILED>RECEIVED",
    "raise_issue": "RECEIVED>NEW",
    "send": "RECEIVED>SENT FAILED>SENT",
    "send_ready": "NEW>SENT RECEIVED>SENT",
    "fail": "NEW>FAILED RECEIVED>FAILED",
    "reset": "FAILED>NEW",
    "abandon": "NEW>ABANDONED",
    "reopen": "ABANDONED>NEW",
}


def test_before_sending_only_the_listed_steps_are_possible() -> None:
    listed = {(action, *pair.split(">")) for action, pairs in BEFORE_SENDING.items() for pair in pairs.split()}
    actions = [*BEFORE_SENDING, "hold", "release", "cancel", "close", "SEND", ""]

    found = {
        (action, stage.value, target.value)
        for stage, action in product(T, actions)
        if (target := stage_after(stage, action)) is not None
    }

    assert found == listed
    assert len(STAGE_STEPS) == len(listed)


def test_there_is_no_way_back_from_sent_and_no_issue_moves_what_is_sent() -> None:
    assert not [step for step in STAGE_STEPS if step.source is T.SENT]


@pytest.mark.parametrize("stage", [T.NEW, T.RECEIVED, T.FAILED, T.ABANDONED])
def test_before_sending_the_stage_is_the_status_unless_held_or_cancelled(stage: OrderStage) -> None:
    untouched = OrderFacts(stage, (fresh(2), fresh(1)))

    assert order_status(untouched) == stage.value
    assert order_status(replace(untouched, hold=HoldReason.REMORSE)) is O.ON_HOLD
    assert order_status(replace(untouched, lines=(LINES["cancelled"],))) is O.CANCELLED


def test_an_order_closes_itself_when_delivered_paid_and_told_or_shipped_where_nobody_tracks() -> None:
    closing = []
    for facts, tracked, due, pending in product(two_parts(), (False, True), (-5, 0, 1), (False, True)):
        if closes_itself(facts, tracked=tracked, due_minor=due, tracking_pending=pending):
            closing.append((order_status(facts), tracked))
            assert due <= 0
            assert not pending

    assert set(closing) == {(O.DELIVERED, True), (O.DELIVERED, False), (O.SHIPPED, False)}


def test_a_closed_or_held_order_does_not_close_itself() -> None:
    for more in ({"closed": True}, {"hold": HoldReason.MANUAL}):
        facts = sent(("arrived", F.DELIVERED), **more)

        assert not closes_itself(facts, tracked=True, due_minor=0, tracking_pending=False)
