"""Sales channels with their settings, and how their shipping methods map to services."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from domain.catalog import AppeasementBasis, EntryStatus, ExchangeFlow, ReasonKind
from domain.payments import CaptureMode
from models.columns import listed
from models.companies import Company


class SalesChannel(Model):
    """A retailer's store or marketplace. Settings apply from when they are changed."""

    id = fields.BigIntField(primary_key=True)
    retailer: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="channels", on_delete=OnDelete.RESTRICT, db_index=True
    )
    retailer_id: int
    code = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=200)
    currency = fields.CharField(max_length=3)
    auto_verify = fields.BooleanField(default=True)
    auto_process = fields.BooleanField(default=False)
    auto_approve_returns = fields.BooleanField(default=True)
    auto_release_refunds = fields.BooleanField(default=True)
    manual_return_source = fields.BooleanField(default=False)
    appeasement_basis = listed(AppeasementBasis, default=AppeasementBasis.NET)
    exchange_flow = listed(ExchangeFlow, default=ExchangeFlow.SHIP_NOW)
    remorse_minutes = fields.IntField(default=0)
    capture_mode = listed(CaptureMode, default=CaptureMode.ON_SHIPMENT)
    allow_backorder = fields.BooleanField(default=False)
    default_entry_status = listed(EntryStatus, default=EntryStatus.NEW)
    abandon_after_minutes = fields.IntField(null=True)
    notify_customer = fields.BooleanField(default=True)
    notify_kinds: dict[str, bool] = fields.JSONField(default=dict)
    """Per kind of mail; a kind not named follows `notify_customer`."""
    notify_addresses: list[str] = fields.JSONField(default=list)
    tracking_push_url = fields.CharField(max_length=500, null=True)
    return_window_days = fields.IntField(null=True)
    expected_transit_days = fields.IntField(null=True)
    retention_days = fields.IntField(null=True)
    simulated = fields.BooleanField(default=False)
    """Whether its orders are invented and moved by the demo."""
    version = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "sales_channels"


class ManagedReason(Model):
    """One entry of the list of reasons a channel offers for one kind of action."""

    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[SalesChannel] = fields.ForeignKeyField(
        "models.SalesChannel", related_name="reasons", on_delete=OnDelete.RESTRICT
    )
    channel_id: int
    kind = listed(ReasonKind)
    code = fields.CharField(max_length=64)
    label = fields.CharField(max_length=200)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "managed_reasons"
        unique_together = (("channel_id", "kind", "code"),)


class Carrier(Model):
    """A parcel carrier. `{tracking_number}` in the pattern becomes the parcel's number."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=200)
    tracking_url_pattern = fields.CharField(max_length=500, null=True)
    version = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "carriers"


class CarrierService(Model):
    """One service of a carrier."""

    id = fields.BigIntField(primary_key=True)
    carrier: fields.ForeignKeyRelation[Carrier] = fields.ForeignKeyField(
        "models.Carrier", related_name="services", on_delete=OnDelete.RESTRICT
    )
    carrier_id: int
    code = fields.CharField(max_length=64)
    name = fields.CharField(max_length=200)
    tracked = fields.BooleanField(default=True)

    class Meta:
        table = "carrier_services"
        unique_together = (("carrier_id", "code"),)


class OfferedService(Model):
    """A carrier service that a fulfiller offers."""

    id = fields.BigIntField(primary_key=True)
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="offered_services", on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int
    service: fields.ForeignKeyRelation[CarrierService] = fields.ForeignKeyField(
        "models.CarrierService", related_name="offered_by", on_delete=OnDelete.RESTRICT
    )
    service_id: int

    class Meta:
        table = "offered_services"
        unique_together = (("fulfiller_id", "service_id"),)


class ShippingMapping(Model):
    """(channel, fulfiller, the channel's exact method name) -> the service the fulfiller ships by [S1]."""

    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[SalesChannel] = fields.ForeignKeyField(
        "models.SalesChannel", related_name="shipping_mappings", on_delete=OnDelete.RESTRICT
    )
    channel_id: int
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="shipping_mappings", on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int
    method = fields.CharField(max_length=200)
    service: fields.ForeignKeyRelation[CarrierService] = fields.ForeignKeyField(
        "models.CarrierService", related_name="mappings", on_delete=OnDelete.RESTRICT
    )
    service_id: int
    version = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "shipping_mappings"
        unique_together = (("channel_id", "fulfiller_id", "method"),)


class RoutingRule(Model):
    """Where a channel's lines go first: the lowest place whose country and region fit."""

    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[SalesChannel] = fields.ForeignKeyField(
        "models.SalesChannel", related_name="routing_rules", on_delete=OnDelete.RESTRICT
    )
    channel_id: int
    place = fields.IntField()
    source: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Source", related_name="routing_rules", on_delete=OnDelete.RESTRICT
    )
    source_id: int
    country_code = fields.CharField(max_length=2, null=True)
    region = fields.CharField(max_length=100, null=True)
    version = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "routing_rules"
        unique_together = (("channel_id", "place"),)
