"""Rows for every table, made from what the models say of their columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields.base import Field
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.models import Model

import models

ROWS = 3
TABLES: dict[str, type[Model]] = {
    kind._meta.db_table: kind
    for kind in map(models.__dict__.get, models.__all__)
    if isinstance(kind, type) and issubclass(kind, Model)
}
MADE_BY_MIGRATIONS = {"log_head"}
LAWFUL = {
    "order_lines": {
        "ordered": 9,
        "open": 4,
        "cancelled": 2,
        "shipped": 3,
        "with_customer": 2,
        "returned": 1,
        "delivered": 2,
        "cancel_requested": 1,
        "return_pending": 1,
        "reshipped": 1,
        "exchanged": 1,
    }
}
"""Columns that are not free to be anything."""


async def fill(connection: BaseDBAsyncClient, columns: dict[str, set[str]]) -> None:
    """ROWS rows for every table, with a value in every column; `columns` are those the database has by now."""
    for kind in parents_first():
        table = kind._meta.db_table
        if table in columns and table not in MADE_BY_MIGRATIONS:
            for number in range(1, ROWS + 1):
                await insert(connection, table, row(kind, number, columns[table]))


async def insert(connection: BaseDBAsyncClient, table: str, values: dict[str, Any]) -> None:
    postgres = connection.capabilities.dialect == "postgres"
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f"${n}" if postgres else "?" for n in range(1, len(values) + 1))
    stored = list(values.values()) if postgres else [_as_sqlite_keeps(value) for value in values.values()]
    await connection.execute_query(f'INSERT INTO "{table}" ({names}) VALUES ({places})', stored)


def row(kind: type[Model], number: int, columns: set[str]) -> dict[str, Any]:
    """The values of a table's row: every reference points to the row of the same number."""
    meta = kind._meta
    values = {}
    for name, column in meta.fields_db_projection.items():
        if column in columns:
            values[column] = _value(meta.fields_map[name], column, number)
    for name in meta.fk_fields:
        relation = meta.fields_map[name]
        if relation.related_model is kind and relation.source_field in values:
            values[relation.source_field] = number - 1 or None
    return values | {name: value for name, value in LAWFUL.get(meta.db_table, {}).items() if name in columns}


def parents_first() -> list[type[Model]]:
    """The tables, each after those it refers to."""
    ordered: list[type[Model]] = []
    while len(ordered) < len(TABLES):
        ready = [kind for kind in TABLES.values() if kind not in ordered and _parents(kind) <= {*ordered, kind}]
        assert ready, "the tables refer to each other in a circle"
        ordered += ready
    return ordered


def _parents(kind: type[Model]) -> set[type[Model]]:
    return {kind._meta.fields_map[name].related_model for name in kind._meta.fk_fields}


def _value(field: Field[Any], column: str, number: int) -> Any:
    if isinstance(field, CharEnumFieldInstance):
        members = list(field.enum_type)
        return members[number % len(members)].value
    if isinstance(field, fields.CharField):
        return f"{column}{number}" if len(column) + 1 < field.max_length else f"{number:0{field.max_length}d}"
    for kind, make in _VALUES.items():
        if isinstance(field, kind):
            return make(number)
    raise AssertionError(f"no value for {column} ({type(field).__name__})")


_VALUES: dict[type[Field[Any]], Any] = {
    fields.BooleanField: lambda number: number % 2 == 0,
    fields.IntField: lambda number: number,
    fields.BigIntField: lambda number: number,
    fields.TextField: lambda number: f"text “{number}”; it's long",
    fields.JSONField: lambda number: orjson.dumps({"number": number}).decode(),
    fields.DecimalField: lambda number: Decimal(number) / 100,
    fields.DatetimeField: lambda number: datetime(2026, 3, number, 12, tzinfo=UTC),
    fields.DateField: lambda number: date(2026, 4, number),
    fields.UUIDField: lambda number: UUID(int=number),
}


def _as_sqlite_keeps(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value) if isinstance(value, Decimal | UUID | date | Enum) else value
