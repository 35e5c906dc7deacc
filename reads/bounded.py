"""Statements that stop: counts up to a limit, and the first rows of every parent at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pypika_tortoise.terms import Parameterizer
from tortoise.connection import get_connections
from tortoise.expressions import RawSQL
from tortoise.functions import Count
from tortoise.queryset import QuerySet, ValuesQuery

_COUNT: Final = "SELECT count(*) AS rows FROM ({query}) AS found"
_COUNT_EACH: Final = "SELECT {place} AS place, count(*) AS rows FROM ({query}) AS found{place}"
_FIRST: Final = "SELECT {parent} AS parent, id FROM ({query}) AS ranked WHERE place <= {limit} ORDER BY id"
_COUNTS: Final = (
    "SELECT {parent}, count(*) AS rows FROM ({query}) AS ranked WHERE place <= {limit} GROUP BY {parent}"
)


async def count(query: QuerySet[Any], limit: int) -> int:
    """How many rows, but never more than `limit`; reads no further than that."""
    (row,) = await select(_COUNT, query.limit(limit).values("id"))
    return int(row["rows"])


async def each_count(queries: Sequence[QuerySet[Any]], limit: int) -> list[int]:
    """`count` of every query, all in one statement."""
    values: list[Any] = []
    parts = []
    for place, query in enumerate(queries):
        rows = query.limit(limit).values("id")
        rows.sql()  # builds `query.query`
        parts.append(_COUNT_EACH.format(place=place, query=_placed(rows, values)))
    found = await get_connections().get("default").execute_query_dict(" UNION ALL ".join(parts), values)
    counts = {row["place"]: int(row["rows"]) for row in found}
    return [counts[place] for place in range(len(queries))]


async def grouped(query: QuerySet[Any], column: str) -> dict[Any, int]:
    """How many rows there are for each value of a column. Reads all of them."""
    rows = await query.annotate(rows=Count("id")).group_by(column).values_list(column, "rows")
    return {value: int(count) for value, count in rows}


def _placed(query: ValuesQuery[Any], values: list[Any]) -> str:
    """The statement of a query whose values go behind those of others."""
    parameters = Parameterizer()
    parameters.values = values
    context = query.query.QUERY_CLS.SQL_CONTEXT.copy(parameterizer=parameters)
    return str(query.query.get_parameterized_sql(context)[0])


async def first_ids(
    query: QuerySet[Any], parent: str, limit: int, *, newest: bool = False
) -> list[tuple[int, int]]:
    """(parent, id) of the first (or newest) `limit` rows of every parent, ascending. A query without joins."""
    rows = await select(_FIRST, _ranked(query, parent, newest=newest), parent=parent, limit=limit)
    return [(row["parent"], row["id"]) for row in rows]


async def counts(query: QuerySet[Any], parent: str, limit: int) -> dict[int, int]:
    """`count` for every parent at once; parents without rows are absent."""
    rows = await select(_COUNTS, _ranked(query, parent), parent=parent, limit=limit)
    return {row[parent]: row["rows"] for row in rows}


def _ranked(query: QuerySet[Any], parent: str, *, newest: bool = False) -> ValuesQuery[Any]:
    place = f'row_number() OVER (PARTITION BY "{parent}" ORDER BY "id" {"DESC" if newest else "ASC"})'
    return query.annotate(place=RawSQL(place)).values("id", parent, "place")


async def select(
    template: str, query: QuerySet[Any] | ValuesQuery[Any], **parts: object
) -> Sequence[dict[str, Any]]:
    """The rows of a statement written around a query: `{query}` stands for it, `parts` for the rest."""
    query.sql()  # builds `query.query`
    sql, parameters = query.query.get_parameterized_sql()
    rows: Sequence[dict[str, Any]] = (
        await get_connections().get("default").execute_query_dict(template.format(query=sql, **parts), parameters)
    )
    return rows
