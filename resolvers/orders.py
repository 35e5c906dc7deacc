"""One order, lists of orders, and how many stand where."""

from __future__ import annotations

from typing import Annotated

import strawberry

import models
from domain.orders import OrderStatus
from gql.connections import After, Before, First, Last, Limit, Page
from gql.fields import Info
from gql.filters import OrderSort
from gql.ids import key_of
from gql.keys import OrderKey
from gql.order_filter import OrderFilter
from gql.paging import Window, check_limit, count_of, read_page
from gql.texts import looked_up
from gql.types.orders import OrderStatusCount
from models.visibility import visible
from resolvers.searching import by_status, found, sorted_by

Key = Annotated[OrderKey, strawberry.argument(description="Which order.")]
Filter = Annotated[OrderFilter | None, strawberry.argument(description="Which orders; left out: all in scope.")]
SortBy = Annotated[
    OrderSort | None, strawberry.argument(description="In which order; left out: newest placed first.")
]


async def order(info: Info, key: Key) -> models.Order | None:
    """One order, or None when there is none in the viewer's scope."""
    query = visible(models.Order, info.context.scope)
    if key.id is not None:
        row = await query.get_or_none(id=key_of("Order", key.id.value))
    elif key.number is not None:
        row = await query.get_or_none(number=looked_up(key.number.value, models.Order, "number"))
    else:
        assert key.external is not None
        channel = looked_up(key.external.value.channel, models.SalesChannel, "code")
        reference = looked_up(key.external.value.reference, models.Order, "external_ref")
        row = await query.get_or_none(channel__code=channel, external_ref=reference)
    info.context.loaders.remember([row] if row else [])
    return row


async def orders(
    info: Info,
    filter: Filter = None,
    sort: SortBy = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of the orders in scope that fit."""
    window, scope = Window.of(first, after, last, before), info.context.scope
    sort = sort or OrderSort()
    query, order = sorted_by(scope, await found(info, filter, sort), sort)
    return await read_page(info.context, query, order, window)


async def order_counts(info: Info, filter: Filter = None, limit: Limit = 1000) -> list[OrderStatusCount]:
    """One entry per status that occurs, in the order an order goes through them; each counted up to `limit`."""
    stop = check_limit(limit) + 1
    counts = await by_status(info, filter, stop)
    return [
        OrderStatusCount(status=status, count=count_of(counts[status], limit))
        for status in OrderStatus
        if counts.get(status)
    ]
