"""Words and amounts that occur once in a database: wherever one turns up, it says from which cell it comes.

They are in the rows themselves; `cells` reads them back. A word is `q00012q`, in columns for telephone numbers
`770001277` (searches drop what is no digit there); an amount is any column of minor units.
"""

from __future__ import annotations

import itertools
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from tortoise import fields
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.models import Model

import models

WORD: Final = re.compile(r"q\d{5}q|77\d{5}77")
AMOUNT: Final = re.compile(r'"(\d{6,9}\.\d\d)"')
ENCODED: Final = re.compile(r'"([A-Za-z0-9_-]{24,})"')
LEAST_AMOUNT, AMOUNT_STEP = 50_000_003, 9_973
SHORTEST: Final = 12
"""Columns that hold less have no room for a word."""
UNTOUCHED: Final = frozenset(
    "OrderEvent.type OrderEvent.aggregate OrderEvent.request_id Role.code SavedView.sort_field "
    "SavedView.sort_direction Order.language Role.permissions Role.channel_ids Source.delivers_to "
    "SalesChannel.notify_kinds".split()
)
"""Columns whose texts mean something to the program."""
TABLES: Final = {
    name: table
    for name in models.__all__
    if isinstance(table := getattr(models, name), type) and issubclass(table, Model)
}
INNER: Final = frozenset({"Counter", "IdempotencyKey", "Installation", "LogHead"})
"""Tables of the machinery: they hold nothing of anybody's business."""


class Cell(NamedTuple):
    """One column of one row; of an event's data one part: `data.changes`."""

    table: str
    key: int
    column: str


def tables() -> dict[str, type[Model]]:
    """Every table with business in it, by the name of its model."""
    return {name: table for name, table in TABLES.items() if name not in INNER}


async def mark() -> None:
    """Put a word into every text and an amount into every sum of the database, empty ones too."""
    numbers = itertools.count(1)
    for name, table in tables().items():
        for row in await table.all().order_by("id"):
            await table.filter(pk=row.pk).update(**dict(_marked(name, row, numbers)))


def _marked(name: str, row: Model, numbers: Iterator[int]) -> Iterator[tuple[str, Any]]:
    for column, field in row._meta.fields_map.items():
        if f"{name}.{column}" in UNTOUCHED:
            continue
        if column.endswith("_minor"):
            yield column, LEAST_AMOUNT + AMOUNT_STEP * next(numbers)
        elif isinstance(field, fields.JSONField):
            yield column, _filled(getattr(row, column), numbers)
        elif is_text(field):
            yield column, _word(column, next(numbers))


def is_text(field: Any) -> bool:
    """A column of free text with room for a word."""
    if isinstance(field, CharEnumFieldInstance):
        return False
    return isinstance(field, fields.TextField) or (
        isinstance(field, fields.CharField) and field.max_length >= SHORTEST
    )


def is_worded(field: Any) -> bool:
    """A column that could hold a word."""
    return is_text(field) or isinstance(field, fields.JSONField)


def _word(column: str, number: int) -> str:
    if column.endswith("phone"):
        return f"+4977{number:05d}77"
    return f"m-q{number:05d}q@x.de" if column.endswith("email") else f"m-q{number:05d}q"


def _filled(value: Any, numbers: Iterator[int]) -> Any:
    """The same structure; texts in capitals are codes and stay."""
    if isinstance(value, dict):
        return {key: _filled(part, numbers) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, numbers) for part in value]
    return _word("", next(numbers)) if isinstance(value, str) and not value.isupper() else value


def cells(table: str, row: Model) -> Iterator[tuple[str, Cell]]:
    """Every word and amount of a row, and where it is."""
    for column in row._meta.fields_db_projection:
        value = getattr(row, column)
        if column.endswith("_minor") and value is not None:
            yield f"{value // 100}.{value % 100:02d}", Cell(table, row.pk, column)
        elif isinstance(value, dict) and table == "OrderEvent":
            for name, part in value.items():
                yield from _words(part, Cell(table, row.pk, f"{column}.{name}"))
        elif isinstance(value, dict | list | str):
            yield from _words(value, Cell(table, row.pk, column))


def _words(value: Any, cell: Cell) -> Iterator[tuple[str, Cell]]:
    for word in WORD.findall(json.dumps(value)):
        yield word, cell


def found_in(answer: object) -> set[str]:
    """Every word and amount in an answer, those inside opaque cursors included."""
    text = json.dumps(answer, default=str)
    inside = " ".join(_decoded(one) for one in ENCODED.findall(text))
    return {*WORD.findall(text), *AMOUNT.findall(text), *WORD.findall(inside), *AMOUNT.findall(inside)}


def _decoded(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode(errors="replace")
    except ValueError:
        return ""


def other(text: str, is_hidden: Callable[[str], bool]) -> str:
    """The text with every hidden word changed so that it sorts the other way round and begins the same."""

    def turned(match: re.Match[str]) -> str:
        word = match[0]
        if not is_hidden(word):
            return word
        ends, digits = (1, word[1:-1]) if word[0] == "q" else (2, word[2:-2])
        return word[:ends] + "".join(str(9 - int(digit)) for digit in digits) + word[-ends:]

    return WORD.sub(turned, text)
