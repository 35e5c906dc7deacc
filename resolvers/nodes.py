"""Anything by its global id."""

from __future__ import annotations

from asyncio import gather
from typing import Annotated, Final

import strawberry
from tortoise.models import Model

import models
from gql.faults import refuse
from gql.fields import Info
from gql.ids import from_global, name_of
from resolvers.saved_views import saved_view

MOST_IDS: Final = 100
KINDS: Final[dict[str, type[Model]]] = {
    name_of(model): model
    for model in (
        models.Address,
        models.ApiClient,
        models.Artwork,
        models.Carrier,
        models.CarrierService,
        models.Comment,
        models.Company,
        models.Connection,
        models.FulfillmentOrder,
        models.Order,
        models.OrderEvent,
        models.OrderIssue,
        models.OrderLine,
        models.Payment,
        models.PaymentOperation,
        models.Product,
        models.Role,
        models.RoutingRule,
        models.SalesChannel,
        models.Shipment,
        models.ShipmentItem,
        models.ShippingMapping,
        models.Source,
        models.StockLevel,
        models.TrackingEvent,
        models.User,
        models.Variant,
    )
}
"""Types with a global id, read within the viewer's scope."""
OWNED: Final = {name_of(models.SavedView): saved_view}
"""Types whose things belong to one person, whatever the scope."""

Id = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 global ids.")]


async def node(info: Info, id: Id) -> Model | None:
    """The thing, or None when there is none in the viewer's scope."""
    name, key = from_global(id)
    if name in OWNED:
        return await OWNED[name](info, key)
    model = KINDS.get(name)
    row: Model | None = await info.context.loaders.one(model).load(key) if model else None
    return row


async def nodes(info: Info, ids: Ids) -> list[Model | None]:
    """The things in the order of their ids, None for each that is not in the viewer's scope."""
    if len(ids) > MOST_IDS:
        raise refuse("BAD_REQUEST", f"At most {MOST_IDS} ids at once; {len(ids)} were given.")
    return list(await gather(*(node(info, one) for one in ids)))
