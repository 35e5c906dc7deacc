"""Rows of several tables in one statement: one round trip for everything that is asked for at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from tortoise import fields
from tortoise.connection import get_connection
from tortoise.expressions import RawSQL
from tortoise.models import Model
from tortoise.queryset import QuerySet

MOST_VALUES: Final = 30_000
"""Databases take 32,767 at most."""
_NTH: Final = "_nth"
_PART: Final = 'SELECT {part} AS "part", {array} AS "row" FROM ({query}) AS "t"'
_ARRAYS: Final = {"postgres": "json_build_array", "sqlite": "json_array"}
_AS_TEXT: Final = (fields.JSONField, fields.DecimalField)
"""Columns that JSON would take apart or round."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of one table in the order of these columns of it."""

    rows: QuerySet[Any]
    order: tuple[str, ...] = ("id",)


async def together(asked: Sequence[Wanted]) -> list[list[Model]]:
    """The rows of each, in one statement. One alone is asked for as it always is."""
    if len(asked) == 1:
        return [list(await asked[0].rows.order_by(*asked[0].order))]
    connection = get_connection("default")
    dialect = connection.capabilities.dialect
    found: list[list[list[Any]]] = [[] for _ in asked]
    for statement, values in _statements(asked, dialect):
        for row in await connection.execute_query_dict(statement, values):
            found[row["part"]].append(_decoded(row["row"]))
    return [_models(_model(wanted), rows) for wanted, rows in zip(asked, found, strict=True)]


def _statements(asked: Sequence[Wanted], dialect: str) -> Iterator[tuple[str, list[Any]]]:
    """One, unless there are more values than a statement takes."""
    parts: list[str] = []
    values: list[Any] = []
    for part, wanted in enumerate(asked):
        text, own = _query(wanted)
        if values and len(values) + len(own) > MOST_VALUES:
            yield " UNION ALL ".join(parts), values
            parts, values = [], []
        array = _array(_model(wanted), dialect)
        parts.append(_PART.format(part=part, array=array, query=_shifted(text, len(values))))
        values = [*values, *own]
    yield " UNION ALL ".join(parts), values


def _model(wanted: Wanted) -> type[Model]:
    model: type[Model] = wanted.rows.model
    return model


def _query(wanted: Wanted) -> tuple[str, list[Any]]:
    table = wanted.rows.model._meta.db_table
    places = ", ".join(f'"{table}"."{name}"' for name in wanted.order)
    numbered = wanted.rows.annotate(**{_NTH: RawSQL(f"row_number() OVER (ORDER BY {places})")})
    numbered.sql()  # builds `query`
    text, values = numbered.query.get_parameterized_sql()
    return text, list(values)


def _shifted(text: str, by: int) -> str:
    """PostgreSQL numbers the values of a statement; SQLite counts them."""
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", text)


@lru_cache
def _array(model: type[Model], dialect: str) -> str:
    """A row as a JSON array: its number, then its columns as `_columns` lists them."""
    cast = dialect == "postgres"
    columns = [
        f't."{column}"::text' if cast and isinstance(field, _AS_TEXT) else f't."{column}"'
        for column, field in _columns(model)
    ]
    return f'{_ARRAYS[dialect]}(t."{_NTH}", {", ".join(columns)})'


@lru_cache
def _columns(model: type[Model]) -> tuple[tuple[str, fields.Field[Any]], ...]:
    meta = model._meta
    return tuple((column, meta.fields_map[name]) for name, column in meta.fields_db_projection.items())


def _decoded(row: str | list[Any]) -> list[Any]:
    decoded: list[Any] = orjson.loads(row) if isinstance(row, str) else row
    return decoded


def _models(model: type[Model], rows: list[list[Any]]) -> list[Model]:
    columns = _columns(model)
    rows.sort(key=lambda row: row[0])
    return [
        model._init_from_db(
            **{
                column: field.to_python_value(value)
                for (column, field), value in zip(columns, row[1:], strict=True)
            }
        )
        for row in rows
    ]
