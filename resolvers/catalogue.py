"""Lists of the catalogue, of stock, and of who works with whom."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from tortoise.expressions import F, Q, Subquery
from tortoise.queryset import QuerySet

import models
from domain.access import Scope
from gql.connections import After, Before, First, Last, Page
from gql.fields import Info
from gql.ids import key_of
from gql.master_filters import ProductFilter, StockFilter
from gql.paging import BY_ID, Key, Sort, Window, read_page, whole
from gql.texts import looked_up, searched_for
from models.visibility import visible

Products = Annotated[
    ProductFilter | None, strawberry.argument(description="Which products; left out: all in scope.")
]
Stock = Annotated[StockFilter | None, strawberry.argument(description="Which stock; left out: all in scope.")]
ChannelCode = Annotated[
    str | None,
    strawberry.argument(description="Only those of this sales channel, by its code; left out: of all in scope."),
]
PLACES = Sort(Key("PLACE", ("place",), (whole,)))


async def products(
    info: Info,
    filter: Products = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of products, oldest first."""
    window = Window.of(first, after, last, before)
    return await read_page(info.context, _products(info.context.scope, filter or ProductFilter()), BY_ID, window)


async def stock(
    info: Info,
    filter: Stock = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of stock levels, oldest first."""
    window = Window.of(first, after, last, before)
    return await read_page(info.context, _stock(info.context.scope, filter or StockFilter()), BY_ID, window)


async def connections(
    info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page:
    """A page of connections of retailers and fulfillers, oldest first."""
    window = Window.of(first, after, last, before)
    return await read_page(info.context, visible(models.Connection, info.context.scope), BY_ID, window)


async def shipping_mappings(
    info: Info,
    channel: ChannelCode = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of shipping mappings, oldest first."""
    window = Window.of(first, after, last, before)
    query = _of_channel(visible(models.ShippingMapping, info.context.scope), channel)
    return await read_page(info.context, query, BY_ID, window)


async def routing_rules(
    info: Info,
    channel: ChannelCode = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of routing rules, by place."""
    window = Window.of(first, after, last, before)
    query = _of_channel(visible(models.RoutingRule, info.context.scope), channel)
    return await read_page(info.context, query, PLACES, window)


def _of_channel(query: QuerySet[Any], code: str | None) -> QuerySet[Any]:
    return query if code is None else query.filter(channel__code=looked_up(code, models.SalesChannel, "code"))


def _products(scope: Scope, wanted: ProductFilter) -> QuerySet[models.Product]:
    query = visible(models.Product, scope)
    if wanted.text is not None:
        text = searched_for(wanted.text)
        own = Q(sku__icontains=text) | Q(name__icontains=text) | Q(category__icontains=text)
        query = query.filter(own | _with_variant(scope, Q(sku__icontains=text) | Q(name__icontains=text)))
    if wanted.sku is not None:
        sku = looked_up(wanted.sku, models.Product, "sku")
        query = query.filter(Q(sku=sku) | _with_variant(scope, Q(sku=sku)))
    if wanted.status is not None:
        query = query.filter(_with_variant(scope, Q(status__in=list(wanted.status))))
    if wanted.company is not None:
        query = query.filter(company__code=looked_up(wanted.company, models.Company, "code"))
    return query


def _with_variant(scope: Scope, condition: Q) -> Q:
    """Having a variant in scope that fits."""
    return Q(id__in=Subquery(visible(models.Variant, scope).filter(condition).values("product_id")))


def _stock(scope: Scope, wanted: StockFilter) -> QuerySet[models.StockLevel]:
    query = visible(models.StockLevel, scope)
    if wanted.sku is not None:
        sku = looked_up(wanted.sku, models.Variant, "sku")
        query = query.filter(variant_id__in=Subquery(models.Variant.filter(sku=sku).values("id")))
    if wanted.source_id is not None:
        query = query.filter(source_id=key_of("Source", wanted.source_id))
    if wanted.low is not None:
        query = query.filter(managed=True).annotate(left=F("on_hand") - F("reserved")).filter(left__lte=wanted.low)
    return query
