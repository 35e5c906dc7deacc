"""Retailers and fulfillers that work together, and how a channel's orders find their way."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from domain.catalog import ConnectionStatus
from gql.connections import Connection
from gql.fields import column, relation_one, row_of
from gql.histories import history
from gql.types.carriers import CarrierService
from gql.types.channels import SalesChannel
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id
from gql.types.sources import Source

VERSION = "Counts its changes; `guard.expectedVersion` of a mutation compares with it."
HISTORY = "Everything that was changed about it, oldest first."


@strawberry.type(
    description="The connection of a retailer and a fulfiller: orders of the one go only to those of the others "
    "whose connection is ACTIVE."
)
class Partnership(Node):
    """A connection; GraphQL clients take names ending in `Connection` for pages."""

    is_type_of = row_of(models.Connection)

    id: strawberry.ID = global_id("Partnership")
    retailer: Company = relation_one(models.Company, local="retailer_id", about="Who sells.")
    fulfiller: Company = relation_one(models.Company, local="fulfiller_id", about="Who makes or ships.")
    status: ConnectionStatus = column(about="How far they are connected.")
    replacement_policy: str = column(
        about="What the fulfiller says about making faulty goods again; empty: nothing. Shown beside replacements."
    )
    shares_customer_email: bool = column(about="Whether the fulfiller sees customers' e-mail addresses.")
    created_at: datetime = column(about="When the fulfiller was invited.")
    version: int = column(about=VERSION)
    history: Connection[OrderEvent] = history("connection", about=HISTORY)


@strawberry.type(
    description="What a shipping method of a sales channel means at one fulfiller. For retailers and the platform."
)
class ShippingMapping(Node):
    """A shipping mapping."""

    is_type_of = row_of(models.ShippingMapping)

    id: strawberry.ID = global_id("ShippingMapping")
    channel: SalesChannel = relation_one(models.SalesChannel, local="channel_id", about="Whose method it is.")
    fulfiller: Company = relation_one(models.Company, local="fulfiller_id", about="Who ships by the service.")
    method: str = column(about="The method, exactly as the channel writes it.")
    service: CarrierService = relation_one(
        models.CarrierService, local="service_id", about="What the fulfiller ships by."
    )
    version: int = column(about=VERSION)
    history: Connection[OrderEvent] = history("shipping_mapping", about=HISTORY)


@strawberry.type(
    description="Where lines of a sales channel go first: the lowest place whose country and region fit decides, "
    "before nearness and stock. For retailers and the platform."
)
class RoutingRule(Node):
    """A routing rule."""

    is_type_of = row_of(models.RoutingRule)

    id: strawberry.ID = global_id("RoutingRule")
    channel: SalesChannel = relation_one(models.SalesChannel, local="channel_id", about="Whose lines it is for.")
    place: int = column(about="Its place among the channel's rules; the lowest that fits decides.")
    source: Source = relation_one(models.Source, local="source_id", about="Where the lines go.")
    country_code: str | None = column(
        about="Only lines delivered to this country, ISO 3166-1 alpha-2; null: to any."
    )
    region: str | None = column(about="Only lines delivered to this region, as addresses write it; null: to any.")
    version: int = column(about=VERSION)
    history: Connection[OrderEvent] = history("routing_rule", about=HISTORY)
