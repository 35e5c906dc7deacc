"""Cancelling an order, or units of some of its lines (S2, cancel order)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.access import Viewer
from domain.actions import ActionName
from domain.events import Audience
from domain.orders import CancelReason, OrderStage
from models import OrderLine
from operations import stock
from operations.orders.judging import judge_cancellation, lines_to_ask_about
from operations.orders.verifying import verify_order
from operations.permissions import require_action
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
    require_action(viewer, ActionName.ORDER_CANCEL)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        sources = await unit.market.sources_of(lines_to_ask_about(unit))
        cancellation = judge_cancellation(unit, command.lines, sources)
        if cancellation.done:
            return unit.order_id
        unit.refuse_if(cancellation.reasons)
        shares = cancellation.shares
        for line, units in shares:
            _cancel_units(unit, line, units, command.reason)
        for line, units in stock.counted(shares, await stock.levels_of(line for line, _ in shares)):
            await stock.release(line, units)
        if unit.order.stage is not OrderStage.SENT:
            await verify_order(unit)  # what stood in the way may have been about these units
        _end_when_all_is_cancelled(unit, command.reason)
        return unit.order_id


def _cancel_units(unit: Unit, line: OrderLine, units: int, reason: CancelReason) -> None:
    """The reason is the business of whoever gave it: a fulfiller is told what is cancelled, and not why."""
    unit.move(line, "cancel", units)
    done, told = "line.cancelled", f"{units} of line {line.number} ({line.sku}) cancelled"
    about: dict[str, Any] = {"line": line, "fulfillment_order": unit.fulfillment(line.fulfillment_order_id)}
    why: dict[str, Any] = {**about, "data": {"quantity": units, "reason": reason}}
    if line.fulfiller_id in (None, unit.viewer.scope.company_id):
        unit.record(done, f"{told}: {reason}", **why)
        return
    unit.record(done, f"{told}: {reason}", audience=Audience.RETAILER, **why)
    unit.record(done, told, audience=Audience.FULFILLER, data={"quantity": units}, **about)


def _end_when_all_is_cancelled(unit: Unit, reason: CancelReason) -> None:
    """A cancelled order is not held any more."""
    if all(line.cancelled == line.ordered for line in unit.lines):
        unit.order.cancel_reason = reason
        unit.order.hold_reason = unit.order.hold_note = unit.order.held_until = None
