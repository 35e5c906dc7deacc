"""Orders, their lines and addresses, and each fulfiller's share of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from domain.addresses import AddressRole
from domain.catalog import DeliveryMode, ItemKind
from domain.lines import LineStatus, Quantities
from domain.orders import CustomerType, HoldReason, OrderOrigin, OrderStage, OrderStatus, OrderType
from models.catalog import Source, Variant
from models.channels import SalesChannel
from models.columns import listed, listed_or_none
from models.companies import Company
from models.formulas import FormulaIndex

CUSTOMER_NAME = "name:customer_last_name,customer_first_name,id"
"""Last name and first name as lists are sorted by them."""


class Order(Model):
    """A customer's order. Lock its row before changing anything that belongs to it."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=40, unique=True)
    external_ref = fields.CharField(max_length=100)
    channel: fields.ForeignKeyRelation[SalesChannel] = fields.ForeignKeyField(
        "models.SalesChannel", related_name="orders", on_delete=OnDelete.RESTRICT
    )
    channel_id: int
    retailer: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="orders", on_delete=OnDelete.RESTRICT
    )
    retailer_id: int
    origin = listed(OrderOrigin)
    type = listed(OrderType, default=OrderType.STANDARD)
    original: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="derived", null=True, on_delete=OnDelete.RESTRICT, db_index=True
    )
    original_id: int | None
    replaces: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="replaced_by", null=True, on_delete=OnDelete.RESTRICT, db_index=True
    )
    replaces_id: int | None
    draft = fields.BooleanField(default=False)
    stage = listed(OrderStage, default=OrderStage.NEW)
    status = listed(OrderStatus, default=OrderStatus.NEW)
    """Always `order_status(...)` of lines and fulfilment orders: written by the unit of work alone."""
    status_reason = fields.CharField(max_length=200, null=True)
    status_since = fields.DatetimeField()
    hold_reason = listed_or_none(HoldReason)
    hold_note = fields.CharField(max_length=1000, null=True)
    held_until = fields.DatetimeField(null=True)
    cancel_reason = fields.CharField(max_length=64, null=True)
    closed_at = fields.DatetimeField(null=True)
    placed_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    customer_external_id = fields.CharField(max_length=100, null=True)
    customer_type = listed(CustomerType, default=CustomerType.GUEST)
    customer_first_name = fields.CharField(max_length=200, default="")
    customer_last_name = fields.CharField(max_length=200, default="")
    customer_email = fields.CharField(max_length=254, default="")
    customer_phone = fields.CharField(max_length=50, default="")
    language = fields.CharField(max_length=16, null=True)
    vat_country = fields.CharField(max_length=2, null=True)
    shipping_method = fields.CharField(max_length=200, null=True)
    delivery_mode = listed(DeliveryMode, default=DeliveryMode.SHIP)
    required_dispatch_date = fields.DateField(null=True)
    expected_delivery = fields.DateField(null=True)
    urgent = fields.BooleanField(default=False)
    promotion_codes: list[str] = fields.JSONField(default=list)
    currency = fields.CharField(max_length=3)
    items_minor = fields.BigIntField(default=0)
    discount_minor = fields.BigIntField(default=0)
    shipping_minor = fields.BigIntField(default=0)
    shipping_tax_minor = fields.BigIntField(default=0)
    tax_minor = fields.BigIntField(default=0)
    total_minor = fields.BigIntField(default=0)
    tags: list[str] = fields.JSONField(default=list)
    metadata: dict[str, Any] = fields.JSONField(default=dict)
    content_digest = fields.CharField(max_length=64, null=True)
    """Digest of what was imported: the same order again is "unchanged"."""
    version = fields.IntField(default=0)
    """Number of its events."""
    lines: fields.ReverseRelation[OrderLine]

    class Meta:
        table = "orders"
        unique_together = (("channel_id", "external_ref"),)
        indexes = (
            Index(fields=("placed_at", "id"), name="ix_orders_placed"),
            Index(fields=("channel_id", "placed_at", "id"), name="ix_orders_channel_placed"),
            Index(fields=("retailer_id", "placed_at", "id"), name="ix_orders_retailer_placed"),
            Index(fields=("status", "placed_at", "id"), name="ix_orders_status_placed"),
            Index(fields=("retailer_id", "status", "placed_at", "id"), name="ix_orders_retailer_status"),
            Index(fields=("channel_id", "status", "placed_at", "id"), name="ix_orders_channel_status"),
            Index(fields=("customer_email",), name="ix_orders_email"),
            Index(fields=("external_ref",), name="ix_orders_reference"),
            Index(fields=("updated_at", "id"), name="ix_orders_updated"),
            Index(fields=("retailer_id", "updated_at", "id"), name="ix_orders_retailer_updated"),
            Index(fields=("currency", "total_minor", "id"), name="ix_orders_total"),
            Index(fields=("retailer_id", "currency", "total_minor", "id"), name="ix_orders_retailer_total"),
            Index(fields=("retailer_id", "number", "id"), name="ix_orders_retailer_number"),
            Index(fields=("type", "placed_at", "id"), name="ix_orders_type"),
            Index(fields=("origin", "placed_at", "id"), name="ix_orders_origin"),
            Index(fields=("status", "required_dispatch_date"), name="ix_orders_dispatch"),
            Index(fields=("status", "expected_delivery"), name="ix_orders_expected"),
            Index(fields=("customer_external_id",), name="ix_orders_customer"),
            FormulaIndex(fields=(CUSTOMER_NAME,), name="ix_orders_name"),
            FormulaIndex(fields=("retailer_id", CUSTOMER_NAME), name="ix_orders_retailer_name"),
            FormulaIndex(fields=("folded:number",), name="ix_orders_number_folded"),
            FormulaIndex(fields=("folded:external_ref",), name="ix_orders_reference_folded"),
            FormulaIndex(fields=("folded:customer_first_name",), name="ix_orders_first_name"),
            FormulaIndex(fields=("folded:customer_last_name",), name="ix_orders_last_name"),
            FormulaIndex(fields=("folded:customer_email",), name="ix_orders_email_folded"),
            FormulaIndex(fields=("phone:customer_phone",), name="ix_orders_phone"),
        )


