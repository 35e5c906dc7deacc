"""One order computed once more: quantities, totals, statuses, event numbers."""

from __future__ import annotations

from collections.abc import Iterator

from domain.fulfillment import settled
from domain.lines import LineFacts, LineStatus, broken_laws, line_status
from domain.money import tax_inside
from domain.orders import OrderStatus, order_status, part_reason, status_reason
from models import OrderLine
from operations.audit.findings import Finding, differs
from operations.audit.pages import Audited
from operations.settling import fulfillment_facts, order_facts


def findings_of(audited: Audited) -> Iterator[Finding]:
    """Everything that is not as it should be, in the order of an order's own making."""
    yield from _belongings(audited)
    yield from _quantities(audited)
    yield from _money(audited)
    yield from _line_statuses(audited)
    yield from _fulfillment_statuses(audited)
    yield from _order_status(audited)
    yield from _share_statuses(audited)
    yield from _numbers(audited)


def _belongings(audited: Audited) -> Iterator[Finding]:
    """Whose each thing is: who may see it follows from that."""
    unit = audited.unit
    number = unit.order.number
    yield from differs("retailer", unit.order.retailer_id, unit.channel.retailer_id, number)
    for line in unit.lines:
        part = unit.fulfillment(line.fulfillment_order_id)
        yield from differs(
            f"{_name(line)}: fulfiller", line.fulfiller_id, part.fulfiller_id if part else None, number
        )
        if part:
            yield from differs(f"{_name(line)}: source", line.source_id, part.source_id, number)


def _quantities(audited: Audited) -> Iterator[Finding]:
    """The laws of quantities; parcels hold what counts as shipped, and the log tells what was cancelled."""
    number = audited.unit.order.number
    for line in audited.unit.lines:
        for law in broken_laws(line.quantities):
            yield Finding(f"{_name(line)}: {law}", number)
        shipped, delivered = audited.shipped.get(line.id, 0), audited.delivered.get(line.id, 0)
        yield from differs(f"{_name(line)}: units shipped", line.shipped, shipped, number)
        yield from differs(f"{_name(line)}: units delivered", line.delivered, delivered, number)
        cancelled = audited.cancelled.get(line.id, 0)
        yield from differs(f"{_name(line)}: units cancelled", line.cancelled, cancelled, number)


def _money(audited: Audited) -> Iterator[Finding]:
    """Lines add up, and so does the order. In minor units."""
    order, lines = audited.unit.order, audited.unit.lines
    for line in lines:
        total = line.ordered * line.unit_price_minor - line.discount_minor
        yield from differs(f"{_name(line)}: total", line.total_minor, total, order.number)
        yield from differs(f"{_name(line)}: tax", line.tax_minor, tax_inside(total, line.tax_rate), order.number)
        yield from differs(f"{_name(line)}: net + tax", line.net_minor + line.tax_minor, total, order.number)
    items = sum(line.ordered * line.unit_price_minor for line in lines)
    discount = sum(line.discount_minor for line in lines)
    tax = sum(line.tax_minor for line in lines) + order.shipping_tax_minor
    yield from differs("total of items", order.items_minor, items, order.number)
    yield from differs("total discount", order.discount_minor, discount, order.number)
    yield from differs("total tax", order.tax_minor, tax, order.number)
    yield from differs("grand total", order.total_minor, items - discount + order.shipping_minor, order.number)


def _line_statuses(audited: Audited) -> Iterator[Finding]:
    unit = audited.unit
    for line in unit.lines:
        fulfillment_order = unit.fulfillment(line.fulfillment_order_id)
        facts = LineFacts(
            line.quantities,
            fulfillment=fulfillment_order.status if fulfillment_order else None,
            allocated=line.source_id is not None,
        )
        yield from differs(f"{_name(line)}: status", line.status, line_status(facts), unit.order.number)
        told = audited.told.get(("line", line.id), LineStatus.NEW)
        yield from differs(f"{_name(line)}: last status in the log", told, line.status, unit.order.number)


def _fulfillment_statuses(audited: Audited) -> Iterator[Finding]:
    unit = audited.unit
    for row in unit.fulfillments:
        computed = settled(fulfillment_facts(row, unit.lines_of(row)))
        yield from differs(f"{row.number}: status", row.status, computed, unit.order.number)
        told = audited.told.get(("fulfillment_order", row.id))
        yield from differs(f"{row.number}: last status in the log", told, row.status, unit.order.number)


def _order_status(audited: Audited) -> Iterator[Finding]:
    order = audited.unit.order
    facts = order_facts(audited.unit)
    status = order_status(facts)
    yield from differs("status", order.status, status, order.number)
    yield from differs(
        "status reason", order.status_reason, status_reason(facts, status, order.cancel_reason), order.number
    )
    told = audited.told.get(("order", 0), OrderStatus.NEW)
    yield from differs("last status in the log", told, order.status, order.number)


def _share_statuses(audited: Audited) -> Iterator[Finding]:
    """What each fulfiller sees of the order."""
    unit = audited.unit
    number = unit.order.number
    shares = {tracked.row.fulfiller_id: tracked.row for tracked in unit.tracked_shares}
    for fulfiller_id in dict.fromkeys((*(fo.fulfiller_id for fo in unit.fulfillments), *shares)):
        what = f"fulfiller {fulfiller_id}: status"
        facts = order_facts(unit, fulfiller_id)
        if not facts.lines:
            continue
        share = shares.get(fulfiller_id)
        status = order_status(facts)
        reason = part_reason(facts, status)
        yield from differs(what, share.status if share else None, status, number)
        yield from differs(f"{what} reason", share.status_reason if share else None, reason, number)
        if share:
            told = audited.told.get(("share", fulfiller_id))
            yield from differs(f"{what} last in the log", told, share.status, number)


def _numbers(audited: Audited) -> Iterator[Finding]:
    """Events are numbered 1, 2, 3 ... up to the order's version."""
    order, numbering = audited.unit.order, audited.numbering
    yield from differs("number of events", numbering.count, order.version, order.number)
    yield from differs("first event number", numbering.first, 1, order.number)
    yield from differs("last event number", numbering.last, order.version, order.number)


def _name(line: OrderLine) -> str:
    return f"line {line.number}"
