"""Payloads of what is done with the catalogue."""

from __future__ import annotations

import strawberry

from gql.fields import plain
from gql.payloads.answers import MutationPayload


@strawberry.type(description="Answer of `catalogImport`.")
class CatalogImportPayload(MutationPayload):
    """Made of `ImportAnswer`."""

    imported: int = plain(about="How many variants are new.")
    changed: int = plain(about="How many variants were corrected.")
    unchanged: int = plain(about="How many variants were here already, exactly the same.")
