"""Entries of the log on their way to a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.events import Actor, LogEntry
from domain.statuses import StatusKind, StatusName
from gql.scalars import Cursor


@dataclass(frozen=True, slots=True)
class Push:
    """One entry of the log on its way to one viewer; what every pushed type is made of."""

    cursor: Cursor
    event: LogEntry

    @property
    def order_version(self) -> int:
        return self.event.order_version

    @property
    def occurred_at(self) -> datetime:
        return self.event.occurred_at

    @property
    def actor(self) -> Actor:
        return self.event.actor

    @property
    def order_id(self) -> int | None:
        return self.event.order_id

    @property
    def line_id(self) -> int | None:
        return self.event.line_id

    @property
    def fulfillment_order_id(self) -> int | None:
        return self.event.fulfillment_order_id

    @property
    def shipment_id(self) -> int | None:
        return self.event.shipment_id


@dataclass(frozen=True, slots=True)
class StatusPush(Push):
    """An entry that tells of a status."""

    kind: StatusKind
    before: StatusName | None
    after: StatusName
    reason: str | None


@dataclass(frozen=True, slots=True)
class TrackingPush(Push):
    """An entry that tells of a parcel's tracking."""

    tracking_event_id: int | None
