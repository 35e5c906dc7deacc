"""Cancelling an order, or units of some of its lines (S2, cancel order)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.access import Permission, Viewer
from domain.catalog import CancelMode
from domain.orders import CancelReason, OrderStage, OrderStatus
from domain.refusals import (
    InvalidInput,
    NotFound,
    QuantityExceeded,
    Reason,
)
from models import OrderLine, Source
from operations import stock
from operations.orders.judging import action_facts, refuse_unless_allowed
from operations.orders.verifying import verify_order
from operations.permissions import require
from operations.retrying import retried
from operations.unit import Unit, order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class CancelLine:
    """Units of one line; without a quantity every open one."""

    line_id: int | None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel the whole order, or the lines named."""

    order_id: int | None
    lines: tuple[CancelLine, ...] | None = None
    reason: CancelReason = CancelReason.CUSTOMER_REQUEST


@retried
async def cancel(world: World, viewer: Viewer, command: CancelOrder) -> int:
    """Cancels open units, at once. Answers the order's key.

    Cancelling what is cancelled changes nothing; a fulfiller cancels its own lines. Refused when no unit is open,
    when the whole order is meant and units have shipped, for more units than are open, or where a warehouse must
    agree first.
    """
    require(viewer, Permission.ORDERS_CANCEL)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        facts = await action_facts(unit, whole_order=command.lines is None)
        if facts.status is OrderStatus.CANCELLED and command.lines is None:
            return unit.order_id
        reasons = list(_reasons_against(unit, command.lines))
        shares = [] if reasons else _shares(unit, command.lines)
        facts = replace(facts, awaiting_warehouse=await _warehouses_to_ask(viewer, shares))
        refuse_unless_allowed(unit, "cancel", facts, "input", "orderId", beside=reasons)
        for line, units in shares:
            _cancel_units(unit, line, units, command.reason)
        for line, units in await stock.counted(shares):
            await stock.release(line, units)
        if unit.order.stage is not OrderStage.SENT:
            await verify_order(unit)  # what stood in the way may have been about these units
        _end_when_all_is_cancelled(unit, command.reason)
        return unit.order_id


def _cancel_units(unit: Unit, line: OrderLine, units: int, reason: CancelReason) -> None:
    unit.move(line, "cancel", units)
    unit.record(
        "line.cancelled",
        f"{units} of line {line.number} ({line.sku}) cancelled: {reason}",
        line=line,
        fulfillment_order=unit.fulfillment(line.fulfillment_order_id),
        data={"quantity": units, "reason": reason},
    )


def _shares(unit: Unit, asked: Sequence[CancelLine] | None) -> list[stock.Share]:
    """Lines and units to cancel, when nothing is against them."""
    if asked is None:
        return [(line, line.open) for line in unit.own_lines if line.open]
    lines = {line.id: line for line in unit.own_lines}
    return [(lines[share.line_id], share.quantity or lines[share.line_id].open) for share in asked]


def _reasons_against(unit: Unit, asked: Sequence[CancelLine] | None) -> Iterator[Reason]:
    if asked is None:
        return
    if not asked:
        yield InvalidInput(message="Name at least one line, or leave lines out.", path=("input", "lines"))
    lines = {line.id: line for line in unit.own_lines}
    times = Counter(share.line_id for share in asked)
    for place, share in enumerate(asked):
        path = ("input", "lines", str(place))
        line = lines.get(share.line_id)
        if line is None:
            yield NotFound(message="The order has no such line, or you may not see it.", path=(*path, "lineId"))
        elif times[share.line_id] > 1:
            yield InvalidInput(message="The line is named more than once.", path=(*path, "lineId"))
        elif share.quantity is not None and share.quantity < 1:
            yield InvalidInput(message="Cancel at least one unit.", path=(*path, "quantity"))
        elif line.open < (share.quantity or 1):
            message = f"{line.open} units of line {line.number} are open."
            yield QuantityExceeded(message=message, path=(*path, "quantity"), available=line.open)


async def _warehouses_to_ask(viewer: Viewer, shares: Sequence[stock.Share]) -> tuple[str, ...]:
    """Sources that were sent units and must agree to their cancellation. A fulfiller agrees by asking."""
    if viewer.scope.is_fulfiller:
        return ()
    sent_to = {line.source_id for line, _ in shares if line.fulfillment_order_id is not None}
    if not sent_to:
        return ()
    outside = Source.filter(id__in=sent_to, cancel_mode=CancelMode.ON_REQUEST).order_by("id")
    return tuple(str(name) for name in await outside.values_list("name", flat=True))


def _end_when_all_is_cancelled(unit: Unit, reason: CancelReason) -> None:
    """A cancelled order is not held any more."""
    if all(line.cancelled == line.ordered for line in unit.lines):
        unit.order.cancel_reason = reason
        unit.order.hold_reason = unit.order.hold_note = unit.order.held_until = None
