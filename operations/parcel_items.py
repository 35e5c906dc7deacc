"""What goes into a parcel, and everything that stands against making or taking back one: asked by the mutations
under the lock, and by whoever only wants to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.fulfillment import shipping_blockers
from domain.refusals import Blocker, BlockerCode, QuantityExceeded, Reason, not_allowed
from domain.shipments import deletion_blockers, tracking_blockers
from models import FulfillmentOrder, OrderLine, Shipment
from operations import stock
from operations.lines import shares_named
from operations.rows import OrderRows
from operations.settling import fulfillment_facts

FULFILLMENT_ORDER: Final = ("input", "fulfillmentOrderId")
_SHIPMENT: Final = ("input", "shipmentId")


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """Units of one line."""

    line_id: int | None
    quantity: int


def judge_parcel(
    rows: OrderRows,
    fulfillment_order: FulfillmentOrder,
    items: Sequence[ParcelItem] | None,
    levels: stock.Levels,
) -> tuple[list[stock.Share], list[Reason]]:
    """Lines and units of a parcel, without items everything open; and everything against making it.

    `levels` are units on hand, of `stock.levels_of` the fulfilment order's lines.
    """
    own = rows.lines_of(fulfillment_order)
    held = rows.order.hold_reason is not None
    against = shipping_blockers(
        fulfillment_facts(fulfillment_order, own, order_held=held), fulfillment_order.number
    )
    reasons: list[Reason] = [not_allowed(against, FULFILLMENT_ORDER)] if against else []
    if items is None:
        shares = [(line, line.open) for line in own if line.open]
    else:
        shares, wrong = shares_named(
            rows, items, "input", "items", verb="Ship", misplaced=lambda line: _misplaced(line, fulfillment_order)
        )
        reasons += wrong
        if not wrong:
            reasons += _torn_bundles(own, shares)
    reasons += (too_few(items, line, on_hand) for line, on_hand in stock.missing(shares, levels))
    return shares, reasons


def shippable(line: OrderLine, levels: stock.Levels) -> int:
    """How many units of a line are there to go into a parcel."""
    on_hand = stock.on_hand(line, levels)
    return line.open if on_hand is None else min(line.open, on_hand)


def too_few(items: Sequence[ParcelItem] | None, line: OrderLine, on_hand: int) -> QuantityExceeded:
    """Fewer are in stock than go into the parcel."""
    message = f"{on_hand} of {line.sku} (line {line.number}) are in stock; book in what has arrived first."
    places = (str(place) for place, item in enumerate(items or ()) if item.line_id == line.id)
    path = FULFILLMENT_ORDER if items is None else ("input", "items", next(places), "quantity")
    return QuantityExceeded(message=message, path=path, available=on_hand)


def against_deletion(shipment: Shipment) -> list[Reason]:
    """Against taking a parcel back."""
    blockers = list(deletion_blockers(shipment.number, shipment.status))
    return [not_allowed(blockers, _SHIPMENT)] if blockers else []


def against_tracking(shipment: Shipment, *, tracked: bool) -> list[Reason]:
    """Against recording what a carrier says of it; `tracked`: whether its service is."""
    blockers = list(tracking_blockers(shipment.number, shipment.status, tracked=tracked))
    return [not_allowed(blockers, _SHIPMENT)] if blockers else []


def _misplaced(line: OrderLine, fulfillment_order: FulfillmentOrder) -> Blocker | None:
    if line.fulfillment_order_id == fulfillment_order.id:
        return None
    message = f"Line {line.number} does not belong to {fulfillment_order.number}."
    return Blocker(BlockerCode.WRONG_FULFILLMENT_ORDER, message)


def _torn_bundles(own: Sequence[OrderLine], shares: Sequence[stock.Share]) -> Iterator[Reason]:
    """Lines of one bundle in a fulfilment order ship together, with every open unit."""
    shipped = {line.id: units for line, units in shares}
    for bundle in sorted({line.bundle for line, _ in shares if line.bundle}):
        left = [line for line in own if line.bundle == bundle and line.open > shipped.get(line.id, 0)]
        if left:
            numbers = ", ".join(str(line.number) for line in left)
            message = f"Bundle {bundle} ships together: lines {numbers} would stay behind."
            yield not_allowed([Blocker(BlockerCode.BUNDLE_INCOMPLETE, message)], ("input", "items"))
