"""Another market that looks the same to one viewer: everything hidden from it is different."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from tortoise import fields
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.models import Model

from tests.api.matrix.canaries import LEAST_AMOUNT, UNTOUCHED, WORD, other, tables
from tests.api.matrix.columns import hides, reader
from tests.api.matrix.fair import Fair

MIRROR: Final = datetime(2026, 6, 1, tzinfo=UTC)
KEPT: Final = frozenset("audience role kind type permissions channel_ids event actor_kind author_kind".split())
"""Columns that say whose a row is, or that its database allows once."""
UNSEARCHED: Final = frozenset("ApiClient Role SavedView User".split())


async def scramble(fair: Fair, name: str) -> int:
    """Changes every hidden cell of this test's database; answers how many."""
    changed = 0
    for table, model in tables().items():
        if table in UNSEARCHED:
            continue
        for row in fair.rows[table].values():
            if values := dict(_changed(fair, name, table, row)):
                await model.filter(pk=row.pk).update(**values)
                changed += len(values)
    return changed


def _changed(fair: Fair, name: str, table: str, row: Model) -> Iterator[tuple[str, Any]]:
    readable, seen = fair.readable[name], fair.eyes[name].sees(row)
    for column, field in row._meta.fields_map.items():
        if (
            column in KEPT
            or f"{table}.{column}" in UNTOUCHED
            or isinstance(field, fields.relational.RelationalField)
        ):
            continue
        value = getattr(row, column)
        hidden = not seen or hides(fair.eyes[name], table, column, row)
        if column.endswith("_minor"):
            hidden = not seen or not reader(table, column)(fair.eyes[name], row)
        new = _other(field, value, lambda word: word not in readable) if _holds_words(value) else None
        new = _turned(field, value) if hidden and new is None else new
        if new is not None and new != value:
            yield column, new


def _holds_words(value: Any) -> bool:
    return isinstance(value, str | dict | list) and bool(WORD.search(json.dumps(value)))


def _other(field: Any, value: Any, is_hidden: Any) -> Any:
    if isinstance(field, fields.JSONField):
        return json.loads(other(json.dumps(value), is_hidden))
    return other(str(value), is_hidden)


def _turned(field: Any, value: Any) -> Any:
    """A value that sorts the other way round; None for what is left alone."""
    if isinstance(field, CharEnumFieldInstance) and isinstance(value, Enum):
        members = list(field.enum_type)
        return members[-1 - members.index(value)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return MIRROR + (MIRROR - value)
    return 2 * LEAST_AMOUNT + 10**8 - value if field.model_field_name.endswith("_minor") and value else None
