"""Holding and releasing: a held order is neither sent nor shipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.access import Scope, Viewer
from domain.actions import ActionName
from domain.fulfillment import OVER, FulfillmentStatus
from domain.orders import HELD_BY_HAND, HoldReason
from domain.refusals import InvalidInput, Reason
from domain.texts import text_reasons, tidy
from models import FulfillmentOrder
from operations.orders.judging import against_holding, against_releasing
from operations.permissions import require_action
from operations.retrying import retried
from operations.settling import set_fulfillment_status
from operations.unit import Unit, order_unit
from operations.world import World

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """Hold an order; a fulfiller holds its own fulfilment orders instead, without reason or note."""

    order_id: int | None
    reason: HoldReason = HoldReason.MANUAL
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """End a hold."""

    order_id: int | None


@retried
async def hold(world: World, viewer: Viewer, command: HoldOrder) -> int:
    """Holds the order until somebody releases it. Answers its key.

    Possible until something has shipped, for one of the reasons a person may give.
    """
    require_action(viewer, ActionName.ORDER_HOLD)
    against = _wrong(command, viewer.scope)
    async with order_unit(world, viewer, command.order_id, "input", "orderId", against=against) as unit:
        unit.refuse_if(against_holding(unit))
        if viewer.scope.is_fulfiller:
            _hold_own(unit)
        else:
            hold_order(unit, command.reason, tidy(command.note))
        return unit.order_id


@retried
async def release(world: World, viewer: Viewer, command: ReleaseOrder) -> int:
    """Ends the hold; the order is where it would be without it. Answers its key."""
    require_action(viewer, ActionName.ORDER_RELEASE)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        unit.refuse_if(against_releasing(unit))
        if viewer.scope.is_fulfiller:
            _release_own(unit)
        else:
            release_order(unit)
        return unit.order_id


def hold_order(unit: Unit, reason: HoldReason, note: str | None = None) -> None:
    """Sets the hold and drafts its event; the status follows at the end of the unit."""
    unit.order.hold_reason, unit.order.hold_note = reason, note
    unit.record("order.held", f"Held: {reason}", data={"reason": reason, "note": bool(note)})


def _wrong(command: HoldOrder, scope: Scope) -> Iterator[Reason]:
    yield from text_reasons(command.note, LONGEST_NOTE, "input", "note", noun="The note")
    if command.reason not in HELD_BY_HAND:
        possible = ", ".join(reason for reason in HoldReason if reason in HELD_BY_HAND)
        message = f"{command.reason} is set by Ordergraph itself; possible by hand: {possible}."
        yield InvalidInput(message=message, path=("input", "reason"))
    elif scope.is_fulfiller and command.reason is not HoldReason.MANUAL:
        message = "You hold your own part of the order, which takes no reason but MANUAL."
        yield InvalidInput(message=message, path=("input", "reason"))
    if scope.is_fulfiller and tidy(command.note):
        message = "Holding your own part of the order takes no note; write a comment instead."
        yield InvalidInput(message=message, path=("input", "note"))


def release_order(unit: Unit) -> None:
    """Ends the hold and drafts its event; the status follows at the end of the unit."""
    reason = unit.order.hold_reason
    unit.order.hold_reason = unit.order.hold_note = unit.order.held_until = None
    unit.record("order.released", f"Released (was held: {reason})", data={"reason": reason})


def _hold_own(unit: Unit) -> None:
    for fulfillment_order in unit.own_fulfillments:
        status = fulfillment_order.status
        if status not in OVER and status is not FulfillmentStatus.ON_HOLD:
            fulfillment_order.held_from = status
            _set(unit, fulfillment_order, FulfillmentStatus.ON_HOLD)


def _release_own(unit: Unit) -> None:
    for fulfillment_order in unit.own_fulfillments:
        if fulfillment_order.status is FulfillmentStatus.ON_HOLD:
            back, fulfillment_order.held_from = fulfillment_order.held_from, None
            _set(unit, fulfillment_order, back or FulfillmentStatus.ACCEPTED)


def _set(unit: Unit, fulfillment_order: FulfillmentOrder, status: FulfillmentStatus) -> None:
    summary = f"{fulfillment_order.number} is {status}"
    set_fulfillment_status(unit, fulfillment_order, status, "fulfillment_order.status_changed", summary)
