"""Verification: what stands in an order's way, and a source for every line that has none yet (S1, S4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.addresses import AddressRole
from domain.issues import Finding, IssueCode
from domain.routing import Promise, gone
from models import Order, OrderLine
from models.statements import query
from operations import stock
from operations.orders.checking import Case, Plan, check, stage_checked
from operations.orders.issues import reconcile
from operations.unit import Unit


async def verify_order(unit: Unit) -> None:
    """Raises and resolves the order's issues, gives lines their source, and moves an unsent order between NEW and
    RECEIVED. Stock is reserved only when nothing blocks the order as a whole; an order without open units has no
    issues left."""
    plan = await _plan(unit) if any(line.open for line in unit.lines) else Plan([])
    await _carry_out(unit, plan)
    await reconcile(unit, plan.findings)
    unit.order.stage = stage_checked(unit.order.stage, blocked=plan.blocked, auto_verify=unit.channel.auto_verify)


async def _plan(unit: Unit) -> Plan:
    case = Case(unit, await unit.address(AddressRole.SHIPPING), await unit.payments())
    (plan,) = await check(unit.market, [case])
    if await _looks_doubled(unit.order):
        message = "The same customer ordered for the same amount within a day."
        plan.of_order.append(Finding(IssueCode.DUPLICATE_SUSPECTED, message, "customer.email"))
    return plan


async def _carry_out(unit: Unit, plan: Plan) -> None:
    """Gives sources back and takes new ones. What somebody else took meanwhile is a finding."""
    for line in plan.unmapped:
        await stock.release(line, line.open)
        line.source_id = None
        summary = f"Line {line.number} ({line.sku}) has no shipping service any more"
        unit.record("line.deallocated", summary, line=line)
    for line, variant in plan.variants:
        line.variant_id = variant.id if variant else None
    lines = {line.number: line for line, _ in plan.variants}
    for promise in plan.promises:
        if await _reserve(unit, promise):
            _allocate(unit, lines[promise.wanted.number], promise)
        else:
            plan.of_lines.append(gone(promise.wanted))


async def _reserve(unit: Unit, promise: Promise) -> bool:
    offer, beyond_stock = promise.offer, unit.channel.allow_backorder
    if offer.available is None:
        return True
    return await stock.reserve(offer.stock_level_id, promise.wanted.units, beyond_stock=beyond_stock)


def _allocate(unit: Unit, line: OrderLine, promise: Promise) -> None:
    offer = promise.offer
    line.source_id, line.supplier_cost_minor = offer.source_id, offer.supplier_cost_minor
    reserved = 0 if offer.available is None else promise.wanted.units
    unit.record(
        "line.allocated",
        f"Line {line.number} ({line.sku}) will come from {offer.source_name}",
        line=line,
        data={"sourceId": offer.source_id, "reserved": reserved},
    )


async def _looks_doubled(order: Order) -> bool:
    if not order.customer_email:
        return False
    day = timedelta(days=1)
    since, until = order.placed_at - day, order.placed_at + day
    twins = await query(_TWINS, order.customer_email, order.channel_id, order.total_minor, since, until, order.id)
    return bool(twins)


_TWINS: Final = """
    SELECT "id" FROM "orders" WHERE "customer_email" = $1 AND "channel_id" = $2 AND "total_minor" = $3
    AND "placed_at" >= $4 AND "placed_at" <= $5 AND "id" <> $6 LIMIT 1
"""
