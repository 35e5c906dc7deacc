"""Changes of status of orders, fulfilment orders and lines."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

import models
from domain.events import LogEntry
from domain.statuses import StatusKind, StatusName
from gql.feed_filters import StatusChangeFilter
from gql.fields import Info
from gql.pushes import StatusPush
from gql.scalars import Cursor
from subscriptions.fields.arguments import After
from subscriptions.fields.feed import Feed, Shape, follow, require_view
from subscriptions.fields.narrowing import all_of, is_one_of, of_channels, of_order

Filter = Annotated[
    StatusChangeFilter | None, strawberry.argument(description="Which changes; left out: all in scope.")
]
_NOUNS: Final = {
    "order": StatusKind.ORDER,
    "fulfillment_order": StatusKind.FULFILLMENT_ORDER,
    "line": StatusKind.LINE,
}
"""What the types of their events begin with. Parcels have a feed of their own."""


def kind_of(entry: LogEntry) -> StatusKind | None:
    """Whose status the entry changes; None: no status, or another thing's."""
    return _NOUNS.get(entry.type.partition(".")[0]) if "to" in entry.data else None


def made(cursor: Cursor, entry: LogEntry) -> StatusPush:
    """The change that an entry with a kind tells of."""
    kind, before = kind_of(entry), entry.data.get("from")
    assert kind is not None
    return StatusPush(
        cursor,
        entry,
        kind,
        None if before is None else StatusName[before],
        StatusName[entry.data["to"]],
        entry.data.get("reason"),
    )


CHANGES: Final = Shape(lambda entry: kind_of(entry) is not None, made, shows=((models.Order, "order_id"),))


async def order_status_changed(info: Info, filter: Filter = None, after: After = None) -> Feed[StatusPush]:
    """Every change of status in scope that fits."""
    context, wanted = info.context, filter or StatusChangeFilter()
    require_view(context)
    tests = [
        *is_one_of(kind_of, wanted.kind),
        *is_one_of(lambda entry: entry.data["to"], wanted.to),
        *await of_order(context, wanted.order_id),
        *await of_channels(context, wanted.channel),
    ]
    return await follow(context, after, CHANGES, all_of(tests))
