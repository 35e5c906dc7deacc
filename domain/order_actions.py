"""What can be done with an order, from which status, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.fulfillment import OVER, FulfillmentStatus
from domain.orders import OrderStatus
from domain.refusals import Blocker, BlockerCode


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What an action on an order is judged by."""

    status: OrderStatus
    open_units: int
    shipped_units: int
    unsent_units: int
    """Open units in no fulfilment order."""
    open_lines: tuple[tuple[int, int], ...] = ()
    """Number and open units of each line that has any."""
    order_issues: tuple[str, ...] = ()
    """Blocking issues that concern the order as a whole."""
    line_issues: tuple[str, ...] = ()
    """Blocking issues of single lines."""
    awaits_verification: bool = False
    """The channel wants a person to verify it with the customer first, and nobody has."""
    send_ready: bool = False
    ready_units: int = 0
    """Unsent units whose source and shipping are settled."""
    whole_order: bool = True
    """Whether a cancellation names no lines."""
    awaiting_warehouse: tuple[str, ...] = ()
    """Names of sources that must agree to a cancellation."""
    due_minor: int = 0
    tracking_pending: bool = False
    own_parts: tuple[FulfillmentStatus, ...] = ()
    """Where the fulfilment orders of a fulfiller that asks stand."""


Guard = Callable[[ActionFacts], Iterator[Blocker]]


def nothing_blocks(facts: ActionFacts) -> Iterator[Blocker]:
    """Blocking issues stop processing; those of single lines do not when only what is ready goes."""
    sends_the_rest = facts.send_ready and facts.ready_units > 0
    for issue in facts.order_issues + (() if sends_the_rest else facts.line_issues):
        yield Blocker(BlockerCode.BLOCKING_ISSUE, issue)


def verified(facts: ActionFacts) -> Iterator[Blocker]:
    """An order is verified before it is sent."""
    if facts.awaits_verification:
        yield Blocker(
            BlockerCode.WRONG_STATUS, "The order is not verified yet; verify it with the customer first."
        )


def something_to_send(facts: ActionFacts) -> Iterator[Blocker]:
    """Some open units must be in no fulfilment order yet."""
    if not facts.unsent_units:
        yield Blocker(BlockerCode.NOTHING_TO_SEND, "Every open unit has been sent already.")


def something_open(facts: ActionFacts) -> Iterator[Blocker]:
    """Only open units can be cancelled."""
    if not facts.open_units:
        yield Blocker(BlockerCode.NOTHING_OPEN, "No unit is open any more; shipped units need a return.")


def not_shipped_as_a_whole(facts: ActionFacts) -> Iterator[Blocker]:
    """A whole order with shipped units cannot be cancelled; its open lines can (S2, cancel order)."""
    if facts.whole_order and facts.shipped_units and facts.open_units:
        still_open = ", ".join(f"{units} of line {number}" for number, units in facts.open_lines)
        message = (
            f"{facts.shipped_units} units have shipped already; name the lines to cancel. Open: {still_open}."
        )
        yield Blocker(BlockerCode.UNITS_SHIPPED, message)


def warehouse_agrees(facts: ActionFacts) -> Iterator[Blocker]:
    """Sources that are asked first cannot be cancelled at once."""
    for source in facts.awaiting_warehouse:
        yield Blocker(BlockerCode.AWAITS_WAREHOUSE, f"{source} must agree to this cancellation first.")


def nothing_due(facts: ActionFacts) -> Iterator[Blocker]:
    """Orders close when everything is paid."""
    if facts.due_minor > 0:
        yield Blocker(BlockerCode.PAYMENT_DUE, "Money is still due; see the order's payments.")


def tracking_passed_on(facts: ActionFacts) -> Iterator[Blocker]:
    """Orders close when the channel knows the tracking."""
    if facts.tracking_pending:
        yield Blocker(BlockerCode.TRACKING_NOT_PASSED_ON, "Tracking has not been passed on to the channel yet.")


def own_part_to_hold(facts: ActionFacts) -> Iterator[Blocker]:
    """A fulfiller holds what it has not finished."""
    if all(status in OVER or status is FulfillmentStatus.ON_HOLD for status in facts.own_parts):
        yield Blocker(BlockerCode.WRONG_STATUS, "You have no fulfilment order in this order to hold.")


def own_part_on_hold(facts: ActionFacts) -> Iterator[Blocker]:
    """A fulfiller releases what it held."""
    if FulfillmentStatus.ON_HOLD not in facts.own_parts:
        yield Blocker(BlockerCode.WRONG_STATUS, "You have no fulfilment order in this order to release.")


@dataclass(frozen=True, slots=True)
class OrderAction:
    """One action on an order: the statuses it starts from and what else may stand against it."""

    action: str
    statuses: frozenset[OrderStatus]
    guards: tuple[Guard, ...] = ()


O = OrderStatus  # noqa: E741  the table reads better
_HOLDABLE = frozenset({O.NEW, O.RECEIVED, O.PROCESSING, O.IN_PRODUCTION, O.READY_TO_SHIP})
_CANCELLABLE = frozenset(O) - {O.CANCELLED, O.SHIPPED, O.DELIVERED, O.COMPLETE, O.RETURNED}
ORDER_ACTIONS: Final = {
    rule.action: rule
    for rule in (
        OrderAction(
            "process",
            frozenset({O.NEW, O.RECEIVED, O.PROCESSING, O.IN_PRODUCTION, O.READY_TO_SHIP})
            | {O.PARTIALLY_SHIPPED, O.PARTIALLY_CLOSED},
            (something_to_send, verified, nothing_blocks),
        ),
        OrderAction("hold", _HOLDABLE),
        OrderAction("hold_own_part", _HOLDABLE, (own_part_to_hold,)),
        OrderAction("release", frozenset({O.ON_HOLD})),
        OrderAction("release_own_part", frozenset(O), (own_part_on_hold,)),
        OrderAction("cancel", _CANCELLABLE, (something_open, not_shipped_as_a_whole, warehouse_agrees)),
        OrderAction("close", frozenset({O.SHIPPED, O.DELIVERED, O.RETURNED}), (nothing_due, tracking_passed_on)),
        OrderAction("comment", frozenset(O)),
    )
}
"""The listed starts are the only ones. Fulfillers hold and release `own_part`s. Cancelling a cancelled order is
answered as done before this is asked."""


def action_blockers(action: str, facts: ActionFacts) -> list[Blocker]:
    """Everything that stands against an action now; empty when it may be taken."""
    rule = ORDER_ACTIONS[action]
    return [*_wrong_status(rule, facts.status), *(blocker for guard in rule.guards for blocker in guard(facts))]


def _wrong_status(rule: OrderAction, status: OrderStatus) -> Iterator[Blocker]:
    if status in rule.statuses:
        return
    starts = ", ".join(start for start in OrderStatus if start in rule.statuses)
    message = f"An order in {status} cannot be {_PARTICIPLES[rule.action]}; possible in: {starts}."
    code = BlockerCode.ON_HOLD if status is OrderStatus.ON_HOLD else BlockerCode.WRONG_STATUS
    yield Blocker(code, message)


_PARTICIPLES = {
    "process": "processed",
    "hold": "held",
    "hold_own_part": "held",
    "release": "released",
    "cancel": "cancelled",
    "close": "closed",
}
