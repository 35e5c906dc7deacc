"""What is done with the catalogue."""

from __future__ import annotations

import strawberry

from domain.catalog import VariantStatus
from gql.fields import plain


@strawberry.input(description="A catalogue file.")
class CatalogImportInput:
    """Input of `catalogImport`."""

    channel: str = plain(about="Code of a sales channel of the retailer whose catalogue it is.")
    csv: str = plain(
        about="The file's text: comma-separated, the first row names the columns, one row per variant."
    )


@strawberry.input(description="Which variant can be ordered no longer, or again, and why.")
class VariantWithdrawInput:
    """Input of `variantWithdraw`."""

    variant_id: strawberry.ID = plain(
        about="Global id of the variant; a fulfiller speaks for the same SKU in every catalogue it supplies."
    )
    reason: str = plain(about="Why, in 1 to 500 characters: the retailers read it.")
    status: VariantStatus = strawberry.field(
        default=VariantStatus.DISABLED,
        description="DISABLED: withdrawn; OUT_OF_STOCK: sold out for now; ACTIVE: it can be ordered again.",
    )


@strawberry.input(description="How much of a variant a source has.")
class StockSetInput:
    """Input of `stockSet`."""

    variant_id: strawberry.ID = plain(about="Global id of the variant.")
    source_id: strawberry.ID = plain(about="Global id of the source.")
    on_hand: int | None = strawberry.field(
        default=None, description="Units there, those promised to orders included; 0 or more."
    )
    difference: int | None = strawberry.field(
        default=None, description="Instead of `onHand`: units that came or, below 0, went."
    )
    managed: bool | None = strawberry.field(
        default=None,
        description="Whether units are counted from now on; left out: as it is. Counting begins with `onHand`.",
    )
