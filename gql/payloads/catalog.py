"""Payloads of what is done with the catalogue."""

from __future__ import annotations

import strawberry

import models
from gql.fields import plain
from gql.payloads.answers import MutationPayload, touched
from gql.types.products import StockLevel, Variant


@strawberry.type(description="Answer of `catalogImport`.")
class CatalogImportPayload(MutationPayload):
    """Made of `ImportAnswer`."""

    imported: int = plain(about="How many variants are new.")
    changed: int = plain(about="How many variants were corrected.")
    unchanged: int = plain(about="How many variants were here already, exactly the same.")


@strawberry.type(description="Answer of `variantWithdraw`.")
class VariantWithdrawPayload(MutationPayload):
    """The variant."""

    variant: Variant | None = touched(models.Variant, about="The variant as it is now; null when it was refused.")


@strawberry.type(description="Answer of `stockSet`.")
class StockSetPayload(MutationPayload):
    """The stock level."""

    stock_level: StockLevel | None = touched(
        models.StockLevel, about="The stock as it is now; null when it was refused."
    )
