"""Fulfilment orders and parcels, looked up and listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

import strawberry
from tortoise.models import Model
from tortoise.queryset import QuerySet

import models
from gql.connections import After, Before, First, Last, Page
from gql.faults import refuse
from gql.fields import Info
from gql.ids import key_of
from gql.keys import FulfillmentOrderKey
from gql.paging import Sort, Window, read_page
from gql.parcel_filters import FulfillmentOrderFilter, ShipmentFilter
from gql.texts import looked_up
from models.visibility import visible

M = TypeVar("M", bound=Model)
MOST_CHOICES: Final = 100
_NEWEST: Final = Sort(descending=True)

Key = Annotated[FulfillmentOrderKey, strawberry.argument(description="Which fulfilment order.")]
Parts = Annotated[
    FulfillmentOrderFilter | None,
    strawberry.argument(description="Which fulfilment orders; left out: all in scope."),
]
Parcels = Annotated[
    ShipmentFilter | None, strawberry.argument(description="Which parcels; left out: all in scope.")
]


async def fulfillment_order(info: Info, key: Key) -> models.FulfillmentOrder | None:
    """One fulfilment order, or None when there is none in the viewer's scope."""
    query = visible(models.FulfillmentOrder, info.context.scope)
    if key.id is not None:
        row = await query.get_or_none(id=key_of("FulfillmentOrder", key.id.value))
    else:
        assert key.number is not None
        number = looked_up(key.number.value, models.FulfillmentOrder, "number")
        row = await query.get_or_none(number=number)
    info.context.loaders.remember([row] if row else [])
    return row


async def fulfillment_orders(
    info: Info,
    filter: Parts = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of fulfilment orders, newest first."""
    window = Window.of(first, after, last, before)
    query, wanted = visible(models.FulfillmentOrder, info.context.scope), filter or FulfillmentOrderFilter()
    query = _common(query, wanted, await _services(wanted.carrier))
    if wanted.source is not None:
        codes = [looked_up(code, models.Source, "code") for code in _few(wanted.source)]
        query = query.filter(source_id__in=await models.Source.filter(code__in=codes).values_list("id", flat=True))
    return await read_page(info.context, query, _NEWEST, window)


async def shipments(
    info: Info,
    filter: Parcels = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of parcels, newest first."""
    window = Window.of(first, after, last, before)
    query, wanted = visible(models.Shipment, info.context.scope), filter or ShipmentFilter()
    query = _common(query, wanted, await _services(wanted.carrier))
    if wanted.tracking_number is not None:
        tracking = looked_up(wanted.tracking_number, models.Shipment, "tracking_number")
        query = query.filter(tracking_number=tracking)
    return await read_page(info.context, query, _NEWEST, window)


def _common(
    query: QuerySet[M], wanted: FulfillmentOrderFilter | ShipmentFilter, services: list[int] | None
) -> QuerySet[M]:
    if wanted.status is not None:
        query = query.filter(status__in=_few(wanted.status))
    if wanted.order_id is not None:
        query = query.filter(order_id=key_of("Order", wanted.order_id))
    return query if services is None else query.filter(service_id__in=services)


async def _services(carriers: list[str] | None) -> list[int] | None:
    """Keys of the services of these carriers; None: whatever carrier."""
    if carriers is None:
        return None
    codes = [looked_up(code, models.Carrier, "code") for code in _few(carriers)]
    keys: Any = await models.CarrierService.filter(carrier__code__in=codes).values_list("id", flat=True)
    return list(keys)


def _few(choices: Sequence[Any]) -> list[Any]:
    if len(choices) > MOST_CHOICES:
        raise refuse("BAD_REQUEST", f"A filter takes at most {MOST_CHOICES} choices.")
    return list(choices)
