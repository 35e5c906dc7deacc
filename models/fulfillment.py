"""Fulfilment orders, parcels and carrier events."""

from __future__ import annotations

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from domain.catalog import DeliveryMode
from domain.fulfillment import FulfillmentStatus
from domain.shipments import ShipmentStatus, TrackingCode
from models.catalog import Source
from models.channels import CarrierService
from models.columns import listed, listed_or_none
from models.companies import Company
from models.orders import Order, OrderLine


class FulfillmentOrder(Model):
    """The part of an order that one source ships by one delivery mode and carrier service [S1]."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="fulfillment_orders", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    number = fields.CharField(max_length=48, unique=True)
    source: fields.ForeignKeyRelation[Source] = fields.ForeignKeyField(
        "models.Source", related_name="fulfillment_orders", on_delete=OnDelete.RESTRICT
    )
    source_id: int
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="fulfillment_orders", on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int
    delivery_mode = listed(DeliveryMode)
    service: fields.ForeignKeyNullableRelation[CarrierService] = fields.ForeignKeyField(
        "models.CarrierService", related_name="fulfillment_orders", null=True, on_delete=OnDelete.RESTRICT
    )
    service_id: int | None
    status = listed(FulfillmentStatus)
    status_since = fields.DatetimeField()
    held_from = listed_or_none(FulfillmentStatus)
    sent_at = fields.DatetimeField(null=True)
    accepted_at = fields.DatetimeField(null=True)
    expected_delivery = fields.DateField(null=True)
    supplier_reference = fields.CharField(max_length=100, null=True)
    failure = fields.CharField(max_length=1000, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "fulfillment_orders"
        indexes = (
            Index(fields=("order_id",), name="ix_fulfillment_order"),
            Index(fields=("fulfiller_id", "status", "id"), name="ix_fulfillment_fulfiller"),
            Index(fields=("source_id", "order_id"), name="ix_fulfillment_source"),
            Index(fields=("source_id", "id"), name="ix_fulfillment_of_source"),
            Index(fields=("service_id", "id"), name="ix_fulfillment_service"),
            Index(fields=("status", "id"), name="ix_fulfillment_status"),
            Index(fields=("status", "expected_delivery"), name="ix_fulfillment_expected"),
        )


class Shipment(Model):
    """One parcel of one fulfilment order."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="shipments", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    fulfillment_order: fields.ForeignKeyRelation[FulfillmentOrder] = fields.ForeignKeyField(
        "models.FulfillmentOrder", related_name="shipments", on_delete=OnDelete.RESTRICT, db_index=True
    )
    fulfillment_order_id: int
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="shipments", on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int
    number = fields.CharField(max_length=56, unique=True)
    service: fields.ForeignKeyNullableRelation[CarrierService] = fields.ForeignKeyField(
        "models.CarrierService", related_name="shipments", null=True, on_delete=OnDelete.RESTRICT
    )
    service_id: int | None
    tracking_number = fields.CharField(max_length=100, null=True)
    tracking_url = fields.CharField(max_length=700, null=True)
    tracking_comment = fields.CharField(max_length=500, null=True)
    tracking_passed_on_at = fields.DatetimeField(null=True)
    box_number = fields.CharField(max_length=50, null=True)
    weight_grams = fields.IntField(null=True)
    length_mm = fields.IntField(null=True)
    width_mm = fields.IntField(null=True)
    height_mm = fields.IntField(null=True)
    expected_delivery = fields.DateField(null=True)
    status = listed(ShipmentStatus, default=ShipmentStatus.CREATED)
    status_event_at = fields.DatetimeField(null=True)
    """Time of the carrier event the status comes from."""
    shipped_at = fields.DatetimeField()
    delivered_at = fields.DatetimeField(null=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "shipments"
        indexes = (
            Index(fields=("order_id",), name="ix_shipments_order"),
            Index(fields=("tracking_number",), name="ix_shipments_tracking"),
            Index(fields=("fulfiller_id", "id"), name="ix_shipments_fulfiller"),
            Index(fields=("service_id", "id"), name="ix_shipments_service"),
            Index(fields=("status", "id"), name="ix_shipments_status"),
            Index(fields=("status", "expected_delivery"), name="ix_shipments_expected"),
        )


class ShipmentItem(Model):
    """Units of one line in one parcel."""

    id = fields.BigIntField(primary_key=True)
    shipment: fields.ForeignKeyRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="items", on_delete=OnDelete.RESTRICT
    )
    shipment_id: int
    line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "models.OrderLine", related_name="shipment_items", on_delete=OnDelete.RESTRICT, db_index=True
    )
    line_id: int
    quantity = fields.IntField()

    class Meta:
        table = "shipment_items"
        unique_together = (("shipment_id", "line_id"),)


class TrackingEvent(Model):
    """One report of a carrier. `external_id` is the carrier's own: the same one again is ignored."""

    id = fields.BigIntField(primary_key=True)
    shipment: fields.ForeignKeyRelation[Shipment] = fields.ForeignKeyField(
        "models.Shipment", related_name="tracking_events", on_delete=OnDelete.RESTRICT
    )
    shipment_id: int
    external_id = fields.CharField(max_length=100)
    code = listed(TrackingCode)
    text = fields.CharField(max_length=500, default="")
    place = fields.CharField(max_length=200, null=True)
    occurred_at = fields.DatetimeField()
    received_at = fields.DatetimeField()

    class Meta:
        table = "tracking_events"
        unique_together = (("shipment_id", "external_id"),)
