"""The history, read."""

from __future__ import annotations

from typing import Annotated

import strawberry

import models
from gql.connections import After, Before, First, Last, Page
from gql.fields import Info
from gql.filters import OrderEventFilter
from gql.ids import key_of
from gql.paging import BY_ID, Window, read_page
from gql.texts import looked_up
from models.visibility import visible

Filter = Annotated[
    OrderEventFilter | None, strawberry.argument(description="Which events; left out: all in scope.")
]


async def order_events(
    info: Info,
    filter: Filter = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of the events in scope that fit, oldest first."""
    window = Window.of(first, after, last, before)
    query = visible(models.OrderEvent, info.context.scope).filter(**_lookups(filter or OrderEventFilter()))
    return await read_page(info.context, query, BY_ID, window)


def _lookups(wanted: OrderEventFilter) -> dict[str, object]:
    lookups: dict[str, object | None] = {
        "order_id": None if wanted.order_id is None else key_of("Order", wanted.order_id),
        "kind__in": wanted.kind,
        "type__in": None
        if wanted.type is None
        else [looked_up(one, models.OrderEvent, "type") for one in wanted.type],
        "recorded_at__gte": wanted.since,
        "recorded_at__lt": wanted.until,
    }
    return {lookup: value for lookup, value in lookups.items() if value is not None}