class OrderShare(Model):
    """What one fulfiller sees of an order: its status computed from the fulfiller's own part alone."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="shares", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="shares", on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int
    status = listed(OrderStatus)
    status_reason = fields.CharField(max_length=200, null=True)
    status_since = fields.DatetimeField()
    placed_at = fields.DatetimeField()

    class Meta:
        table = "order_shares"
        unique_together = (("order_id", "fulfiller_id"),)
        indexes = (
            Index(fields=("fulfiller_id", "placed_at", "order_id"), name="ix_shares_placed"),
            Index(fields=("fulfiller_id", "status", "placed_at", "order_id"), name="ix_shares_status"),
            Index(fields=("fulfiller_id", "status_since", "order_id"), name="ix_shares_since"),
        )


class OrderLine(Model):
    """One article of an order. Prices are gross per unit, discount is per line, net + tax = total exactly."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="lines", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    number = fields.IntField()
    external_ref = fields.CharField(max_length=100, null=True)
    sku = fields.CharField(max_length=100)
    name = fields.CharField(max_length=300)
    image_url = fields.CharField(max_length=500, null=True)
    external_url = fields.CharField(max_length=500, null=True)
    variant: fields.ForeignKeyNullableRelation[Variant] = fields.ForeignKeyField(
        "models.Variant", related_name="lines", null=True, on_delete=OnDelete.RESTRICT
    )
    variant_id: int | None
    item_kind = listed(ItemKind, default=ItemKind.STOCK)
    delivery_mode = listed(DeliveryMode, default=DeliveryMode.SHIP)
    status = listed(LineStatus, default=LineStatus.NEW)
    unit_price_minor = fields.BigIntField()
    original_price_minor = fields.BigIntField()
    discount_minor = fields.BigIntField(default=0)
    net_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    tax_rate = fields.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    supplier_cost_minor = fields.BigIntField(null=True)
    bundle = fields.CharField(max_length=64, null=True)
    supplier_code = fields.CharField(max_length=64, null=True)
    """The supplier the channel asked for, by its code."""
    source: fields.ForeignKeyNullableRelation[Source] = fields.ForeignKeyField(
        "models.Source", related_name="lines", null=True, on_delete=OnDelete.RESTRICT
    )
    source_id: int | None
    fulfillment_order: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FulfillmentOrder", related_name="lines", null=True, on_delete=OnDelete.RESTRICT, db_index=True
    )
    fulfillment_order_id: int | None
    fulfiller: fields.ForeignKeyNullableRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="lines", null=True, on_delete=OnDelete.RESTRICT
    )
    fulfiller_id: int | None
    """Whose fulfilment order it is in: what a fulfiller sees."""
    personalisation: dict[str, Any] | None = fields.JSONField(null=True)
    ordered = fields.IntField()
    open = fields.IntField()
    cancelled = fields.IntField(default=0)
    shipped = fields.IntField(default=0)
    with_customer = fields.IntField(default=0)
    returned = fields.IntField(default=0)
    delivered = fields.IntField(default=0)
    cancel_requested = fields.IntField(default=0)
    return_pending = fields.IntField(default=0)
    reshipped = fields.IntField(default=0)
    exchanged = fields.IntField(default=0)
    removed = fields.BooleanField(default=False)
    download_url = fields.CharField(max_length=500, null=True)
    appointment_from = fields.DatetimeField(null=True)
    appointment_to = fields.DatetimeField(null=True)
    appointment_place = fields.CharField(max_length=200, null=True)
    appointment_note = fields.CharField(max_length=500, null=True)
    appointment_state = fields.CharField(max_length=40, null=True)

    @property
    def quantities(self) -> Quantities:
        """The counters as the rules know them."""
        return Quantities(**{name: getattr(self, name) for name in COUNTERS})

    class Meta:
        table = "order_lines"
        unique_together = (("order_id", "number"),)
        indexes = (
            Index(fields=("sku", "order_id"), name="ix_lines_sku"),
            Index(fields=("fulfiller_id", "order_id"), name="ix_lines_fulfiller"),
            Index(fields=("variant_id", "source_id"), name="ix_lines_stock"),
        )


