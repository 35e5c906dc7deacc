"""Companies."""

from __future__ import annotations

import strawberry

import models
from domain.access import CompanyKind
from gql.fields import column, row_of
from gql.types.nodes import Node, global_id


@strawberry.type(description="A retailer, a fulfiller or the platform itself.")
class Company(Node):
    """A company."""

    is_type_of = row_of(models.Company)

    id: strawberry.ID = global_id("Company")
    code: str = column(about="Short name, unique; filters take it.")
    name: str = column(about="Full name.")
    kind: CompanyKind = column(about="What it does in the shop.")
    produces: bool = column(about="Whether it makes goods: its fulfilment orders go through production.")
