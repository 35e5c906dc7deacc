"""What lists of the catalogue and of stock are narrowed by."""

from __future__ import annotations

import strawberry

from domain.catalog import VariantStatus


@strawberry.input(description="Which products; all conditions that are given must hold.")
class ProductFilter:
    """Conditions on products."""

    text: str | None = strawberry.field(
        default=None,
        description="This text occurs, upper or lower case alike, in SKU, name or category, or in SKU or name of "
        "a variant.",
    )
    sku: str | None = strawberry.field(default=None, description="Has exactly this SKU, or a variant that has it.")
    status: list[VariantStatus] | None = strawberry.field(
        default=None, description="Has a variant in one of these statuses."
    )
    company: str | None = strawberry.field(
        default=None, description="In the catalogue of this company, by its code."
    )


@strawberry.input(description="Which stock; all conditions that are given must hold.")
class StockFilter:
    """Conditions on stock levels."""

    sku: str | None = strawberry.field(default=None, description="Of variants with exactly this SKU.")
    source_id: strawberry.ID | None = strawberry.field(default=None, description="At this source, by global id.")
    low: int | None = strawberry.field(
        default=None,
        description="Counted, with at most so many units to promise; 0 finds what is sold out, -1 what is "
        "promised beyond what is there.",
    )
