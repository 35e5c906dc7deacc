"""Parcels: made from open units of a fulfilment order, deleted while they have not arrived (S4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from domain.access import Permission, Viewer
from domain.fulfillment import OVER, SHIPPABLE, FulfillmentStatus
from domain.refusals import (
    Blocker,
    BlockerCode,
    InvalidInput,
    NotFound,
    QuantityExceeded,
    Reason,
    Refused,
    not_allowed,
)
from domain.shipments import FINAL, ShipmentStatus
from domain.texts import link_reasons, measure_reasons, text_reasons, tidy
from models import Carrier, FulfillmentOrder, OrderLine, Shipment, ShipmentItem
from models.statements import fetch
from operations import stock
from operations.permissions import absent, require
from operations.retrying import retried
from operations.unit import Unit, order_of_fulfillment, order_of_shipment, order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """Units of one line."""

    line_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Weight in grams, sides in millimetres."""

    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


@dataclass(frozen=True, slots=True)
class CreateShipment:
    """Ship units of one fulfilment order in one parcel; without items everything open."""

    fulfillment_order_id: int | None
    items: tuple[ParcelItem, ...] | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    tracking_comment: str | None = None
    box_number: str | None = None
    expected_delivery: date | None = None
    measures: Measures = Measures()


@dataclass(frozen=True, slots=True)
class DeleteShipment:
    """Take a parcel back: its units are open again."""

    shipment_id: int | None


_PART: Final = ("input", "fulfillmentOrderId")
LONGEST_LINK: Final = 700
HEAVIEST_GRAMS: Final = 100_000_000
LONGEST_MM: Final = 1_000_000
"""A hundred tonnes and a kilometre: beyond them it is a typing error."""


@retried
async def create(world: World, viewer: Viewer, command: CreateShipment) -> int:
    """Moves units to shipped in a new parcel. Answers the parcel's key.

    Refused while the order is held, before the supplier accepted, for more than is open or in stock, for lines of
    another fulfilment order, and for a part of a bundle.
    """
    require(viewer, Permission.SHIPMENTS_MANAGE)
    against = tuple(_wrong(command))
    order_id = await order_of_fulfillment(viewer, command.fulfillment_order_id)
    if order_id is None:
        raise absent("fulfilment order", *_PART, beside=against)
    async with order_unit(world, viewer, order_id, *_PART, against=against) as unit:
        fulfillment_order = unit.fulfillment(command.fulfillment_order_id)
        if fulfillment_order is None:
            raise absent("fulfilment order", *_PART, beside=against)
        shares = _shares(unit, fulfillment_order, command.items)
        shipment = await _insert(unit, fulfillment_order, command)
        for line, units in shares:
            unit.move(line, "ship", units)
            await ShipmentItem.create(shipment_id=shipment.id, line_id=line.id, quantity=units)
        unit.refuse_if([reason async for reason in _taking(shares, named=command.items is not None)])
        unit.record(
            "shipment.created",
            f"Parcel {shipment.number} with {sum(units for _, units in shares)} units",
            fulfillment_order=fulfillment_order,
            shipment=shipment,
            data={
                "items": [{"lineId": line.id, "quantity": units} for line, units in shares],
                "tracking": bool(shipment.tracking_number),
            },
        )
        return int(shipment.id)


@retried
async def delete(world: World, viewer: Viewer, command: DeleteShipment) -> int:
    """Gives a parcel's units back. Refused once it has arrived, came back or was deleted. Answers its key."""
    require(viewer, Permission.SHIPMENTS_MANAGE)
    order_id = await order_of_shipment(viewer, command.shipment_id)
    if order_id is None:
        raise absent("parcel", "input", "shipmentId")
    async with order_unit(world, viewer, order_id, "input", "shipmentId") as unit:
        shipment = await Shipment.get(id=command.shipment_id)
        _refuse_unless_deletable(shipment)
        lines = {line.id: line for line in unit.lines}
        items = await ShipmentItem.filter(shipment_id=shipment.id).order_by("line_id")
        shares = [(lines[item.line_id], item.quantity) for item in items]
        for line, units in shares:
            unit.move(line, "unship", units)
        for line, units in await stock.counted(shares):
            await stock.give_back(line, units)
        shipment.status, shipment.deleted_at = ShipmentStatus.DELETED, unit.now
        await shipment.save(update_fields=["status", "deleted_at"])
        unit.order.closed_at = None
        unit.record(
            "shipment.deleted",
            f"Parcel {shipment.number} was deleted; its units are open again",
            fulfillment_order=unit.fulfillment(shipment.fulfillment_order_id),
            shipment=shipment,
        )
        return int(shipment.id)


