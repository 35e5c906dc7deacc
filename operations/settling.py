"""Every status of an order computed anew, with an event for each that changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from domain.events import Audience
from domain.fulfillment import FulfillmentFacts, FulfillmentStatus, settled
from domain.lines import LineFacts, line_status
from domain.orders import (
    OrderFacts,
    OrderStage,
    OrderStatus,
    closes_itself,
    order_status,
    part_reason,
    status_reason,
)
from domain.shipments import to_pass_on
from models import FulfillmentOrder, OrderLine, OrderShare, SalesChannel, Shipment
from models.statements import query
from operations.money import due_of
from operations.recording import moved
from operations.rows import OrderRows
from operations.tracked import Tracked

if TYPE_CHECKING:
    from operations.unit import Unit


async def settle(unit: Unit) -> None:
    """Fulfilment orders first, then lines, the order, and each fulfiller's share. Closes what closes itself."""
    for fulfillment_order in unit.fulfillments:
        _settle_fulfillment(unit, fulfillment_order)
    for line in unit.lines:
        _settle_line(unit, line)
    _settle_order(unit)
    await close_if_done(unit)
    await _settle_shares(unit)


def fulfillment_facts(
    fulfillment_order: FulfillmentOrder,
    lines: list[OrderLine],
    *,
    produces: bool = False,
    order_held: bool = False,
) -> FulfillmentFacts:
    """A fulfilment order as the rules know it."""
    return FulfillmentFacts(
        status=fulfillment_order.status,
        open_units=sum(line.open for line in lines),
        shipped_units=sum(line.shipped for line in lines),
        delivered_units=sum(line.delivered for line in lines),
        produces=produces,
        order_held=order_held,
    )


def order_facts(rows: OrderRows, fulfiller_id: int | None = None) -> OrderFacts:
    """The order as the rules know it; with a fulfiller, its own part of the order alone."""
    lines = [line for line in rows.lines if fulfiller_id in (None, line.fulfiller_id)]
    return OrderFacts(
        stage=rows.order.stage,
        lines=tuple(line.quantities for line in lines),
        fulfillments=tuple(
            fulfillment_facts(fo, rows.lines_of(fo))
            for fo in rows.fulfillments
            if fulfiller_id in (None, fo.fulfiller_id)
        ),
        hold=rows.order.hold_reason,
        closed=rows.order.closed_at is not None,
    )


def set_fulfillment_status(
    unit: Unit, fulfillment_order: FulfillmentOrder, status: FulfillmentStatus, type_: str, summary: str
) -> None:
    """Moves a fulfilment order on and drafts the event."""
    before, fulfillment_order.status = fulfillment_order.status, status
    fulfillment_order.status_since = unit.now
    unit.record(type_, summary, fulfillment_order=fulfillment_order, data=moved((before, status)))


def _settle_fulfillment(unit: Unit, fulfillment_order: FulfillmentOrder) -> None:
    status = settled(fulfillment_facts(fulfillment_order, unit.lines_of(fulfillment_order)))
    if status is not fulfillment_order.status:
        summary = f"{fulfillment_order.number} is {status}"
        set_fulfillment_status(unit, fulfillment_order, status, "fulfillment_order.status_changed", summary)


def _settle_line(unit: Unit, line: OrderLine) -> None:
    fulfillment_order = unit.fulfillment(line.fulfillment_order_id)
    facts = LineFacts(
        line.quantities,
        fulfillment=fulfillment_order.status if fulfillment_order else None,
        allocated=line.source_id is not None,
    )
    before, line.status = line.status, line_status(facts)
    if line.status is not before:
        summary = f"Line {line.number} ({line.sku}) is {line.status}"
        unit.record(
            "line.status_changed",
            summary,
            line=line,
            fulfillment_order=fulfillment_order,
            data=moved((before, line.status)),
        )