COUNTERS = tuple(Quantities.__dataclass_fields__)


class Address(Model):
    """Where an order goes, or who is billed. Personal data: erased on archival."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="addresses", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    role = listed(AddressRole)
    name = fields.CharField(max_length=200, default="")
    company = fields.CharField(max_length=200, default="")
    street: list[str] = fields.JSONField(default=list)
    """Up to five lines."""
    city = fields.CharField(max_length=100, default="")
    region = fields.CharField(max_length=100, default="")
    postcode = fields.CharField(max_length=20, default="")
    country_code = fields.CharField(max_length=2, default="")
    phone = fields.CharField(max_length=50, default="")

    class Meta:
        table = "addresses"
        unique_together = (("order_id", "role"),)
        indexes = (
            Index(fields=("postcode",), name="ix_addresses_postcode"),
            FormulaIndex(fields=("folded:postcode",), name="ix_addresses_postcode_folded"),
            FormulaIndex(fields=("folded:name",), name="ix_addresses_name"),
            FormulaIndex(fields=("folded:company",), name="ix_addresses_company"),
            FormulaIndex(fields=("line:street",), name="ix_addresses_street"),
            FormulaIndex(fields=("folded:city",), name="ix_addresses_city"),
            FormulaIndex(fields=("phone:phone",), name="ix_addresses_phone"),
        )
