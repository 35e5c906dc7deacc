"""Conditions on things: tests of fields, joined by and, or, not. What filters and filter expressions become.

Every test is true or false, never unknown: a field without a value fails every test but the negated ones and
`isnull`. So `neq`, `nin` and `not` are exactly the opposites of `eq`, `in` and what they negate. A field that has
several values (the SKUs of an order) passes a test when one of them does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.listing import Listing


class Operator(Listing):
    """What a field is compared by. Those with a capital meaning below come from filter expressions as well."""

    EQ = "eq", "Is this value."
    IN = "in", "Is one of these values."
    GT = "gt", "Is greater, or later."
    GE = "ge", "Is greater, later or the same."
    LT = "lt", "Is less, or earlier."
    LE = "le", "Is less, earlier or the same."
    LIKE = (
        "like",
        "Fits a pattern: `%` stands for any text, `_` for one character, `\\` before them for themselves.",
    )
    STARTS = "starts", "Begins with this text."
    CONTAINS = "contains", "This text occurs in it."
    ISNULL = "isnull", "Has no value."


Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. `path` is where the asker wrote it."""

    field: str
    operator: Operator
    values: tuple[object, ...] = ()
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; of none: always."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them holds; of none: never."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """It does not hold."""

    part: Condition


Condition = Test | Every | Either | Opposite
ALWAYS: Final = Every(())


def tests(condition: Condition) -> Iterator[Test]:
    """Every comparison in it."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Opposite):
        yield from tests(condition.part)
    else:
        for part in condition.parts:
            yield from tests(part)


def size(condition: Condition) -> int:
    """Of how many conditions it consists, joined ones and itself included."""
    if isinstance(condition, Test):
        return 1
    if isinstance(condition, Opposite):
        return 1 + size(condition.part)
    return 1 + sum(map(size, condition.parts))


def weight(condition: Condition) -> int:
    """The values it compares with; a test without one counts as well."""
    return sum(max(1, len(test.values)) for test in tests(condition))


class FilterWrong(Exception):
    """A filter cannot be meant like that. The message says what to write instead; `path` leads to the fault."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.path = path


def shown_path(path: Path) -> str:
    """A path as people read it: `filter.or[1].expression.args[0].value`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")
