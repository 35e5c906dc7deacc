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

from domain.texts import unstorable
from gql.connections import Count, Page, PageInfo, Placed
from gql.context import Context
from gql.faults import refuse
from gql.scalars import Cursor
from models.criteria import Beyond
from reads import bounded

DEFAULT_SIZE: Final = 20
LARGEST_PAGE: Final = 100
LARGEST_COUNT: Final = 10_000
_LONGEST: Final = 4000
_LAST_KEY: Final = 2**63 - 1


Parser = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is sorted by: columns, one after the other, and how each is read from a cursor.

    `attributes` hold their values on a row that was read; left out: they are called like the columns. `tie` is
    the column that decides between equals; it holds the row's id.
    """

    name: str
    columns: tuple[str, ...]
    parsers: tuple[Parser, ...]
    attributes: tuple[str, ...] = ()
    tie: str = "id"

    def values(self, row: Any) -> list[object]:
        """What it is on a row."""
        return [getattr(row, attribute) for attribute in self.attributes or self.columns]


def moment(text: str) -> datetime:
    """A sort key that is a time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def whole(text: str) -> int:
    """A sort key that is a whole number."""
    number = int(text)
    if not -_LAST_KEY <= number <= _LAST_KEY:
        raise ValueError
    return number


def _text_of(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, slots=True)
class Sort:
    """A key and a direction; the row's id decides between equals. `key` None: by id alone."""

    key: Key | None = None
    descending: bool = False

    @property
    def name(self) -> str:
        """Cursors carry it: a cursor belongs to its sort."""
        return f"{self.key.name if self.key else 'ID'}.{'DESC' if self.descending else 'ASC'}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that decides, the last one between equals."""
        return (*self.key.columns, self.key.tie) if self.key else ("id",)

    def order(self, *, reverse: bool = False) -> list[str]:
        """What to order a query by."""
        sign = "-" if self.descending is not reverse else ""
        return [sign + column for column in self.columns]

    def cursor(self, row: Any) -> Cursor:
        """The place of a row."""
        place = [self.name, row.id, *map(_text_of, self.key.values(row) if self.key else ())]
        return Cursor(urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("="))

    def beyond(self, cursor: str, *, backward: bool = False) -> Q:
        """Rows behind a cursor, or before it. Raises MALFORMED_CURSOR for one of another list or sort."""
        return Beyond(self.columns, self._parse(cursor), descending=self.descending is not backward)

    def _parse(self, cursor: str) -> tuple[object, ...]:
        try:
            if len(cursor) > _LONGEST:
                raise ValueError
            name, row_id, *texts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name == self.name and isinstance(row_id, int) and 0 <= row_id <= _LAST_KEY:
                parsers = self.key.parsers if self.key else ()
                return *(_read(*one) for one in zip(parsers, texts, strict=True)), row_id
        except (ValueError, TypeError, OverflowError):
            pass
        raise refuse(
            "MALFORMED_CURSOR",
            "This is not a cursor of this list in this sort order. Use cursors as `pageInfo` or `edges` gave "
            "them, with the same sort; to change the sort, start again without a cursor. `asOf` and cursors of "
            "events belong to subscriptions.",
        )


def _read(parse: Parser, text: object) -> object:
    if not isinstance(text, str) or unstorable(text):
        raise ValueError
    return parse(text)


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