def _settle_order(unit: Unit) -> None:
    order, facts = unit.order, order_facts(unit)
    before, status = order.status, order_status(facts)
    reason = status_reason(facts, status, order.cancel_reason)
    if (status, reason) == (before, order.status_reason):
        return
    order.status, order.status_reason = status, reason
    if status is not before:
        order.status_since = unit.now
    summary = f"Order {order.number} is {status}" + (f" ({reason})" if reason else "")
    unit.record("order.status_changed", summary, data=moved((before, status), reason=reason))


async def close_if_done(unit: Unit) -> None:
    """Closes the order when it closes by itself: delivered (or shipped untracked), paid, tracking passed on."""
    if unit.order.stage is not OrderStage.SENT or unit.order.status not in (
        OrderStatus.DELIVERED,
        OrderStatus.SHIPPED,
    ):
        return
    tracked, pending = await tracking_state(unit)
    due = await due_of(unit)
    if closes_itself(order_facts(unit), tracked=tracked, due_minor=due, tracking_pending=pending):
        close(unit)


def close(unit: Unit) -> None:
    """Sets the closed flag and drafts the event."""
    before = unit.order.status
    unit.order.closed_at = unit.order.status_since = unit.now
    unit.order.status = OrderStatus.COMPLETE
    unit.record("order.closed", f"Order {unit.order.number} is closed", data=moved((before, OrderStatus.COMPLETE)))


async def tracking_state(unit: Unit) -> tuple[bool, bool]:
    """Whether any parcel goes by a tracked service, and whether tracking is still to be passed on."""
    parcels = await query(_PARCELS, unit.order.id)
    waiting = (to_pass_on(row["tracking_number"], row["tracking_passed_on_at"]) for row in parcels)
    return any(row["tracked"] for row in parcels), pushes_tracking(unit.channel) and any(waiting)


def tracking_pending(channel: SalesChannel, parcels: Iterable[Shipment]) -> bool:
    """Whether tracking is still to be passed on, with the order's parcels at hand."""
    kept = (parcel for parcel in parcels if parcel.deleted_at is None)
    return pushes_tracking(channel) and any(
        to_pass_on(parcel.tracking_number, parcel.tracking_passed_on_at) for parcel in kept
    )


def pushes_tracking(channel: SalesChannel) -> bool:
    """Whether the channel wants to know tracking."""
    return channel.tracking_push_url is not None


_PARCELS: Final = """
    SELECT coalesce(c."tracked", FALSE) AS "tracked", s."tracking_number", s."tracking_passed_on_at"
    FROM "shipments" s LEFT JOIN "carrier_services" c ON c."id" = s."service_id"
    WHERE s."order_id" = $1 AND s."deleted_at" IS NULL
"""


async def _settle_shares(unit: Unit) -> None:
    known = {tracked.row.fulfiller_id: tracked for tracked in unit.tracked_shares}
    for fulfiller_id in dict.fromkeys(fo.fulfiller_id for fo in unit.fulfillments):
        facts = order_facts(unit, fulfiller_id)
        if not facts.lines:
            continue
        status = order_status(facts)
        reason = part_reason(facts, status)
        share = known[fulfiller_id].row if fulfiller_id in known else None
        before = share.status if share else None
        if share is None:
            unit.tracked_shares.append(Tracked(await _share(unit, fulfiller_id, status, reason)))
        elif (share.status, share.status_reason) == (status, reason):
            continue
        else:
            share.status, share.status_reason, share.status_since = status, reason, unit.now
        unit.record(
            "order.status_changed",
            f"Order {unit.order.number} is {status}" + (f" ({reason})" if reason else ""),
            audience=Audience.FULFILLER,
            fulfiller_id=fulfiller_id,
            data=moved((before, status), reason=reason),
        )


async def _share(unit: Unit, fulfiller_id: int, status: OrderStatus, reason: str | None) -> OrderShare:
    return await OrderShare.create(
        order_id=unit.order.id,
        fulfiller_id=fulfiller_id,
        status=status,
        status_reason=reason,
        status_since=unit.now,
        placed_at=unit.order.placed_at,
    )
