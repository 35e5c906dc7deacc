"""Parcels and what carriers say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.listing import Listing
from domain.refusals import Blocker, BlockerCode


class ShipmentStatus(Listing):
    """Where a parcel is."""

    CREATED = "CREATED", "Made; the carrier has not reported anything."
    IN_TRANSIT = "IN_TRANSIT", "On its way."
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY", "On the van, arriving today."
    DELIVERED = "DELIVERED", "Arrived."
    EXCEPTION = "EXCEPTION", "Something went wrong on the way."
    RETURNED_TO_SENDER = "RETURNED_TO_SENDER", "Came back undelivered."
    DELETED = "DELETED", "Deleted; its units are open again."


class TrackingCode(Listing):
    """What a carrier event means, whatever the carrier calls it."""

    LABEL_CREATED = "LABEL_CREATED", "The carrier knows of the parcel."
    IN_TRANSIT = "IN_TRANSIT", "Picked up, or passed a depot."
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY", "On the van."
    DELIVERED = "DELIVERED", "Handed over."
    EXCEPTION = "EXCEPTION", "Delayed, damaged or not deliverable for now."
    RETURNED_TO_SENDER = "RETURNED_TO_SENDER", "Sent back to where it came from."
    INFO = "INFO", "Anything else worth knowing."


MEANS: Final[dict[TrackingCode, ShipmentStatus | None]] = {
    TrackingCode.LABEL_CREATED: None,
    TrackingCode.IN_TRANSIT: ShipmentStatus.IN_TRANSIT,
    TrackingCode.OUT_FOR_DELIVERY: ShipmentStatus.OUT_FOR_DELIVERY,
    TrackingCode.DELIVERED: ShipmentStatus.DELIVERED,
    TrackingCode.EXCEPTION: ShipmentStatus.EXCEPTION,
    TrackingCode.RETURNED_TO_SENDER: ShipmentStatus.RETURNED_TO_SENDER,
    TrackingCode.INFO: None,
}
"""The status an event stands for; None: it tells something but moves nothing."""
FINAL: Final = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED_TO_SENDER, ShipmentStatus.DELETED})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A parcel's status and the time of the carrier event it comes from (None: no event yet)."""

    status: ShipmentStatus
    since: datetime | None = None


def after_event(now: Whereabouts, code: TrackingCode, occurred_at: datetime) -> Whereabouts:
    """Where the parcel is after one more carrier event, which may be late.

    Events arrive twice and out of order: an older one never moves the status back, and of two of the same time
    the one further down the list of statuses stands. An arrival is final and counts however late it is heard of;
    of two different ones the first heard of stands, because units have moved by it.
    """
    target = MEANS[code]
    if target is None or now.status in FINAL:
        return now
    if target in FINAL or now.since is None or _later(occurred_at, target) > _later(now.since, now.status):
        return Whereabouts(target, occurred_at)
    return now


def _later(when: datetime, status: ShipmentStatus) -> tuple[datetime, int]:
    return when, list(ShipmentStatus).index(status)


def deletion_blockers(number: str, status: ShipmentStatus) -> Iterator[Blocker]:
    """A parcel that has arrived, came back or was deleted is not taken back."""
    if status in FINAL:
        code = BlockerCode.SHIPMENT_DELETED if status is ShipmentStatus.DELETED else BlockerCode.SHIPMENT_DELIVERED
        yield Blocker(code, f"Parcel {number} is {status} and cannot be deleted.")


def tracking_blockers(number: str, status: ShipmentStatus, *, tracked: bool) -> Iterator[Blocker]:
    """Carriers report what goes by a tracked service, or by none that is known."""
    if status is ShipmentStatus.DELETED:
        yield Blocker(BlockerCode.SHIPMENT_DELETED, f"Parcel {number} was deleted.")
    if not tracked:
        yield Blocker(BlockerCode.NOT_TRACKED, f"Parcel {number} goes by an untracked service.")


def to_pass_on(tracking_number: str | None, passed_on_at: datetime | None) -> bool:
    """Whether a parcel's tracking is still to be passed on to the sales channel."""
    return bool(tracking_number) and passed_on_at is None
