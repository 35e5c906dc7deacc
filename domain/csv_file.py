"""CSV files as people export them: header checked, every cell reachable by row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Final

from domain.refusals import RowInvalid
from domain.texts import unstorable

BOM: Final = "\ufeff"
OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Columns:
    """What a kind of file may hold. `aliases` maps other spellings to the column's name."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """Every column that means something."""
        return frozenset((*self.required, *self.optional))


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something in a file that was left aside. `row` counts from 1 with the header."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row. `number` counts from 1 with the header, as spreadsheets do; cells are stripped of spaces."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file taken apart. With `unusable` set nothing can be said about its rows."""

    rows: tuple[CsvRow, ...] = ()
    errors: tuple[RowInvalid, ...] = ()
    warnings: tuple[RowWarning, ...] = ()
    unusable: bool = False


def invalid(row: int, column: str, message: str) -> RowInvalid:
    """One thing wrong in one cell; the message says what to write."""
    return RowInvalid(message=message, row=row, column=column)


def read_csv(text: str, columns: Columns) -> CsvFile:
    """Takes a comma-separated file apart. Never raises: what is wrong is in the answer, all of it."""
    records = _records(text.removeprefix(BOM))
    _, header, problem = next(records, (1, [], None))
    if problem:
        return CsvFile(errors=(problem,), unusable=True)
    names = [columns.aliases.get(name.strip(), name.strip()) for name in header]
    if wrong := tuple(_header_errors(names, columns)):
        return CsvFile(errors=wrong, unusable=True)
    rows: list[CsvRow] = []
    errors: list[RowInvalid] = []
    for number, cells, problem in records:
        found = [problem] if problem else list(_row_errors(number, names, cells))
        errors.extend(found)
        if cells and not found:
            rows.append(CsvRow(number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}))
    warnings = tuple(
        RowWarning(1, name, f"The column “{name}” is not known; it was left out.")
        for name in names
        if name not in columns.known
    )
    if not rows and not errors:
        errors.append(invalid(2, names[0], "There is no row below the header."))
    return CsvFile(tuple(rows), tuple(errors), warnings)


def _records(text: str) -> Iterator[tuple[int, list[str], RowInvalid | None]]:
    """Records with their numbers; a blank line is a record without cells. Ends at the first broken quoting."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "write every quotation mark inside a quoted value twice"
            yield number, [], invalid(number, "", f"The row cannot be read ({error}); {hint}.")
            return
        yield number, cells if any(cell.strip() for cell in cells) else [], None


def _header_errors(names: list[str], columns: Columns) -> Iterator[RowInvalid]:
    if not any(names):
        yield invalid(1, "", "The file is empty; its first row must name the columns.")
        return
    if any(map(unstorable, names)):
        yield invalid(1, "", "The name of a column holds a character that is no text; remove it.")
        return
    if len(names) == 1 and columns.known.isdisjoint(names):
        for separator, called in OTHER_SEPARATORS.items():
            if separator in names[0]:
                yield invalid(1, "", f"Columns are separated by {called} here; separate them by commas.")
                return
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield invalid(1, name, f"The column “{name}” is there {names.count(name)} times; keep one.")
    for name in columns.required:
        if name not in names:
            yield invalid(1, name, f"The column “{name}” is missing; add it.")


def _row_errors(number: int, names: list[str], cells: list[str]) -> Iterator[RowInvalid]:
    if not cells:
        return
    if len(cells) != len(names):
        yield invalid(
            number,
            "",
            f"The row has {len(cells)} cells, the header {len(names)}; put values that hold a comma in quotes.",
        )
        return
    for name, cell in zip(names, cells, strict=True):
        if unstorable(cell):
            yield invalid(number, name, "The value holds a character that is no text; remove it.")