def _wrong(command: CreateShipment) -> Iterator[Reason]:
    """What is wrong with the input, whatever the state of the order."""
    measures = command.measures
    yield from text_reasons(command.tracking_number, 100, "input", "trackingNumber", noun="A tracking number")
    yield from link_reasons(tidy(command.tracking_url), LONGEST_LINK, "input", "trackingUrl")
    yield from text_reasons(command.tracking_comment, 500, "input", "trackingComment", noun="The comment")
    yield from text_reasons(command.box_number, 50, "input", "boxNumber", noun="A box number")
    yield from measure_reasons(measures.weight_grams, HEAVIEST_GRAMS, "input", "weightGrams")
    for name, side in (
        ("length", measures.length_mm),
        ("width", measures.width_mm),
        ("height", measures.height_mm),
    ):
        yield from measure_reasons(side, LONGEST_MM, "input", f"{name}Mm")


def _state_against(unit: Unit, fulfillment_order: FulfillmentOrder) -> Iterator[Reason]:
    """Why no parcel can be made of it now, whatever is in it."""
    blockers = []
    if unit.order.hold_reason is not None:
        blockers.append(Blocker(BlockerCode.ON_HOLD, "The order is on hold; release it first."))
    if fulfillment_order.status not in SHIPPABLE:
        code, why = _UNSHIPPABLE.get(fulfillment_order.status, _NOT_YET)
        message = f"{fulfillment_order.number} is {fulfillment_order.status}: {why}."
        blockers.append(Blocker(code, message))
    if blockers:
        yield not_allowed(blockers, _PART)


_NOT_YET: Final = (BlockerCode.NOT_SHIPPABLE_YET, "parcels are made once its supplier has accepted it")
_UNSHIPPABLE: Final = {
    FulfillmentStatus.ON_HOLD: (BlockerCode.ON_HOLD, "release it first"),
    **dict.fromkeys(OVER, (BlockerCode.NOTHING_OPEN, "no unit of it is open any more")),
}


def _refuse_unless_deletable(shipment: Shipment) -> None:
    if shipment.status not in FINAL:
        return
    code = BlockerCode.SHIPMENT_DELETED if shipment.deleted_at else BlockerCode.SHIPMENT_DELIVERED
    blocker = Blocker(code, f"Parcel {shipment.number} is {shipment.status} and cannot be deleted.")
    raise Refused(not_allowed([blocker], ("input", "shipmentId")))


def _shares(
    unit: Unit, fulfillment_order: FulfillmentOrder, items: Sequence[ParcelItem] | None
) -> list[stock.Share]:
    """Lines and units of the parcel. Raises Refused with every reason against."""
    own = unit.lines_of(fulfillment_order)
    state = tuple(_state_against(unit, fulfillment_order))
    if items is None:
        unit.refuse_if(state)
        return [(line, line.open) for line in own if line.open]
    wrong = tuple(_items_against(unit, fulfillment_order, items))
    if wrong:
        unit.refuse_if((*state, *wrong))
    lines = {line.id: line for line in own}
    shares = [(lines[item.line_id], item.quantity) for item in items]
    unit.refuse_if((*state, *_torn_bundles(own, shares)))
    return shares


