"""News of parcels."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

import models
from domain.events import LogEntry
from gql.feed_filters import TrackingChangeFilter
from gql.fields import Info
from gql.pushes import TrackingPush
from gql.scalars import Cursor
from subscriptions.fields.arguments import After
from subscriptions.fields.feed import Feed, Shape, follow, require_view
from subscriptions.fields.narrowing import all_of, of_channels, of_order

Filter = Annotated[
    TrackingChangeFilter | None, strawberry.argument(description="Which news; left out: all in scope.")
]


def tells_of_tracking(entry: LogEntry) -> bool:
    """Whether a carrier reported something, or a parcel was made or changed with tracking."""
    return entry.type == "tracking.recorded" or (
        entry.shipment_id is not None and bool(entry.data.get("tracking"))
    )


def made(cursor: Cursor, entry: LogEntry) -> TrackingPush:
    """The news of an entry that tells of tracking."""
    return TrackingPush(cursor, entry, entry.data.get("trackingEventId"))


NEWS: Final = Shape(tells_of_tracking, made, shows=((models.Order, "order_id"), (models.Shipment, "shipment_id")))


async def tracking_changed(info: Info, filter: Filter = None, after: After = None) -> Feed[TrackingPush]:
    """All news of parcels in scope that fit."""
    context, wanted = info.context, filter or TrackingChangeFilter()
    require_view(context)
    tests = [*await of_order(context, wanted.order_id), *await of_channels(context, wanted.channel)]
    return await follow(context, after, NEWS, all_of(tests))
