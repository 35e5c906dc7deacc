"""Conditions that tortoise cannot say: comparisons of formulas, rows of other tables, places in a sorted list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Dialects, Equality
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import BasicCriterion, Criterion, Term, Tuple
from tortoise.expressions import F, Q, ResolveContext, ResolveResult
from tortoise.query_utils import QueryModifier
from tortoise.queryset import QuerySet


class Where(Q):
    """A condition made of the table it is about. Negate what it is made of: `~` is not for it."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Table], Criterion]) -> None:
        super().__init__()
        self._make = make

    def resolve(self, resolve_context: ResolveContext) -> QueryModifier:
        return QueryModifier(where_criterion=self._make(resolve_context.table))

    def __bool__(self) -> bool:
        return True

    def __invert__(self) -> NoReturn:
        raise TypeError("negate the criterion it is made of")


class Beyond(Q):
    """Rows whose columns, compared one after the other, come after these values, or before them.

    One comparison of rows, and not a chain of ANDs and ORs, because an index then finds the beginning however
    many rows are equal in the first columns.
    """

    __slots__ = ("_columns", "_descending", "_values")

    def __init__(self, columns: Sequence[str], values: Sequence[object], *, descending: bool) -> None:
        super().__init__()
        self._columns = columns
        self._values = values
        self._descending = descending

    def resolve(self, resolve_context: ResolveContext) -> QueryModifier:
        places = [_place(column, resolve_context) for column in self._columns]
        terms = [place.term for place in places]
        comparator = Equality.lt if self._descending else Equality.gt
        many = len(terms) > 1
        left = Tuple(*terms) if many else terms[0]
        right = Tuple(*self._values) if many else left.wrap_constant(self._values[0])
        joins = [join for place in places for join in place.joins]
        return QueryModifier(where_criterion=BasicCriterion(comparator, left, right), joins=joins)

    def __bool__(self) -> bool:
        return True


def _place(column: str, context: ResolveContext) -> ResolveResult:
    if column in context.model._meta.fields_db_projection:
        return ResolveResult(context.table[column])  # by its full name: joined tables have an id as well
    return F(column).resolve(context)


class Constant(Criterion):
    """Always, or never."""

    def __init__(self, holds: bool) -> None:
        super().__init__()
        self._sql = "1=1" if holds else "1=0"

    def get_sql(self, ctx: SqlContext) -> str:
        return self._sql


Own = Callable[[Table], Criterion]
"""A condition on a row's own columns."""


class Around(Criterion):
    """Orders that fit `own`, or to which a row found by one of the `queries` belongs by its `order_id`.

    Written so that either database can find the orders from the inner side: SQLite by IN; PostgreSQL by EXISTS,
    which becomes a join, or with several sides by IN. Beside an OR, where nothing can be found from the inner
    side, and negated, it asks row by row.
    """

    def __init__(
        self, table: Table, own: Own | None, queries: Sequence[QuerySet[Any]], *, negated: bool, beside_or: bool
    ) -> None:
        super().__init__()
        self._table = table
        self._own = own
        self._queries = queries
        self._negated = negated
        self._beside_or = beside_or

    def get_sql(self, ctx: SqlContext) -> str:
        ctx = ctx.copy(with_alias=False, subquery=False)
        one = self._own is None and len(self._queries) == 1
        if self._negated or (ctx.dialect is Dialects.POSTGRESQL and (self._beside_or or one)):
            return self._row_by_row(ctx)
        return self._from_inside(ctx)

    @property
    def _key(self) -> str:
        return f'"{self._table.get_table_name()}"."id"'

    def _row_by_row(self, ctx: SqlContext) -> str:
        own = [self._own(self._table).get_sql(ctx.copy(subcriterion=True))] if self._own else []
        around = [f"EXISTS ({_rendered(_belonging(query, self._key), ctx)})" for query in self._queries]
        return f"{'NOT ' if self._negated else ''}({' OR '.join((*own, *around))})"

    def _from_inside(self, ctx: SqlContext) -> str:
        sides = []  # in the order they are written: SQLite's places have no numbers
        if self._own:
            name = self._table.get_table_name()
            within = self._own(Table(name)).get_sql(ctx.copy(with_namespace=False))
            sides.append(f'SELECT "id" FROM "{name}" WHERE {within}')  # noqa: S608  names and places alone
        sides += [_rendered(query, ctx) for query in self._queries]
        return f"{self._key} IN ({' UNION ALL '.join(sides)})"


class _Same(Criterion):
    """Two columns, by their full names."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__()
        self._sql = f"{left}={right}"

    def get_sql(self, ctx: SqlContext) -> str:
        return self._sql


def _belonging(query: QuerySet[Any], key: str) -> QuerySet[Any]:
    table = query.model._meta.db_table
    return query.filter(Where(lambda _: _Same(f'"{table}"."order_id"', key)))


def _rendered(query: QuerySet[Any], ctx: SqlContext) -> str:
    ids = query.values("order_id")
    ids._choose_db_if_not_chosen()
    ids._make_query()
    text: str = ids.query.get_parameterized_sql(ctx.copy(with_namespace=False, subcriterion=False))[0]
    return text


def compared(term: Term, comparator: Equality, value: object) -> Criterion:
    """A term against a value."""
    return BasicCriterion(comparator, term, term.wrap_constant(value))
