"""Parcels: made from open units of a fulfilment order, deleted while they have not arrived (S4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from domain.access import Viewer
from domain.actions import ActionName
from domain.refusals import Reason
from domain.shipments import ShipmentStatus
from domain.texts import link_reasons, measure_reasons, text_reasons, tidy
from models import Carrier, FulfillmentOrder, Shipment, ShipmentItem
from models.statements import fetch
from operations import stock
from operations.parcel_items import (
    FULFILLMENT_ORDER,
    ParcelItem,
    against_deletion,
    judge_parcel,
    too_few,
)
from operations.permissions import absent, require_action
from operations.retrying import retried
from operations.unit import Unit, order_of_fulfillment, order_of_shipment, order_unit
from operations.world import World


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
    require_action(viewer, ActionName.SHIPMENT_CREATE)
    against = tuple(_wrong(command))
    order_id = await order_of_fulfillment(viewer, command.fulfillment_order_id)
    if order_id is None:
        raise absent("fulfilment order", *FULFILLMENT_ORDER, beside=against)
    async with order_unit(world, viewer, order_id, *FULFILLMENT_ORDER, against=against) as unit:
        fulfillment_order = unit.fulfillment(command.fulfillment_order_id)
        if fulfillment_order is None:
            raise absent("fulfilment order", *FULFILLMENT_ORDER, beside=against)
        levels = await stock.levels_of(unit.lines_of(fulfillment_order))
        shares, reasons = judge_parcel(unit, fulfillment_order, command.items, levels)
        unit.refuse_if(reasons)
        shipment = await _insert(unit, fulfillment_order, command)
        for line, units in shares:
            unit.move(line, "ship", units)
            await ShipmentItem.create(shipment_id=shipment.id, line_id=line.id, quantity=units)
        unit.refuse_if([reason async for reason in _taking(shares, levels, command.items)])
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
    require_action(viewer, ActionName.SHIPMENT_DELETE)
    order_id = await order_of_shipment(viewer, command.shipment_id)
    if order_id is None:
        raise absent("parcel", "input", "shipmentId")
    async with order_unit(world, viewer, order_id, "input", "shipmentId") as unit:
        shipment = await Shipment.get(id=command.shipment_id)
        unit.refuse_if(against_deletion(shipment))
        lines = {line.id: line for line in unit.lines}
        items = await ShipmentItem.filter(shipment_id=shipment.id).order_by("line_id")
        shares = [(lines[item.line_id], item.quantity) for item in items]
        for line, units in shares:
            unit.move(line, "unship", units)
        for line, units in stock.counted(shares, await stock.levels_of(line for line, _ in shares)):
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


async def _taking(
    shares: Sequence[stock.Share], levels: stock.Levels, items: Sequence[ParcelItem] | None
) -> AsyncIterator[Reason]:
    """Takes the goods out of stock. Tells where somebody else took them meanwhile."""
    for line, units in stock.counted(shares, levels):
        on_hand = await stock.take(line, units)
        if on_hand is not None:
            yield too_few(items, line, on_hand)


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
