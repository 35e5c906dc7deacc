"""Holding and releasing: a held order is neither sent nor shipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.access import Permission, Scope, Viewer
from domain.fulfillment import OVER, FulfillmentStatus
from domain.orders import HELD_BY_HAND, HoldReason
from domain.refusals import Blocker, BlockerCode, InvalidInput, Reason, Refused, not_allowed
from domain.texts import text_reasons, tidy
from models import FulfillmentOrder
from operations.orders.judging import action_facts, refuse_unless_allowed
from operations.permissions import require
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
    require(viewer, Permission.ORDERS_HOLD)
    against = _wrong(command, viewer.scope)
    async with order_unit(world, viewer, command.order_id, "input", "orderId", against=against) as unit:
        refuse_unless_allowed(unit, "hold", await action_facts(unit), "input", "orderId")
        if viewer.scope.is_fulfiller:
            _hold_own(unit)
        else:
            hold_order(unit, command.reason, tidy(command.note))
        return unit.order_id


@retried
async def release(world: World, viewer: Viewer, command: ReleaseOrder) -> int:
    """Ends the hold; the order is where it would be without it. Answers its key."""
    require(viewer, Permission.ORDERS_HOLD)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        if viewer.scope.is_fulfiller:
            _release_own(unit)
        else:
            refuse_unless_allowed(unit, "release", await action_facts(unit), "input", "orderId")
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


def _own(unit: Unit) -> list[FulfillmentOrder]:
    company = unit.viewer.scope.company_id
    return [fo for fo in unit.fulfillments if fo.fulfiller_id == company]


def _hold_own(unit: Unit) -> None:
    own = [fo for fo in _own(unit) if fo.status not in OVER and fo.status is not FulfillmentStatus.ON_HOLD]
    if not own:
        raise _none_to("hold")
    for fulfillment_order in own:
        fulfillment_order.held_from = fulfillment_order.status
        _set(unit, fulfillment_order, FulfillmentStatus.ON_HOLD)


def _release_own(unit: Unit) -> None:
    held = [fo for fo in _own(unit) if fo.status is FulfillmentStatus.ON_HOLD]
    if not held:
        raise _none_to("release")
    for fulfillment_order in held:
        back, fulfillment_order.held_from = fulfillment_order.held_from, None
        _set(unit, fulfillment_order, back or FulfillmentStatus.ACCEPTED)


def _set(unit: Unit, fulfillment_order: FulfillmentOrder, status: FulfillmentStatus) -> None:
    summary = f"{fulfillment_order.number} is {status}"
    set_fulfillment_status(unit, fulfillment_order, status, "fulfillment_order.status_changed", summary)


def _none_to(verb: str) -> Refused:
    blocker = Blocker(BlockerCode.WRONG_STATUS, f"You have no fulfilment order in this order to {verb}.")
    return Refused(not_allowed([blocker], ("input", "orderId")))
