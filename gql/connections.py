"""Pages of lists that can grow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, cast

import strawberry

from gql.fields import plain
from gql.scalars import Cursor

NodeT = TypeVar("NodeT")
Resolver = Callable[..., Any]

First = Annotated[int | None, strawberry.argument(description="At most so many rows from the start; 1 to 100.")]
After = Annotated[Cursor | None, strawberry.argument(description="Only rows behind this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="At most so many rows from the end; 1 to 100.")]
Before = Annotated[Cursor | None, strawberry.argument(description="Only rows before this cursor.")]
Limit = Annotated[int, strawberry.argument(description="Stop counting here; 1 to 10000.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Paging."""

    has_next_page: bool = plain(about="Whether there is more behind this page.")
    has_previous_page: bool = plain(about="Whether there is more before this page.")
    start_cursor: Cursor | None = plain(about="Cursor of the first row; null on an empty page.")
    end_cursor: Cursor | None = plain(about="Cursor of the last row; null on an empty page.")


@strawberry.type(description="How many rows there are, as far as they were counted.")
class Count:
    """A bounded count."""

    value: int = plain(about="The number of rows, or the limit when there are more.")
    exact: bool = plain(about="Whether that is all of them.")


@strawberry.type(description="One row of a page, with its place in the list.")
class Edge(Generic[NodeT]):
    """A row and its cursor."""

    cursor: Cursor = plain(about="The row's place: `after` and `before` take it.")
    node: NodeT = plain(about="The row.")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and its cursor, as resolvers make them."""

    cursor: Cursor
    node: object


@dataclass(frozen=True, slots=True)
class Page:
    """What a connection is made of. `counted` counts all rows of the list, up to a limit."""

    edges: Sequence[Placed]
    page_info: PageInfo
    as_of: Cursor
    counted: Callable[[int], Awaitable[Count]]

    @property
    def nodes(self) -> list[object]:
        """The rows alone."""
        return [edge.node for edge in self.edges]


async def _count(root: Any, limit: Limit = 1000) -> Count:
    return await cast("Page", root).counted(limit)


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeT]):
    """A page with everything around it."""

    edges: list[Edge[NodeT]] = plain(about="The rows with their cursors.")
    nodes: list[NodeT] = plain(about="The rows alone.")
    page_info: PageInfo = plain(about="Where the page stands.")
    as_of: Cursor = plain(
        about="Log position read before the rows: a subscription with `after: asOf` continues without a hole."
    )
    count: Count = strawberry.field(resolver=_count, description="How many rows the whole list has.")
