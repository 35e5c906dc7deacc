"""What is done with saved views."""

from __future__ import annotations

import strawberry

from gql.fields import plain
from gql.filters import OrderSort
from gql.order_filter import OrderFilter


@strawberry.input(description="A view of the grid: a new one, or all of one anew.")
class SavedViewSaveInput:
    """Input of `savedViewSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Global id of the view to change; left out: a new view.")
    name: str = plain(about="1 to 100 characters, unique among the viewer's views.")
    filter: OrderFilter | None = strawberry.field(
        default=None, description="Which orders it shows; left out: all. Refused where `orders` would refuse it."
    )
    sort: OrderSort | None = strawberry.field(
        default=None, description="How it sorts; left out: newest placed first."
    )
    columns: list[str] = strawberry.field(
        default_factory=list,
        description="The columns it shows, in their order, as the client calls them; at most 100 of 1 to 64 "
        "characters.",
    )
    page_size: int = strawberry.field(default=20, description="Rows a page, 1 to 100.")


@strawberry.input(description="Which view is to be forgotten.")
class SavedViewDeleteInput:
    """Input of `savedViewDelete`."""

    id: strawberry.ID = plain(about="Global id of the view.")