async def _taking(shares: Sequence[stock.Share], *, named: bool) -> AsyncIterator[Reason]:
    """Takes the goods out of stock. Tells where there are fewer than go into the parcel."""
    places = {line.id: str(place) for place, (line, _) in enumerate(shares)}
    for line, units in await stock.counted(shares):
        on_hand = await stock.take(line, units)
        if on_hand is not None:
            message = f"{on_hand} of {line.sku} (line {line.number}) are in stock; book in what has arrived first."
            path = ("input", "items", places[line.id], "quantity") if named else _PART
            yield QuantityExceeded(message=message, path=path, available=on_hand)


def _items_against(
    unit: Unit, fulfillment_order: FulfillmentOrder, items: Sequence[ParcelItem]
) -> Iterator[Reason]:
    if not items:
        yield InvalidInput(message="Name at least one line, or leave items out.", path=("input", "items"))
    lines = {line.id: line for line in unit.own_lines}
    times = Counter(item.line_id for item in items)
    for place, item in enumerate(items):
        path = ("input", "items", str(place))
        line = lines.get(item.line_id)
        if line is None:
            yield NotFound(message="The order has no such line, or you may not see it.", path=(*path, "lineId"))
        elif line.fulfillment_order_id != fulfillment_order.id:
            message = f"Line {line.number} does not belong to {fulfillment_order.number}."
            yield not_allowed([Blocker(BlockerCode.WRONG_FULFILLMENT_ORDER, message)], (*path, "lineId"))
        elif times[item.line_id] > 1:
            yield InvalidInput(message="The line is named more than once.", path=(*path, "lineId"))
        elif item.quantity < 1:
            yield InvalidInput(message="Ship at least one unit.", path=(*path, "quantity"))
        elif item.quantity > line.open:
            message = f"{line.open} units of line {line.number} are open."
            yield QuantityExceeded(message=message, path=(*path, "quantity"), available=line.open)


def _torn_bundles(own: Sequence[OrderLine], shares: Sequence[stock.Share]) -> Iterator[Reason]:
    """Lines of one bundle in a fulfilment order ship together, with every open unit."""
    shipped = {line.id: units for line, units in shares}
    for bundle in sorted({line.bundle for line, _ in shares if line.bundle}):
        left = [line for line in own if line.bundle == bundle and line.open > shipped.get(line.id, 0)]
        if left:
            numbers = ", ".join(str(line.number) for line in left)
            message = f"Bundle {bundle} ships together: lines {numbers} would stay behind."
            yield not_allowed([Blocker(BlockerCode.BUNDLE_INCOMPLETE, message)], ("input", "items"))


async def _insert(unit: Unit, fulfillment_order: FulfillmentOrder, command: CreateShipment) -> Shipment:
    earlier = await fetch(Shipment, 'WHERE "fulfillment_order_id" = $1', fulfillment_order.id)
    measures, tracking_number = command.measures, tidy(command.tracking_number)
    return await Shipment.create(
        order_id=unit.order.id,
        fulfillment_order_id=fulfillment_order.id,
        fulfiller_id=fulfillment_order.fulfiller_id,
        number=f"{fulfillment_order.number}-{len(earlier) + 1}",
        service_id=fulfillment_order.service_id,
        tracking_number=tracking_number,
        tracking_url=tidy(command.tracking_url) or await _link(fulfillment_order.service_id, tracking_number),
        tracking_comment=tidy(command.tracking_comment),
        box_number=tidy(command.box_number),
        weight_grams=measures.weight_grams,
        length_mm=measures.length_mm,
        width_mm=measures.width_mm,
        height_mm=measures.height_mm,
        expected_delivery=command.expected_delivery or fulfillment_order.expected_delivery,
        shipped_at=unit.now,
    )


async def _link(service_id: int | None, tracking_number: str | None) -> str | None:
    """The carrier's page for a parcel, from the carrier's pattern; None when that would be too long."""
    if service_id is None or not tracking_number:
        return None
    (carrier,) = await fetch(Carrier, _CARRIER, service_id)
    link = (carrier.tracking_url_pattern or "").replace("{tracking_number}", quote(tracking_number, safe=""))
    return link if 0 < len(link) <= LONGEST_LINK else None


_CARRIER: Final = 'WHERE "id" = (SELECT "carrier_id" FROM "carrier_services" WHERE "id" = $1)'
