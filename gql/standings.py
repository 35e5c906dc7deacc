"""Where orders stand, read through the loaders of an operation: for any number of orders, the same few statements.

What a page shows anyway is not read again: the relations are those of the fields.
"""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from tortoise.models import Model

import models
from domain.access import Scope, Viewer
from domain.addresses import AddressRole
from gql.loaders import Loaders
from gql.types.payments import LINES, PAYMENTS
from operations import stock
from operations.availability.standing import Fact, Standing
from operations.market import Market
from operations.orders.checking import Case, check
from reads.mapping import Relation
from reads.rules import payments

ISSUES: Final = Relation(
    models.OrderIssue, "order_id", "id", many=True, narrowed=(("open", "resolved_at__isnull"),)
)
DESTINATION: Final = Relation(
    models.Address, "order_id", "id", many=False, where=(("role", AddressRole.SHIPPING),)
)
RELATIONS: Final = {
    Fact.ISSUES: ("issues", ISSUES),
    Fact.PAYMENTS: ("payments", PAYMENTS),
    Fact.PARCELS: ("parcels", Relation(models.Shipment, "order_id", "id", many=True)),
    Fact.DESTINATION: ("address", DESTINATION),
}
"""Facts that are rows of an order: read with its lines."""
PARTS: Final = Relation(models.FulfillmentOrder, "order_id", "id", many=True)


async def standings(
    loaders: Loaders, keys: Sequence[int], viewer: Viewer, facts: AbstractSet[Fact]
) -> list[Standing | None]:
    """Where each order stands, with these facts; None for one that is not in scope any more."""
    orders = [order for order in await loaders.one(models.Order).load_many(list(keys)) if order is not None]
    found = await _with_rows(loaders, orders, viewer, facts)
    for readers in (BY_KEY, OF_THEIR_OWN):
        await gather(*(read(loaders, found) for fact, read in readers.items() if fact in facts))
    by_key = {standing.order.id: standing for standing in found}
    return [by_key.get(key) for key in keys]


async def _with_rows(
    loaders: Loaders, orders: Sequence[models.Order], viewer: Viewer, facts: AbstractSet[Fact]
) -> list[Standing]:
    ids, related = (
        [order.id for order in orders],
        [RELATIONS[fact] for fact in Fact if fact in RELATIONS.keys() & facts],
    )
    lines, parts, channels, *others = await gather(
        loaders.many(LINES).load_many(ids),
        loaders.many(PARTS).load_many(ids),
        loaders.one(models.SalesChannel).load_many([order.channel_id for order in orders]),
        *(loaders.many(relation).load_many(ids) for _, relation in related),
    )
    market = Market()
    found = [
        Standing(viewer, order, channel, [line for line in own if not line.removed], own_parts, market)
        for order, own, own_parts, channel in zip(orders, lines, parts, channels, strict=True)
    ]
    for (name, _), rows in zip(related, others, strict=True):
        for standing, own in zip(found, rows, strict=True):
            setattr(standing, name, own)
    return found


async def _by_key(loaders: Loaders, model: type[Model], keys: Iterable[int | None]) -> list[Any]:
    """The rows that are in scope."""
    wanted = sorted({key for key in keys if key is not None})
    return [row for row in await loaders.one(model).load_many(wanted) if row is not None]


async def _sources(loaders: Loaders, standings: Sequence[Standing]) -> None:
    lines = [line for standing in standings for line in standing.lines]
    rows = await _by_key(loaders, models.Source, (line.source_id for line in lines))
    for standing in standings[:1]:  # they share one market
        standing.market.sources |= {row.id: row for row in rows}
        await standing.market.sources_of(lines)


async def _suppliers(loaders: Loaders, standings: Sequence[Standing]) -> None:
    keys = (part.fulfiller_id for standing in standings for part in standing.fulfillments)
    producing = {company.id for company in await _by_key(loaders, models.Company, keys) if company.produces}
    for standing in standings:
        standing.producing = producing


async def _services(loaders: Loaders, standings: Sequence[Standing]) -> None:
    keys = (parcel.service_id for standing in standings for parcel in standing.parcels)
    services = await _by_key(loaders, models.CarrierService, keys)
    untracked = {service.id for service in services if not service.tracked}
    for standing in standings:
        standing.untracked = untracked


async def _unseen_payments(_loaders: Loaders, standings: Sequence[Standing]) -> None:
    """For viewers who may not see payments: that something is due, refusals tell them as well."""
    if not standings or payments(standings[0].viewer.scope):
        return
    rows = await models.Payment.filter(order_id__in=[standing.order.id for standing in standings])
    for standing in standings:
        standing.payments = [row for row in rows if row.order_id == standing.order.id]


async def _verification(_loaders: Loaders, standings: Sequence[Standing]) -> None:
    if not standings:
        return
    plans = await check(standings[0].market, [Case(one, one.address, one.payments) for one in standings])
    for standing, plan in zip(standings, plans, strict=True):
        standing.plan = plan


async def _stock(loaders: Loaders, standings: Sequence[Standing]) -> None:
    lines = [line for standing in standings for line in standing.lines if line.open and line.fulfillment_order_id]
    found = await loaders.batched(_managed_levels).load_many(stock.variants_of(lines))
    levels = stock.on_hand_at(level for own in found for level in own)
    for standing in standings:
        standing.levels = levels


async def _managed_levels(_scope: Scope, variants: Sequence[int]) -> list[list[stock.Level]]:
    levels = await stock.managed_levels(variants)
    return [[level for level in levels if level.place[0] == variant] for variant in variants]


Reader = Callable[[Loaders, Sequence[Standing]], Awaitable[None]]
BY_KEY: Final[dict[Fact, Reader]] = {
    Fact.SOURCES: _sources,
    Fact.SUPPLIERS: _suppliers,
    Fact.SERVICES: _services,
    Fact.PAYMENTS: _unseen_payments,
}
"""Facts that lines, parts and parcels lead to."""
OF_THEIR_OWN: Final[dict[Fact, Reader]] = {Fact.VERIFICATION: _verification, Fact.STOCK: _stock}
"""Facts that no page shows."""
