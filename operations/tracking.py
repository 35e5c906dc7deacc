"""What carriers report about parcels: twice, late and out of order, and still right in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.access import Viewer
from domain.actions import ActionName
from domain.issues import Finding, IssueCode
from domain.refusals import InvalidInput, Reason
from domain.shipments import ShipmentStatus, TrackingCode, Whereabouts, after_event
from domain.texts import text_reasons, tidy
from models import CarrierService, Shipment, ShipmentItem, TrackingEvent
from models.statements import fetch
from operations.orders.issues import raise_issue
from operations.parcel_items import against_tracking
from operations.permissions import absent, require_action
from operations.recording import moved
from operations.retrying import retried
from operations.unit import Unit, order_of_shipment, order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """One carrier event. `external_id` is the carrier's own: the same one again is ignored."""

    external_id: str
    code: TrackingCode
    occurred_at: datetime
    text: str = ""
    place: str | None = None


@dataclass(frozen=True, slots=True)
class RecordTracking:
    """Carrier events of one parcel."""

    shipment_id: int | None
    reports: tuple[CarrierReport, ...]


@retried
async def record(world: World, viewer: Viewer, command: RecordTracking) -> int:
    """Takes a parcel's carrier events. Answers the parcel's key.

    An event known already is ignored; an older one is kept but never moves the status back. An arrival delivers
    the parcel's units. Refused for deleted parcels, untracked services, and times in the future.
    """
    require_action(viewer, ActionName.TRACKING_RECORD)
    against = tuple(_wrong(command, world.clock()))
    order_id = await order_of_shipment(viewer, command.shipment_id)
    if order_id is None:
        raise absent("parcel", "input", "shipmentId", beside=against)
    async with order_unit(world, viewer, order_id, "input", "shipmentId", against=against) as unit:
        (shipment,) = await fetch(Shipment, 'WHERE "id" = $1', command.shipment_id)
        unit.refuse_if(against_tracking(shipment, tracked=await _is_tracked(shipment)))
        known = {event.external_id for event in await fetch(TrackingEvent, _OF_PARCEL, shipment.id)}
        for report in sorted(command.reports, key=lambda report: report.occurred_at):
            if report.external_id.strip() not in known:
                known.add(report.external_id.strip())
                await _take(unit, shipment, report)
        return int(shipment.id)


_OF_PARCEL: Final = 'WHERE "shipment_id" = $1'


async def _take(unit: Unit, shipment: Shipment, report: CarrierReport) -> None:
    event = await TrackingEvent.create(
        shipment_id=shipment.id,
        external_id=report.external_id.strip(),
        code=report.code,
        text=report.text.strip(),
        place=tidy(report.place),
        occurred_at=report.occurred_at,
        received_at=unit.now,
    )
    before = shipment.status
    after = after_event(Whereabouts(before, shipment.status_event_at), report.code, report.occurred_at)
    data: dict[str, object] = {"trackingEventId": event.id, "code": report.code}
    if after.status is not before:
        data |= moved((before, after.status))
    unit.record(
        "tracking.recorded",
        f"Parcel {shipment.number}: {report.code}",
        fulfillment_order=unit.fulfillment(shipment.fulfillment_order_id),
        shipment=shipment,
        data=data,
    )
    shipment.status, shipment.status_event_at = after.status, after.since
    if after.status is not before:
        await _arrived(unit, shipment, report)
    await shipment.save(update_fields=["status", "status_event_at", "delivered_at"])


async def _arrived(unit: Unit, shipment: Shipment, report: CarrierReport) -> None:
    """What follows from where the parcel is now."""
    lines = {line.id: line for line in unit.lines}
    items = await fetch(ShipmentItem, _OF_PARCEL + ' ORDER BY "line_id"', shipment.id)
    if shipment.status is ShipmentStatus.DELIVERED:
        shipment.delivered_at = report.occurred_at
        for item in items:
            unit.move(lines[item.line_id], "deliver", item.quantity)
    elif shipment.status is ShipmentStatus.RETURNED_TO_SENDER:
        message = f"Parcel {shipment.number} came back undelivered; make a return or ship it again."
        number = lines[items[0].line_id].number
        await raise_issue(
            unit, Finding(IssueCode.RETURNED_TO_SENDER, message, f"shipments.{shipment.number}", number)
        )


async def _is_tracked(shipment: Shipment) -> bool:
    """What goes by no service that is known may be tracked."""
    by_service = 'WHERE "id" = $1 AND "tracked"'
    return not shipment.service_id or bool(await fetch(CarrierService, by_service, shipment.service_id))


def _wrong(command: RecordTracking, now: datetime) -> Iterator[Reason]:
    if not command.reports:
        yield InvalidInput(message="Report at least one event.", path=("input", "events"))
    for place, report in enumerate(command.reports):
        path = ("input", "events", str(place))
        yield from text_reasons(report.external_id, 100, *path, "id", least=1, noun="The carrier's id of an event")
        if report.occurred_at > now + timedelta(minutes=5):
            yield InvalidInput(message="The event lies in the future.", path=(*path, "occurredAt"))
        yield from text_reasons(report.text, 500, *path, "text", noun="The carrier's text")
        yield from text_reasons(report.place, 200, *path, "place", noun="The place")
