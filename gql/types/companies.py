"""Companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

import models
from domain.access import CompanyKind
from gql.fields import Info, column, row_of, unplanned
from gql.types.nodes import Node, global_id
from reads.mapping import Relation

if TYPE_CHECKING:
    from gql.types.carriers import CarrierService

OFFERED: Final = Relation(models.OfferedService, "fulfiller_id", "id", many=True, order=("service_id",))


async def _offered(root: Any, info: Info) -> list[models.CarrierService]:
    loaders = info.context.loaders
    offered = await loaders.many(OFFERED).load(root.id)
    rows = await loaders.one(models.CarrierService).load_many([one.service_id for one in offered])
    return [row for row in rows if row is not None]


@strawberry.type(description="A retailer, a fulfiller or the platform itself.")
class Company(Node):
    """A company."""

    is_type_of = row_of(models.Company)

    id: strawberry.ID = global_id("Company")
    code: str = column(about="Short name, unique; filters take it.")
    name: str = column(about="Full name.")
    kind: CompanyKind = column(about="What it does in the shop.")
    produces: bool = column(about="Whether it makes goods: its fulfilment orders go through production.")
    offered_services: list[Annotated[CarrierService, strawberry.lazy("gql.types.carriers")]] = unplanned(
        _offered,
        about="Carrier services that a fulfiller offers, at most 200; for itself, the platform, and the retailers "
        "it is connected with.",
        reason="two tables away",
    )
    version: int = column(
        about="Counts its changes, those of the services it offers among them; `guard.expectedVersion` of a "
        "mutation compares with it."
    )
