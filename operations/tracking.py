"""What carriers report about parcels: twice, late and out of order, and still right in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access import Permission, Viewer
from domain.issues import Finding, IssueCode
from domain.refusals import Blocker, BlockerCode, InvalidInput, Reason, Refused, not_allowed, refuse_if
from domain.shipments import ShipmentStatus, TrackingCode, Whereabouts, after_event
from models import CarrierService, Shipment, ShipmentItem, TrackingEvent
from operations.orders.issues import raise_issue
from operations.permissions import absent, require
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
    require(viewer, Permission.SHIPMENTS_MANAGE)
    refuse_if(_reasons_against(command, world.clock()))
    order_id = await order_of_shipment(viewer, command.shipment_id)
    if order_id is None:
        raise absent("parcel", "input", "shipmentId")
    async with order_unit(world, viewer, order_id, "input", "shipmentId") as unit:
        shipment = await Shipment.get(id=command.shipment_id)
        await _refuse_unless_tracked(shipment)
        known = {event.external_id for event in await TrackingEvent.filter(shipment_id=shipment.id)}
        for report in sorted(command.reports, key=lambda report: report.occurred_at):
            if report.external_id not in known:
                known.add(report.external_id)
                await _take(unit, shipment, report)
        return int(shipment.id)


async def _take(unit: Unit, shipment: Shipment, report: CarrierReport) -> None:
    event = await TrackingEvent.create(
        shipment_id=shipment.id,
        external_id=report.external_id,
        code=report.code,
        text=report.text,
        place=report.place,
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
    items = await ShipmentItem.filter(shipment_id=shipment.id).order_by("line_id")
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


async def _refuse_unless_tracked(shipment: Shipment) -> None:
    blockers = []
    if shipment.status is ShipmentStatus.DELETED:
        blockers.append(Blocker(BlockerCode.SHIPMENT_DELETED, f"Parcel {shipment.number} was deleted."))
    if shipment.service_id and not await CarrierService.filter(id=shipment.service_id, tracked=True).exists():
        blockers.append(
            Blocker(BlockerCode.NOT_TRACKED, f"Parcel {shipment.number} goes by an untracked service.")
        )
    if blockers:
        raise Refused(not_allowed(blockers, ("input", "shipmentId")))


def _reasons_against(command: RecordTracking, now: datetime) -> Iterator[Reason]:
    if not command.reports:
        yield InvalidInput(message="Report at least one event.", path=("input", "events"))
    for place, report in enumerate(command.reports):
        path = ("input", "events", str(place))
        if not 1 <= len(report.external_id.strip()) <= 100:
            message = "Give the carrier's own id of the event, 1 to 100 characters."
            yield InvalidInput(message=message, path=(*path, "externalId"))
        if report.occurred_at > now + timedelta(minutes=5):
            yield InvalidInput(message="The event lies in the future.", path=(*path, "occurredAt"))
        if len(report.text) > 500:
            yield InvalidInput(message="The carrier's text has at most 500 characters.", path=(*path, "text"))
        if len(report.place or "") > 200:
            yield InvalidInput(message="The place has at most 200 characters.", path=(*path, "place"))
