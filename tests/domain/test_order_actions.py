"""What can be done with an order, in which status, and everything that stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from domain.fulfillment import FulfillmentStatus
from domain.order_actions import ORDER_ACTIONS, ActionFacts, action_blockers
from domain.orders import OrderStatus
from domain.refusals import BlockerCode

STARTS = {
    "process": "NEW RECEIVED PROCESSING IN_PRODUCTION READY_TO_SHIP PARTIALLY_SHIPPED PARTIALLY_CLOSED",
    "hold": "NEW RECEIVED PROCESSING IN_PRODUCTION READY_TO_SHIP",
    "hold_own_part": "NEW RECEIVED PROCESSING IN_PRODUCTION READY_TO_SHIP",
    "release": "ON_HOLD",
    "release_own_part": " ".join(OrderStatus),
    "cancel": """NEW RECEIVED ON_HOLD PROCESSING IN_PRODUCTION READY_TO_SHIP PARTIALLY_SHIPPED PARTIALLY_CLOSED
                 FAILED ABANDONED""",
    "close": "SHIPPED DELIVERED RETURNED",
    "comment": " ".join(OrderStatus),
}
EASY = ActionFacts(
    OrderStatus.NEW,
    open_units=2,
    shipped_units=0,
    unsent_units=2,
    ready_units=2,
    own_parts=(FulfillmentStatus.ACCEPTED, FulfillmentStatus.ON_HOLD),
)
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
    sends_the_rest = facts.send_ready and facts.ready_units > 0
    issues = len(facts.order_issues) + (0 if sends_the_rest else len(facts.line_issues))
    torn = facts.whole_order and facts.shipped_units > 0 and facts.open_units > 0
    said: dict[str, list[tuple[BlockerCode, int]]] = {
        "process": [
            (C.NOTHING_TO_SEND, facts.unsent_units == 0),
            (C.WRONG_STATUS, facts.awaits_verification),
            (C.BLOCKING_ISSUE, issues),
        ],
        "cancel": [
            (C.NOTHING_OPEN, facts.open_units == 0),
            (C.UNITS_SHIPPED, torn),
            (C.AWAITS_WAREHOUSE, len(facts.awaiting_warehouse)),
        ],
        "close": [(C.PAYMENT_DUE, facts.due_minor > 0), (C.TRACKING_NOT_PASSED_ON, facts.tracking_pending)],
        "hold_own_part": [(C.WRONG_STATUS, not {"ACCEPTED", "READY"} & set(facts.own_parts))],
        "release_own_part": [(C.WRONG_STATUS, "ON_HOLD" not in facts.own_parts)],
    }
    for code, times in said.get(action, ()):
        yield from [code] * times


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
    "own_parts": ((), tuple(map(FulfillmentStatus, ("DELIVERED", "ON_HOLD"))), (FulfillmentStatus.READY,)),
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
def test_the_wrong_status_is_told_with_everything_else_that_stands_against_it(
    action: str, status: OrderStatus
) -> None:
    everything_wrong = ActionFacts(
        status, 0, 2, 0, order_issues=("x",), line_issues=("y",), due_minor=1, tracking_pending=True
    )

    found = action_blockers(action, everything_wrong)

    wrong = status.value not in STARTS[action].split()
    code = C.ON_HOLD if status is OrderStatus.ON_HOLD else C.WRONG_STATUS
    assert [one.code for one in found] == [code] * wrong + list(_objections(action, everything_wrong))
    assert not wrong or found[0].message.endswith(f"possible in: {', '.join(STARTS[action].split())}.")


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
