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
from domain.access import Viewer
from domain.addresses import AddressRole
from domain.payments import CaptureMode
from gql.loaders import Loaders
from gql.types.payments import LINES, PAYMENTS
from operations import stock
from operations.availability.standing import Fact, Standing
from operations.market import Market
from operations.orders.checking import Case, check
from reads.mapping import Relation
from reads.rules import payments

PARTS: Final = Relation(models.FulfillmentOrder, "order_id", "id", many=True)
PARCELS: Final = Relation(models.Shipment, "order_id", "id", many=True)
ISSUES: Final = Relation(
    models.OrderIssue, "order_id", "id", many=True, narrowed=(("open", "resolved_at__isnull"),)
)
DESTINATION: Final = Relation(
    models.Address, "order_id", "id", many=False, where=(("role", AddressRole.SHIPPING),)
)


async def standings(
    loaders: Loaders, keys: Sequence[int], viewer: Viewer, facts: AbstractSet[Fact]
) -> list[Standing | None]:
    """Where each order stands, with these facts; None for one that is not in scope any more."""
    orders = [order for order in await loaders.one(models.Order).load_many(list(keys)) if order is not None]
    ids = [order.id for order in orders]
    lines, parts, channels = await gather(
        loaders.many(LINES).load_many(ids),
        loaders.many(PARTS).load_many(ids),
        loaders.one(models.SalesChannel).load_many([order.channel_id for order in orders]),
    )
    market = Market()
    found = {
        order.id: Standing(viewer, order, channel, [line for line in own if not line.removed], own_parts, market)
        for order, own, own_parts, channel in zip(orders, lines, parts, channels, strict=True)
    }
    for fact in Fact:
        if fact in facts:
            await READ[fact](loaders, list(found.values()))
    return [found.get(key) for key in keys]


def _ids(standings: Iterable[Standing]) -> list[int]:
    return [standing.order.id for standing in standings]


async def _by_key(loaders: Loaders, model: type[Model], keys: Iterable[int | None]) -> list[Any]:
    """The rows that are in scope."""
    wanted = sorted({key for key in keys if key is not None})
    return [row for row in await loaders.one(model).load_many(wanted) if row is not None]


async def _issues(loaders: Loaders, standings: list[Standing]) -> None:
    found = await loaders.many(ISSUES).load_many(_ids(standings))
    for standing, issues in zip(standings, found, strict=True):
        standing.issues = [issue for issue in issues if issue.resolved_at is None]


async def _payments(loaders: Loaders, standings: list[Standing]) -> None:
    """Also for viewers who may not see them: that something is due is told by refusals as well."""
    asked = [one for one in standings if one.channel.capture_mode is not CaptureMode.OFFLINE]
    if not asked:
        return
    if payments(asked[0].viewer.scope):
        found = await loaders.many(PAYMENTS).load_many(_ids(asked))
    else:
        rows = await models.Payment.filter(order_id__in=_ids(asked))
        found = [[row for row in rows if row.order_id == standing.order.id] for standing in asked]
    for standing, own in zip(asked, found, strict=True):
        standing.payments = own


async def _parcels(loaders: Loaders, standings: list[Standing]) -> None:
    found = await loaders.many(PARCELS).load_many(_ids(standings))
    for standing, parcels in zip(standings, found, strict=True):
        standing.parcels = parcels


async def _sources(loaders: Loaders, standings: list[Standing]) -> None:
    lines = [line for standing in standings for line in standing.lines]
    rows = await _by_key(loaders, models.Source, (line.source_id for line in lines))
    for standing in standings[:1]:  # they share one
        standing.market.sources |= {row.id: row for row in rows}
        await standing.market.sources_of(lines)


async def _verification(loaders: Loaders, standings: list[Standing]) -> None:
    asked = [standing for standing in standings if any(line.open for line in standing.lines)]
    if not asked:
        return
    addresses = await loaders.many(DESTINATION).load_many(_ids(asked))
    cases = [Case(one, address, one.payments) for one, address in zip(asked, addresses, strict=True)]
    plans = await check(asked[0].market, cases)
    for standing, plan in zip(asked, plans, strict=True):
        standing.plan = plan


async def _stock(_loaders: Loaders, standings: list[Standing]) -> None:
    sent = (line for one in standings for line in one.lines if line.open and line.fulfillment_order_id is not None)
    levels = await stock.levels_of(sent)
    for standing in standings:
        standing.levels = levels


async def _suppliers(loaders: Loaders, standings: list[Standing]) -> None:
    keys = (part.fulfiller_id for standing in standings for part in standing.fulfillments)
    producing = {company.id for company in await _by_key(loaders, models.Company, keys) if company.produces}
    for standing in standings:
        standing.producing = producing


async def _services(loaders: Loaders, standings: list[Standing]) -> None:
    keys = (parcel.service_id for standing in standings for parcel in standing.parcels)
    services = await _by_key(loaders, models.CarrierService, keys)
    untracked = {service.id for service in services if not service.tracked}
    for standing in standings:
        standing.untracked = untracked


READ: Final[dict[Fact, Callable[[Loaders, list[Standing]], Awaitable[None]]]] = {
    Fact.ISSUES: _issues,
    Fact.PAYMENTS: _payments,
    Fact.PARCELS: _parcels,
    Fact.SOURCES: _sources,
    Fact.VERIFICATION: _verification,
    Fact.STOCK: _stock,
    Fact.SUPPLIERS: _suppliers,
    Fact.SERVICES: _services,
}
"""How each fact is read."""
