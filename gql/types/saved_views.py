"""Saved views of the grid."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from gql.fields import column, computed, plain, row_of
from gql.filters import OrderSortField, SortDirection
from gql.scalars import JSON
from gql.types.nodes import Node, global_id


def _sort(name: str, direction: str) -> SavedViewSort:
    return SavedViewSort(field=OrderSortField[name], direction=SortDirection[direction])


@strawberry.type(description="How a saved view sorts: what `OrderSort` takes.")
class SavedViewSort:
    """Field and direction."""

    field: OrderSortField = plain(about="What it sorts by.")
    direction: SortDirection = plain(about="Which end comes first.")


@strawberry.type(
    description="The grid as somebody likes to see it. Belongs to the user or API client that saved it, and is "
    "seen by nobody else."
)
class SavedView(Node):
    """A view."""

    is_type_of = row_of(models.SavedView)

    id: strawberry.ID = global_id("SavedView")
    name: str = column(about="What its owner calls it, unique among the owner's views.")
    filter: JSON = column("conditions", about="An `OrderFilter`: send it as the variable of `orders(filter:)`.")
    sort: SavedViewSort = computed(_sort, needs=["sort_field", "sort_direction"], about="How it sorts.")
    columns: list[str] = column(about="The columns shown, in their order, as the client calls them; at most 100.")
    page_size: int = column(about="How many rows a page has, 1 to 100.")
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    created_at: datetime = column(about="When it was saved first.")
    updated_at: datetime = column(about="When it was changed last.")
