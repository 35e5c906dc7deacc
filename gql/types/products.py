"""The catalogue and its stock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

import models
from domain.catalog import ItemKind, VariantStatus
from gql.connections import Connection
from gql.fields import column, computed, relation_many, relation_one, row_of
from gql.histories import history
from gql.scalars import JSON
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.money import Money, amount
from gql.types.nodes import Node, global_id
from gql.types.sources import Source
from reads.rules import selling_side


def available(managed: bool, on_hand: int, reserved: int) -> int | None:
    """Units that can be promised; None: as many as you like."""
    return on_hand - reserved if managed else None


@strawberry.type(description="A parent SKU (“style”) of a catalogue.")
class Product(Node):
    """A product."""

    is_type_of = row_of(models.Product)

    id: strawberry.ID = global_id("Product")
    company: Company | None = relation_one(models.Company, local="company_id", about="Whose catalogue it is in.")
    sku: str = column(about="Its SKU, unique within the catalogue.")
    name: str = column(about="What it is called.")
    category: str | None = column(about="Where it is filed.")
    variants: list[Annotated[Variant, strawberry.lazy("gql.types.products")]] = relation_many(
        models.Variant, key="product_id", order=("sku",), about="The sizes, colours and so on it comes in, by SKU."
    )
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "product", about="Everything that was changed about it, oldest first."
    )


@strawberry.type(description="A child SKU: what is ordered, stocked and shipped.")
class Variant(Node):
    """A variant of a product."""

    is_type_of = row_of(models.Variant)

    id: strawberry.ID = global_id("Variant")
    company: Company | None = relation_one(models.Company, local="company_id", about="Whose catalogue it is in.")
    product: Product = relation_one(models.Product, local="product_id", about="What it is a variant of.")
    sku: str = column(about="Its SKU, unique within the catalogue.")
    name: str = column(about="What it is called.")
    status: VariantStatus = column(about="Whether it can be ordered.")
    status_note: str | None = column(
        "status_note",
        shown=selling_side,
        about="Why it cannot be ordered, as its retailer or the last of its fulfillers says; null for fulfillers, "
        "whose own word is with their stock.",
    )
    item_kind: ItemKind = column(about="What it sells.")
    required_inputs: list[str] = column(about="Fields a shopper fills in for a personalised line.")
    price: Money | None = amount("price_minor", shown=selling_side, about="List price; null for fulfillers.")
    image_url: str | None = column(about="A picture.")
    weight_grams: int | None = column(about="Weight of one unit in grams; null: not known.")
    attributes: JSON = column(about="Colour, size and so on, as an object.")
    stock: list[Annotated[StockLevel, strawberry.lazy("gql.types.products")]] = relation_many(
        models.StockLevel, key="variant_id", about="Who carries it, and how much of it; a fulfiller sees its own."
    )
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "variant", about="Everything that was changed about it, oldest first."
    )


@strawberry.type(description="A variant at a source. That it exists says that the source carries the variant.")
class StockLevel(Node):
    """Stock of one variant at one source."""

    is_type_of = row_of(models.StockLevel)

    id: strawberry.ID = global_id("StockLevel")
    variant: Variant = relation_one(models.Variant, local="variant_id", about="What is stocked.")
    source: Source | None = relation_one(models.Source, local="source_id", about="Where.")
    managed: bool = column(about="Whether units are counted; if not, it is always available.")
    on_hand: int = column(about="Units there, reserved ones included.")
    reserved: int = column(about="Units promised to orders.")
    available: int | None = computed(
        available, needs=["managed", "on_hand", "reserved"], about="Units to promise; null: not counted."
    )
    status: VariantStatus = column(about="Whether the source's company goes on with it.")
    status_note: str | None = column(about="Why not, in its words; null: it does.")
    updated_at: datetime = column(about="When it last changed.")
    version: int = column(
        about="Counts how often it was set; what orders reserve and take does not count. `guard.expectedVersion` "
        "of a mutation compares with it."
    )
    history: Connection[OrderEvent] = history(
        "stock_level", about="Everything that was changed about it, oldest first."
    )
