"""Carriers and their services."""

from __future__ import annotations

from typing import Annotated

import strawberry

import models
from gql.connections import Connection
from gql.fields import column, relation_many, relation_one, row_of
from gql.histories import history
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id


@strawberry.type(description="A company that carries parcels.")
class Carrier(Node):
    """A parcel carrier."""

    is_type_of = row_of(models.Carrier)

    id: strawberry.ID = global_id("Carrier")
    code: str = column(about="Short name, unique.")
    name: str = column(about="Full name.")
    tracking_url_pattern: str | None = column(
        about="Link to follow a parcel; `{tracking_number}` stands for its tracking number."
    )
    services: list[Annotated[CarrierService, strawberry.lazy("gql.types.carriers")]] = relation_many(
        models.CarrierService, key="carrier_id", order=("code",), about="What it offers."
    )
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "carrier", about="Everything that was changed about it, oldest first."
    )


@strawberry.type(description="One service of a carrier, such as express.")
class CarrierService(Node):
    """A service of a carrier."""

    is_type_of = row_of(models.CarrierService)

    id: strawberry.ID = global_id("CarrierService")
    carrier: Carrier = relation_one(models.Carrier, local="carrier_id", about="Whose service it is.")
    code: str = column(about="Short name, unique within the carrier.")
    name: str = column(about="Full name.")
    tracked: bool = column(about="Whether parcels can be followed.")
