"""Parcels and what carriers say of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from domain.shipments import ShipmentStatus, TrackingCode
from gql.fields import column, masked, relation_many, relation_one, row_of
from gql.masking import mask_words
from gql.types.actions import AvailableAction, available_actions
from gql.types.carriers import CarrierService
from gql.types.companies import Company
from gql.types.nodes import Node, global_id
from reads.rules import destination

if TYPE_CHECKING:
    from gql.types.fulfillment_orders import FulfillmentOrder
    from gql.types.lines import OrderLine
    from gql.types.orders import Order


@strawberry.type(description="Units of one line in one parcel.")
class ShipmentItem(Node):
    """An item of a parcel."""

    is_type_of = row_of(models.ShipmentItem)

    id: strawberry.ID = global_id("ShipmentItem")
    line: Annotated[OrderLine, strawberry.lazy("gql.types.lines")] = relation_one(
        models.OrderLine, local="line_id", about="The line of the order whose units these are."
    )
    quantity: int = column(about="How many of its units are in the parcel.")


@strawberry.type(description="One report of a carrier about a parcel.")
class TrackingEvent(Node):
    """A carrier event."""

    is_type_of = row_of(models.TrackingEvent)

    id: strawberry.ID = global_id("TrackingEvent")
    code: TrackingCode = column(about="What it means.")
    text: str = masked(
        "text",
        mask=mask_words,
        shown=destination,
        about="The carrier's own words, which may name who took it: `***` without the permission `pii.view`.",
    )
    place: str | None = column(about="Where it happened.")
    occurred_at: datetime = column(about="When it happened, as the carrier says.")
    received_at: datetime = column(about="When we heard of it; reports may come late and out of order.")


@strawberry.type(description="One parcel of one fulfilment order.")
class Shipment(Node):
    """A parcel."""

    is_type_of = row_of(models.Shipment)

    id: strawberry.ID = global_id("Shipment")
    number: str = column(about="Its number: the fulfilment order's and a counter.")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it belongs to."
    )
    fulfillment_order: Annotated[FulfillmentOrder, strawberry.lazy("gql.types.fulfillment_orders")] = relation_one(
        models.FulfillmentOrder, local="fulfillment_order_id", about="The fulfilment order it ships."
    )
    fulfiller: Company = relation_one(models.Company, local="fulfiller_id", about="Who ships it.")
    service: CarrierService | None = relation_one(
        models.CarrierService, local="service_id", about="Carrier and service; null when it was handed over."
    )
    status: ShipmentStatus = column(about="Where it is.")
    tracking_number: str | None = column(about="The carrier's number of it.")
    tracking_url: str | None = column(about="Link to follow it.")
    tracking_comment: str | None = masked(
        "tracking_comment",
        mask=mask_words,
        shown=destination,
        about="A note beside the tracking number: `***` without the permission `pii.view`.",
    )
    tracking_passed_on_at: datetime | None = column(about="When the tracking was passed on to the sales channel.")
    box_number: str | None = column(about="Number of the box.")
    weight_grams: int | None = column(about="Weight of the whole parcel in grams; null: not known.")
    length_mm: int | None = column(about="Length in millimetres.")
    width_mm: int | None = column(about="Width in millimetres.")
    height_mm: int | None = column(about="Height in millimetres.")
    expected_delivery: date | None = column(about="When it should arrive.")
    shipped_at: datetime = column(about="When it left.")
    delivered_at: datetime | None = column(about="When it arrived.")
    deleted_at: datetime | None = column(about="When it was deleted; its units are open again then.")
    items: list[ShipmentItem] = relation_many(models.ShipmentItem, key="shipment_id", about="What is in it.")
    tracking_events: list[TrackingEvent] = relation_many(
        models.TrackingEvent,
        key="shipment_id",
        order=("occurred_at", "id"),
        about="What the carrier reported, in the order it happened.",
    )
    available_actions: list[AvailableAction] = available_actions(
        models.Shipment, about="What the viewer may do with it now, and what stands against it."
    )
