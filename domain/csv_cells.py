"""What a cell means: text, numbers, money, times and codes, each wrong one named with what to write instead."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from domain.countries import COUNTRIES
from domain.csv_file import CsvRow, invalid
from domain.listing import Listing
from domain.money import CURRENCIES, to_minor
from domain.personalisation import artwork_files
from domain.refusals import RowInvalid
from domain.texts import unstorable

L = TypeVar("L", bound=Listing)
T = TypeVar("T")
YEARS: Final = range(1970, 2200)
JSON_LONGEST: Final = 16_384
LARGEST_INTEGER: Final = 2**63


@dataclass(slots=True)
class Cells:
    """Reads the cells of one row and remembers every error. An empty or absent cell is None (text: empty)."""

    row: CsvRow
    errors: list[RowInvalid] = field(default_factory=list)

    def text(self, column: str, longest: int) -> str:
        """The cell, at most `longest` characters."""
        cell = self.row.cells.get(column, "")
        if len(cell) > longest:
            self.wrong(column, f"The value has {len(cell)} characters; {longest} are the most.")
        return cell

    def needed(self, column: str, longest: int) -> str:
        """The cell, which must not be empty."""
        cell = self.text(column, longest)
        if not cell:
            self.wrong(column, "The value is missing; every row needs one.")
        return cell

    def parsed(self, column: str, parse: Callable[[str], T]) -> T | None:
        """The cell as `parse` understands it; its ValueError says what to write."""
        cell = self.row.cells.get(column, "")
        if not cell:
            return None
        try:
            return parse(cell)
        except ValueError as error:
            self.wrong(column, f"{error}.")
            return None

    def needed_parsed(self, column: str, parse: Callable[[str], T], instead: T) -> T:
        """Like `parsed` for a cell that must not be empty; `instead` stands in when there is an error."""
        value = self.parsed(column, parse)
        if value is None and not self.row.cells.get(column):
            self.wrong(column, "The value is missing; every row needs one.")
        return instead if value is None else value

    def choice(self, column: str, listing: type[L]) -> L | None:
        """A member of a closed list, in capitals or not."""
        return self.parsed(column, lambda cell: _member(cell, listing))

    def money(self, column: str, currency: str) -> int | None:
        """An amount in minor units, not negative."""
        return self.parsed(column, lambda cell: _not_negative(cell, to_minor(cell, currency)))

    def wrong(self, column: str, message: str) -> None:
        """Something wrong with the cell."""
        self.errors.append(invalid(self.row.number, column, message))


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two bounds."""

    def parse(cell: str) -> int:
        digits = cell.removeprefix("-")
        value = int(cell) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None
        if value is None or not least <= value <= most:
            raise ValueError(f"“{cell}” is not a whole number from {least} to {most}")
        return value

    return parse


def moment(cell: str) -> datetime:
    """A time; without an offset it is UTC. A date alone is its midnight."""
    try:
        value = datetime.fromisoformat(cell)
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"“{cell}” is not a time; write it like 2017-03-25 18:45:00") from None
    _known_year(value, cell)
    return value


def day(cell: str) -> date:
    """A date."""
    try:
        value = date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"“{cell}” is not a date; write it like 2017-03-25") from None
    _known_year(value, cell)
    return value


def currency(cell: str) -> str:
    """An ISO 4217 code, in capitals or not."""
    if cell.upper() not in CURRENCIES:
        raise ValueError(f"“{cell}” is no currency; write its ISO 4217 code, like EUR or BRL")
    return cell.upper()


def country(cell: str) -> str:
    """An ISO 3166-1 alpha-2 code, in capitals or not."""
    if not cell.isascii() or cell.upper() not in COUNTRIES:  # “ﬁ” is two capitals
        raise ValueError(f"“{cell}” is no country; write its two-letter ISO 3166-1 code, like DE or BR")
    return cell.upper()


def tax_rate(cell: str) -> Decimal:
    """A share of one with at most four decimals: 0.20 is 20 %."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 1 or value != round(value, 4):
        raise ValueError(f"“{cell}” is not a tax rate; write 20 % as 0.20, with at most four decimals")
    return value


def web_address(cell: str) -> str:
    """An address a browser may be sent to."""
    if not cell.lower().startswith(("http://", "https://")) or any(sign.isspace() for sign in cell):
        raise ValueError(f"“{cell[:80]}” is not a web address; write it in full, like https://shop.example/cup")
    return cell


def json_object(cell: str) -> dict[str, Any]:
    """A JSON object that every database can keep."""
    try:
        value = json.loads(cell) if len(cell) <= JSON_LONGEST else None
        sound = isinstance(value, dict) and _keepable(value)
    except (ValueError, RecursionError):
        sound = False
    if not sound:
        raise ValueError(
            f'this is not a JSON object of at most {JSON_LONGEST} characters; write it like {{"name": "Ada"}}'
        )
    assert isinstance(value, dict)
    return value


def personalised(cell: str) -> dict[str, Any]:
    """A JSON object whose `artwork`, if it lists files, can be right."""
    value = json_object(cell)
    artwork_files(value)
    return value


def _keepable(value: object) -> bool:
    if isinstance(value, dict):
        return all(not unstorable(key) and _keepable(part) for key, part in value.items())
    if isinstance(value, list):
        return all(map(_keepable, value))
    if isinstance(value, str):
        return not unstorable(value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < LARGEST_INTEGER


def _member(cell: str, listing: type[L]) -> L:
    try:
        return listing[cell.upper()]
    except KeyError:
        raise ValueError(f"“{cell}” is not one of {', '.join(listing)}") from None


def _not_negative(cell: str, amount: int) -> int:
    if amount < 0:
        raise ValueError(f"“{cell}” is negative; write an amount of 0 or more")
    return amount


def _known_year(value: date, cell: str) -> None:
    if value.year not in YEARS:
        raise ValueError(f"“{cell}” lies in the year {value.year}; years from {YEARS[0]} to {YEARS[-1]} are known")
