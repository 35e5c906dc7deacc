"""What is done with the catalogue."""

from __future__ import annotations

import strawberry

from gql.fields import plain


@strawberry.input(description="A catalogue file.")
class CatalogImportInput:
    """Input of `catalogImport`."""

    channel: str = plain(about="Code of a sales channel of the retailer whose catalogue it is.")
    csv: str = plain(
        about="The file's text: comma-separated, the first row names the columns, one row per variant."
    )
