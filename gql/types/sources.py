"""Places goods come from."""

from __future__ import annotations

import strawberry

import models
from domain.catalog import CancelMode, SourceKind
from gql.connections import Connection
from gql.fields import column, relation_one, row_of
from gql.histories import history
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id


@strawberry.type(description="A place goods come from: a warehouse, a store or a supplier.")
class Source(Node):
    """A stock location of a company."""

    is_type_of = row_of(models.Source)

    id: strawberry.ID = global_id("Source")
    company: Company = relation_one(models.Company, local="company_id", about="Whose it is.")
    code: str = column(about="Short name, unique within the company.")
    name: str = column(about="Full name.")
    kind: SourceKind = column(about="What kind of place it is.")
    accepts_returns: bool = column(about="Whether customers may send goods back to it.")
    cancel_mode: CancelMode = column(about="Whether cancelling takes effect at once or has to be asked for.")
    street: str | None = column(about="Street and house number; null: not known.")
    postcode: str | None = column(about="Postcode of its address; null: not known.")
    city: str | None = column(about="Where it is; null: not known.")
    region: str | None = column(about="Region of its country, as the country itself writes it; null: not known.")
    country_code: str | None = column(about="Country it is in, ISO 3166-1 alpha-2.")
    delivers_to: list[str] | None = column(about="Countries it delivers to, ISO 3166-1 alpha-2; null: everywhere.")
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "source", about="Everything that was changed about it, oldest first."
    )
