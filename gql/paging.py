"""Pages by key: a cursor holds the sort key and id of a row, and the next page begins behind them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from gql.connections import Count, Page, PageInfo, Placed
from gql.context import Context
from gql.faults import refuse
from gql.scalars import Cursor
from reads import bounded

DEFAULT_SIZE: Final = 20
LARGEST_PAGE: Final = 100
LARGEST_COUNT: Final = 10_000
_LONGEST: Final = 500
_LAST_KEY: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is sorted by. `attribute` holds the value of `column` on a row that was read."""

    name: str
    column: str
    attribute: str
    parse: Callable[[str], object]


def moment(text: str) -> datetime:
    """A sort key that is a time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _text_of(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _where(lookup: str, value: Any) -> Q:
    return Q(**{lookup: value})


@dataclass(frozen=True, slots=True)
class Sort:
    """A key and a direction; the row's id decides between equals. `key` None: by id alone."""

    key: Key | None = None
    descending: bool = False

    @property
    def name(self) -> str:
        """Cursors carry it: a cursor belongs to its sort."""
        return f"{self.key.name if self.key else 'ID'}.{'DESC' if self.descending else 'ASC'}"

    def order(self, *, reverse: bool = False) -> list[str]:
        """What to order a query by."""
        sign = "-" if self.descending is not reverse else ""
        return [sign + column for column in ([self.key.column] if self.key else []) + ["id"]]

    def cursor(self, row: Any) -> Cursor:
        """The place of a row."""
        place = [self.name, row.id, *([_text_of(getattr(row, self.key.attribute))] if self.key else [])]
        return Cursor(urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("="))

    def beyond(self, cursor: str, *, backward: bool = False) -> Q:
        """Rows behind a cursor, or before it. Raises MALFORMED_CURSOR for one of another list or sort."""
        row_id, value = self._parse(cursor)
        way = "lt" if self.descending is not backward else "gt"
        behind = _where(f"id__{way}", row_id)
        if self.key is None:
            return behind
        column = self.key.column  # the first condition lets an index find the beginning
        return _where(f"{column}__{way}e", value) & (_where(f"{column}__{way}", value) | behind)

    def _value(self, text: str | None = None) -> object:
        if self.key is None and text is None:
            return None
        if self.key is None or not isinstance(text, str) or "\x00" in text:
            raise ValueError
        return self.key.parse(text)

    def _parse(self, cursor: str) -> tuple[int, object]:
        try:
            if len(cursor) > _LONGEST:
                raise ValueError
            name, row_id, *rest = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name == self.name and isinstance(row_id, int) and 0 <= row_id <= _LAST_KEY:
                return row_id, self._value(*rest)
        except (ValueError, TypeError, OverflowError):
            pass
        raise refuse(
            "MALFORMED_CURSOR",
            "This is not a cursor of this list in this sort order. Use cursors as `pageInfo` or `edges` gave "
            "them, with the same sort; to change the sort, start again without a cursor.",
        )


BY_ID: Final = Sort()


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for: `size` rows from the start of what lies between two cursors, or from its end."""

    size: int
    after: str | None
    before: str | None
    from_end: bool

    @classmethod
    def of(cls, first: int | None, after: str | None, last: int | None, before: str | None) -> Self:
        """Raises BAD_REQUEST for sizes outside 1 to 100, and for both `first` and `last`."""
        if first is not None and last is not None:
            raise refuse("BAD_REQUEST", "Give `first` or `last`, not both.")
        size = last if last is not None else DEFAULT_SIZE if first is None else first
        if not 1 <= size <= LARGEST_PAGE:
            raise refuse("BAD_REQUEST", f"A page has 1 to {LARGEST_PAGE} rows; {size} were asked for.")
        return cls(size, after, before, last is not None)

    def narrow(self, query: QuerySet[Any], sort: Sort) -> QuerySet[Any]:
        """What lies between the cursors."""
        if self.after is not None:
            query = query.filter(sort.beyond(self.after))
        if self.before is not None:
            query = query.filter(sort.beyond(self.before, backward=True))
        return query

    def page(self, found: list[Any], sort: Sort, as_of: Cursor, counted: Callable[[int], Any]) -> Page:
        """A page of up to `size` + 1 rows found, in the list's order; the surplus one tells that there is more."""
        more = len(found) > self.size
        rows = found[-self.size :] if self.from_end else found[: self.size]
        edges = [Placed(sort.cursor(row), row) for row in rows]
        info = PageInfo(
            has_next_page=self.before is not None if self.from_end else more,
            has_previous_page=more if self.from_end else self.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
        return Page(edges, info, as_of, counted)


async def read_page(context: Context, query: QuerySet[Any], sort: Sort, window: Window) -> Page:
    """One page of a query in two statements: the log's head, then the rows."""
    as_of = await context.as_of()
    narrowed = window.narrow(query, sort)
    rows = await narrowed.order_by(*sort.order(reverse=window.from_end)).limit(window.size + 1)
    if window.from_end:
        rows.reverse()
    context.loaders.remember(rows)

    async def counted(limit: int) -> Count:
        return count_of(await bounded.count(query, check_limit(limit) + 1), limit)

    return window.page(rows, sort, as_of, counted)


def check_limit(limit: int) -> int:
    """Raises BAD_REQUEST for limits outside 1 to 10000."""
    if not 1 <= limit <= LARGEST_COUNT:
        raise refuse("BAD_REQUEST", f"Counting stops at 1 to {LARGEST_COUNT}; {limit} was asked for.")
    return limit


def count_of(rows: int, limit: int) -> Count:
    """What counting to one beyond the limit found."""
    return Count(value=min(rows, limit), exact=rows <= limit)
