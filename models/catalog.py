"""Products, their variants, and who has how much of them."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from domain.catalog import CancelMode, ItemKind, SourceKind, VariantStatus
from models.columns import listed, listed_or_none
from models.companies import Company


class Source(Model):
    """A stock location of a company."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="sources", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    code = fields.CharField(max_length=64)
    name = fields.CharField(max_length=200)
    kind = listed(SourceKind)
    accepts_returns = fields.BooleanField(default=True)
    cancel_mode = listed(CancelMode, default=CancelMode.IMMEDIATE)
    street = fields.CharField(max_length=200, null=True)
    city = fields.CharField(max_length=100, null=True)
    region = fields.CharField(max_length=100, null=True)
    postcode = fields.CharField(max_length=20, null=True)
    country_code = fields.CharField(max_length=2, null=True)
    delivers_to: list[str] | None = fields.JSONField(null=True)
    """Country codes; None: everywhere."""
    version = fields.IntField(default=0)

    class Meta:
        table = "sources"
        unique_together = (("company_id", "code"),)


class Product(Model):
    """A parent SKU ("style") in a retailer's catalogue."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="products", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    sku = fields.CharField(max_length=100)
    name = fields.CharField(max_length=300)
    category = fields.CharField(max_length=200, null=True)
    version = fields.IntField(default=0)

    class Meta:
        table = "products"
        unique_together = (("company_id", "sku"),)


class Variant(Model):
    """A child SKU: what is ordered, stocked and shipped."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="variants", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "models.Product", related_name="variants", on_delete=OnDelete.RESTRICT, db_index=True
    )
    product_id: int
    sku = fields.CharField(max_length=100)
    name = fields.CharField(max_length=300)
    status = listed(VariantStatus, default=VariantStatus.ACTIVE)
    """What orders are judged by: the retailer's word, else that of whoever carries it."""
    status_note = fields.CharField(max_length=500, null=True)
    own_status = listed_or_none(VariantStatus)
    """The retailer's word; None: it follows those who carry it."""
    item_kind = listed(ItemKind, default=ItemKind.STOCK)
    required_inputs: list[str] = fields.JSONField(default=list)
    """Names of the fields a shopper must fill in for a personalised line."""
    price_minor = fields.BigIntField(null=True)
    currency = fields.CharField(max_length=3, null=True)
    image_url = fields.CharField(max_length=500, null=True)
    weight_grams = fields.IntField(null=True)
    length_mm = fields.IntField(null=True)
    width_mm = fields.IntField(null=True)
    height_mm = fields.IntField(null=True)
    attributes: dict[str, Any] = fields.JSONField(default=dict)
    version = fields.IntField(default=0)

    class Meta:
        table = "variants"
        unique_together = (("company_id", "sku"),)
        indexes = (Index(fields=("sku",), name="ix_variant_sku"),)


class StockLevel(Model):
    """A variant at a source: that there is a row says that the source carries it.

    available = on_hand - reserved, in units; an unmanaged level is always available.
    """

    id = fields.BigIntField(primary_key=True)
    variant: fields.ForeignKeyRelation[Variant] = fields.ForeignKeyField(
        "models.Variant", related_name="stock_levels", on_delete=OnDelete.RESTRICT
    )
    variant_id: int
    source: fields.ForeignKeyRelation[Source] = fields.ForeignKeyField(
        "models.Source", related_name="stock_levels", on_delete=OnDelete.RESTRICT, db_index=True
    )
    source_id: int
    managed = fields.BooleanField(default=False)
    on_hand = fields.IntField(default=0)
    reserved = fields.IntField(default=0)
    supplier_cost_minor = fields.BigIntField(null=True)
    status = listed(VariantStatus, default=VariantStatus.ACTIVE, db_default=VariantStatus.ACTIVE)
    """Whether the source's company goes on with it."""
    status_note = fields.CharField(max_length=500, null=True)
    version = fields.IntField(default=0, db_default=0)
    """Number of times somebody set it; orders that reserve and take units do not count."""
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "stock_levels"
        unique_together = (("variant_id", "source_id"),)
