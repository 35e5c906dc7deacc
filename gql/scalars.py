"""Scalars whose text form we promise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Cursor = NewType("Cursor", str)
CurrencyCode = NewType("CurrencyCode", str)
DecimalString = NewType("DecimalString", str)
JSON = NewType("JSON", object)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _as_it_is(value: object) -> object:
    return value


def _utc_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(f"“{value}” is not a time; write it like 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"“{value}” has no offset; write it like 2026-01-31T12:00:00Z")
    return moment.astimezone(UTC)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(f"“{value}” is not a day; write it like 2026-01-31") from None


def _scalar(name: str, about: str, serialize: Any, parse: Any) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=about, serialize=serialize, parse_value=parse)


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Cursor: _scalar("Cursor", "A place in a list or in the log. Opaque: keep it as it is.", _text, _text),
    CurrencyCode: _scalar("CurrencyCode", "A currency by its ISO 4217 code, such as `EUR`.", _text, _text),
    DecimalString: _scalar("Decimal", "An exact decimal number as a string, such as `12.30`.", str, _text),
    JSON: _scalar("JSON", "Any JSON value.", _as_it_is, _as_it_is),
    datetime: _scalar(
        "DateTime",
        "A moment, ISO 8601 with an offset. The API always answers in UTC: `2026-01-31T12:00:00+00:00`.",
        _utc_text,
        _moment,
    ),
    date: _scalar("Date", "A day without a time, ISO 8601: `2026-01-31`.", date.isoformat, _day),
}
