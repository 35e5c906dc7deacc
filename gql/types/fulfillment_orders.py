"""Fulfilment orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from domain.catalog import DeliveryMode
from domain.fulfillment import FulfillmentStatus
from gql.fields import column, masked, relation_many, relation_one, row_of
from gql.masking import mask_words
from gql.types.actions import AvailableAction, available_actions
from gql.types.carriers import CarrierService
from gql.types.companies import Company
from gql.types.nodes import Node, global_id
from gql.types.sources import Source
from reads.rules import destination

if TYPE_CHECKING:
    from gql.types.lines import OrderLine
    from gql.types.orders import Order
    from gql.types.shipments import Shipment


@strawberry.type(
    description="The part of an order that one source ships by one mode and service: what a supplier gets."
)
class FulfillmentOrder(Node):
    """A fulfilment order."""

    is_type_of = row_of(models.FulfillmentOrder)

    id: strawberry.ID = global_id("FulfillmentOrder")
    number: str = column(about="Its number: the order's and a counter.")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it is part of."
    )
    source: Source = relation_one(models.Source, local="source_id", about="Where its goods come from.")
    fulfiller: Company = relation_one(models.Company, local="fulfiller_id", about="Who fulfils it.")
    delivery_mode: DeliveryMode = column(about="How its goods reach the customer.")
    service: CarrierService | None = relation_one(
        models.CarrierService, local="service_id", about="The service it goes by; null when nothing is carried."
    )
    status: FulfillmentStatus = column(about="Where it stands.")
    status_since: datetime = column(about="Since when.")
    sent_at: datetime | None = column(about="When it was sent to its supplier.")
    accepted_at: datetime | None = column(about="When the supplier took it.")
    expected_delivery: date | None = column(about="When its goods should arrive.")
    supplier_reference: str | None = column(about="The supplier's own number of it.")
    failure: str | None = masked(
        "failure",
        mask=mask_words,
        shown=destination,
        about="Why it failed, in the supplier's words: `***` without the permission `pii.view`.",
    )
    created_at: datetime = column(about="When it was made.")
    lines: list[Annotated[OrderLine, strawberry.lazy("gql.types.lines")]] = relation_many(
        models.OrderLine, key="fulfillment_order_id", order=("number",), about="The order lines in it, by number."
    )
    shipments: list[Annotated[Shipment, strawberry.lazy("gql.types.shipments")]] = relation_many(
        models.Shipment, key="fulfillment_order_id", about="Its parcels, deleted ones included."
    )
    available_actions: list[AvailableAction] = available_actions(
        models.FulfillmentOrder,
        about="What the viewer may do with it now, with everything open of it, and what stands against it.",
    )
