"""Verification: what stands in an order's way, and a source for every line that has none yet (S1, S4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from domain.addresses import AddressRole, missing_parts
from domain.catalog import DeliveryMode, ItemKind
from domain.issues import Finding, IssueCode
from domain.orders import OrderStage, stage_after
from domain.payments import CaptureMode
from domain.routing import Promise, Wanted, route
from models import Address, Order, OrderLine, Variant
from models.statements import fetch, listed, query
from operations import stock
from operations.orders.issues import reconcile
from operations.orders.offers import offers_for, services_of, sources_of
from operations.unit import Unit


async def verify_order(unit: Unit) -> None:
    """Raises and resolves the order's issues, gives lines their source, and moves an unsent order between NEW and
    RECEIVED. Stock is reserved only when nothing blocks the order as a whole; an order without open units has no
    issues left."""
    findings = await _find(unit) if any(line.open for line in unit.lines) else []
    await reconcile(unit, findings)
    _move_stage(unit, blocked=any(finding.blocking for finding in findings))


async def _find(unit: Unit) -> list[Finding]:
    address = await unit.address(AddressRole.SHIPPING)
    findings = await _order_findings(unit, address)
    may_reserve = not any(finding.blocking for finding in findings)
    return findings + await _promise(unit, address, may_reserve=may_reserve)


def unsent(unit: Unit) -> list[OrderLine]:
    """Lines with open units that are in no fulfilment order."""
    return [line for line in unit.lines if line.open and line.fulfillment_order_id is None]


def _move_stage(unit: Unit, *, blocked: bool) -> None:
    if unit.order.stage is OrderStage.SENT or (not blocked and not unit.channel.auto_verify):
        return
    target = stage_after(unit.order.stage, "raise_issue" if blocked else "verify")
    unit.order.stage = target or unit.order.stage


async def _promise(unit: Unit, address: Address | None, *, may_reserve: bool) -> list[Finding]:
    """Routes the lines that have no source. What cannot be had is a finding."""
    await _give_up_unmapped(unit)
    lines = [line for line in unsent(unit) if line.source_id is None]
    if not lines:
        return []
    variants = await _variants(unit.order, lines)
    offers = await offers_for(unit, address, [variant.id for variant in variants.values()])
    findings, promises = [], []
    for line in lines:
        variant = variants.get(line.sku)
        line.variant_id = variant.id if variant else None
        incomplete = _personalisation(line, variant)
        findings += incomplete
        answer = route(
            Wanted(
                line.number, line.sku, line.open, line.delivery_mode, variant.status if variant else None,
                line.supplier_code, unit.order.shipping_method,
            ),
            offers.get(variant.id, ()) if variant else (),
            allow_backorder=unit.channel.allow_backorder,
        )  # fmt: skip
        if isinstance(answer, Finding):
            findings.append(answer)
        elif not incomplete:  # what has a source is not looked at again, and goes with whatever is ready
            promises.append((line, answer))
    if may_reserve:
        findings += await _reserve(unit, promises)
    return findings


async def _give_up_unmapped(unit: Unit) -> None:
    """Lines whose shipping mapping was taken away after they got their source are routed anew."""
    promised = [line for line in unsent(unit) if line.source_id and line.delivery_mode is DeliveryMode.SHIP]
    if not promised:
        return
    companies = {key: source.company_id for key, source in (await sources_of(unit, promised)).items()}
    services = await services_of(unit, set(companies.values()))
    for line in promised:
        if line.source_id is not None and companies[line.source_id] not in services:
            await stock.release(line, line.open)
            line.source_id = None
            unit.record(
                "line.deallocated", f"Line {line.number} ({line.sku}) has no shipping service any more", line=line
            )


async def _variants(order: Order, lines: Sequence[OrderLine]) -> dict[str, Variant]:
    skus = sorted({line.sku for line in lines})
    chosen = f'WHERE "company_id" = $1 AND "sku" IN ({listed(len(skus), 2)})'
    return {row.sku: row for row in await fetch(Variant, chosen, order.retailer_id, *skus)}


async def _reserve(unit: Unit, promises: Sequence[tuple[OrderLine, Promise]]) -> list[Finding]:
    """Takes stock in the order of its rows, so that two orders never wait for each other."""
    findings = []
    for line, promise in sorted(promises, key=lambda pair: pair[1].offer.stock_level_id):
        offer = promise.offer
        managed = offer.available is not None
        if managed and not await stock.reserve(
            offer.stock_level_id, line.open, beyond_stock=unit.channel.allow_backorder
        ):
            message = f"{line.open} of {line.sku} are wanted; somebody else took the last ones."
            findings.append(Finding(IssueCode.OUT_OF_STOCK, message, f"lines.{line.number}.sku", line.number))
            continue
        line.source_id, line.supplier_cost_minor = offer.source_id, offer.supplier_cost_minor
        reserved = line.open if managed else 0
        unit.record(
            "line.allocated",
            f"Line {line.number} ({line.sku}) will come from {offer.source_name}",
            line=line,
            data={"sourceId": offer.source_id, "reserved": reserved},
        )
    return findings


def _personalisation(line: OrderLine, variant: Variant | None) -> list[Finding]:
    if line.item_kind is not ItemKind.PERSONALISED or variant is None:
        return []
    given = line.personalisation or {}
    missing = [name for name in variant.required_inputs if not str(given.get(name, "")).strip()]
    if not missing:
        return []
    message = f"Line {line.number} lacks {', '.join(missing)}."
    path = f"lines.{line.number}.personalisation"
    return [Finding(IssueCode.PERSONALISATION_INCOMPLETE, message, path, line.number)]


async def _order_findings(unit: Unit, address: Address | None) -> list[Finding]:
    order, findings = unit.order, []
    if any(line.delivery_mode is DeliveryMode.SHIP for line in unit.lines):
        findings += _address_findings(address)
    findings += await _payment_findings(unit)
    if order.required_dispatch_date and order.required_dispatch_date < order.received_at.date():
        message = f"Should have left on {order.required_dispatch_date}, before it arrived."
        findings.append(Finding(IssueCode.DISPATCH_DATE_PAST, message, "requiredDispatchDate"))
    if await _looks_doubled(order):
        message = "The same customer ordered for the same amount within a day."
        findings.append(Finding(IssueCode.DUPLICATE_SUSPECTED, message, "customer.email"))
    return findings


def _address_findings(address: Address | None) -> list[Finding]:
    if address is None:
        return [Finding(IssueCode.ADDRESS_INCOMPLETE, "There is no delivery address.", "shippingAddress")]
    missing = missing_parts(
        name=address.name or address.company,
        street=address.street,
        city=address.city,
        postcode=address.postcode,
        country_code=address.country_code,
    )
    return [
        Finding(IssueCode.ADDRESS_INCOMPLETE, f"The delivery address lacks {part}.", f"shippingAddress.{part}")
        for part in missing
    ]


async def _payment_findings(unit: Unit) -> list[Finding]:
    order = unit.order
    payments = await unit.payments()
    paid = sum(max(payment.authorised_minor, payment.captured_minor) for payment in payments)
    if order.total_minor and not paid and unit.channel.capture_mode is not CaptureMode.OFFLINE:
        return [Finding(IssueCode.PAYMENT_NOT_AUTHORISED, "No payment is authorised.", "payments")]
    if payments and abs(paid - order.total_minor) > 1:
        return [Finding(IssueCode.TOTALS_MISMATCH, "Payment and order total differ.", "payments")]
    return []


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
