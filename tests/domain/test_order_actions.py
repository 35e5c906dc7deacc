"""What can be done with an order, in which status, and everything that stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from domain.order_actions import ORDER_ACTIONS, ActionFacts, action_blockers
from domain.orders import OrderStatus
from domain.refusals import BlockerCode

STARTS = {
    "process": "NEW RECEIVED PROCESSING IN_PRODUCTION READY_TO_SHIP PARTIALLY_SHIPPED PARTIALLY_CLOSED",
    "hold": "NEW RECEIVED PROCESSING IN_PRODUCTION READY_TO_SHIP",
    "release": "ON_HOLD",
    "cancel": """NEW RECEIVED ON_HOLD PROCESSING IN_PRODUCTION READY_TO_SHIP PARTIALLY_SHIPPED PARTIALLY_CLOSED
                 FAILED ABANDONED""",
    "close": "SHIPPED DELIVERED RETURNED",
    "comment": " ".join(OrderStatus),
}
EASY = ActionFacts(OrderStatus.NEW, open_units=2, shipped_units=0, unsent_units=2, ready_units=2)
"""Nothing stands against anything that the status allows."""

C = BlockerCode


def test_the_listed_starts_are_the_only_ones() -> None:
    possible = {
        (action, status.value)
        for action, status in product(ORDER_ACTIONS, OrderStatus)
        if not action_blockers(action, replace(EASY, status=status))
    }

    assert possible == {(action, status) for action, starts in STARTS.items() for status in starts.split()}
    assert set(ORDER_ACTIONS) == set(STARTS)


def _objections(action: str, facts: ActionFacts) -> Iterator[BlockerCode]:
    """The guards, said again."""
    if action == "process":
        if facts.unsent_units == 0:
            yield C.NOTHING_TO_SEND
        if facts.awaits_verification:
            yield C.WRONG_STATUS
        sends_the_rest = facts.send_ready and facts.ready_units > 0
        yield from [C.BLOCKING_ISSUE] * len(facts.order_issues)
        yield from [C.BLOCKING_ISSUE] * (0 if sends_the_rest else len(facts.line_issues))
    if action == "cancel":
        if facts.open_units == 0:
            yield C.NOTHING_OPEN
        if facts.whole_order and facts.shipped_units > 0 and facts.open_units > 0:
            yield C.UNITS_SHIPPED
        yield from [C.AWAITS_WAREHOUSE] * len(facts.awaiting_warehouse)
    if action == "close":
        if facts.due_minor > 0:
            yield C.PAYMENT_DUE
        if facts.tracking_pending:
            yield C.TRACKING_NOT_PASSED_ON


GRID = {
    "open_units": (0, 3),
    "shipped_units": (0, 2),
    "unsent_units": (0, 3),
    "order_issues": ((), ("ADDRESS_INCOMPLETE: city",)),
    "line_issues": ((), ("UNKNOWN_SKU: a", "NO_SUPPLIER: b")),
    "awaits_verification": (False, True),
    "send_ready": (False, True),
    "ready_units": (0, 1),
    "whole_order": (False, True),
    "awaiting_warehouse": ((), ("North", "South")),
    "due_minor": (-1, 0, 1),
    "tracking_pending": (False, True),
}


@pytest.mark.parametrize("action", STARTS)
def test_every_combination_of_facts_is_answered_with_all_objections(action: str) -> None:
    start = OrderStatus(STARTS[action].split()[0])

    for values in product(*GRID.values()):
        facts = ActionFacts(start, **dict(zip(GRID, values, strict=True)))
        found = [blocker.code for blocker in action_blockers(action, facts)]
        assert found == list(_objections(action, facts)), facts


@pytest.mark.parametrize("action", STARTS)
@pytest.mark.parametrize("status", OrderStatus)
def test_in_the_wrong_status_the_answer_is_the_status_alone(action: str, status: OrderStatus) -> None:
    everything_wrong = ActionFacts(
        status, 0, 2, 0, order_issues=("x",), line_issues=("y",), due_minor=1, tracking_pending=True
    )

    found = action_blockers(action, everything_wrong)

    if status.value not in STARTS[action].split():
        code = C.ON_HOLD if status is OrderStatus.ON_HOLD else C.WRONG_STATUS
        assert [blocker.code for blocker in found] == [code]
        assert found[0].message.endswith(f"possible in: {', '.join(STARTS[action].split())}.")


def test_a_whole_order_with_shipped_units_names_what_is_still_open_per_line() -> None:
    facts = replace(
        EASY, status=OrderStatus.PARTIALLY_SHIPPED, open_units=3, shipped_units=2, open_lines=((1, 2), (4, 1))
    )

    (blocker,) = action_blockers("cancel", facts)

    assert blocker.message == (
        "2 units have shipped already; name the lines to cancel. Open: 2 of line 1, 1 of line 4."
    )


def test_every_blocking_issue_is_named() -> None:
    facts = replace(EASY, order_issues=("ADDRESS_INCOMPLETE: city",), line_issues=("UNKNOWN_SKU: mug",))

    assert [found.message for found in action_blockers("process", facts)] == [
        "ADDRESS_INCOMPLETE: city",
        "UNKNOWN_SKU: mug",
    ]
