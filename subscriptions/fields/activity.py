"""Everything that happens, in a viewer's scope or to one order."""

from __future__ import annotations

from typing import Annotated

import strawberry

import models
from domain.events import LogEntry
from gql.feed_filters import OrderActivityFilter
from gql.fields import Info
from gql.pushes import Push
from subscriptions.fields.arguments import After
from subscriptions.fields.feed import Feed, Shape, follow, require_view
from subscriptions.fields.narrowing import all_of, is_one_of, of_channels, of_order, of_types

Filter = Annotated[
    OrderActivityFilter | None, strawberry.argument(description="Which events; left out: all in scope.")
]
OrderId = Annotated[strawberry.ID, strawberry.argument(description="Global id of the order.")]


def _any(_entry: LogEntry) -> bool:
    return True


EVENTS = Shape(_any, Push)
OF_ONE_ORDER = Shape(_any, Push, shows=((models.Order, "order_id"),))


async def order_events(info: Info, filter: Filter = None, after: After = None) -> Feed[Push]:
    """Every event in scope that fits."""
    context, wanted = info.context, filter or OrderActivityFilter()
    require_view(context)
    tests = [
        *of_types(wanted.type),
        *is_one_of(lambda entry: entry.kind, wanted.kind),
        *await of_order(context, wanted.order_id),
        *await of_channels(context, wanted.channel),
    ]
    return await follow(context, after, EVENTS, all_of(tests))


async def order_changed(info: Info, order_id: OrderId, after: After = None) -> Feed[Push]:
    """Every event of one order that the viewer may read."""
    context = info.context
    require_view(context)
    tests = await of_order(context, order_id)
    return await follow(context, after, OF_ONE_ORDER, all_of(tests))
