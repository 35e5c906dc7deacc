"""Tests of one column, as criteria. True or false: without a value every test but `isnull` fails."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from pypika_tortoise.enums import Equality
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Criterion, Term
from tortoise.filters import Like

from domain.conditions import Operator
from domain.spellings import after_all, dialled, dialled_pattern, fixed_start, literal, spellings
from models.criteria import Constant, compared
from models.formulas import term


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a formula over columns."""

    term: str
    nullable: bool = False

    @property
    def kind(self) -> str:
        """The formula's kind; empty for a plain column."""
        return self.term.partition(":")[0] if ":" in self.term else ""

    @property
    def unfolded(self) -> str:
        """The plain column."""
        return self.term.rpartition(":")[2]


def holds(column: Column, table: Table, test: Operator, values: Sequence[object]) -> Criterion:
    """Whether the column of a row passes a test. `isnull` is asked the other way round: whether it is filled."""
    found = _TESTS[test](column, table, values)
    return table[column.unfolded].notnull() & found if column.nullable else found


def either(criteria: Sequence[Criterion]) -> Criterion:
    """At least one of them; of none: never."""
    return reduce(operator.or_, criteria) if criteria else Constant(False)


def _filled(column: Column, table: Table, _values: Sequence[object]) -> Criterion:
    found: Criterion = table[column.unfolded].notnull()
    return found & term(column.term, table).ne("") if column.kind else found


def _among(column: Column, table: Table, values: Sequence[object]) -> Criterion:
    spelled = [one for value in values for one in _spelled(column, value)]
    return term(column.term, table).isin(spelled) if spelled else Constant(False)


def _comparing(comparator: Equality) -> Callable[[Column, Table, Sequence[object]], Criterion]:
    return lambda column, table, values: compared(term(column.term, table), comparator, values[0])


def _starting(column: Column, table: Table, values: Sequence[object]) -> Criterion:
    return either([_range(term(column.term, table), str(start)) for start in _spelled(column, values[0])])


def _like(column: Column, table: Table, values: Sequence[object]) -> Criterion:
    """The text before the first wildcard is looked for as well: an index can find it."""
    place = term(column.term if column.kind else f"folded:{column.term}", table)
    patterns = [dialled_pattern(str(values[0]))] if column.kind == "phone" else spellings(str(values[0]))
    return either([_range(place, fixed_start(one)) & Like(place, place.wrap_constant(one)) for one in patterns])


def _containing(column: Column, table: Table, values: Sequence[object]) -> Criterion:
    place = term(column.term if column.kind else f"folded:{column.term}", table)
    patterns = (f"%{literal(one)}%" for one in spellings(str(values[0])))
    return either([Like(place, place.wrap_constant(one)) for one in patterns])


def _spelled(column: Column, value: object) -> Iterator[object]:
    if column.kind == "phone":
        yield dialled(str(value))
    elif column.kind:
        yield from spellings(str(value))
    else:
        yield value


def _range(place: Term, start: str) -> Criterion:
    """Texts with this start. Between two texts and not `LIKE`: every index can do that, under any locale."""
    if not start:
        return Constant(True)
    found: Criterion = compared(place, Equality.gte, start)
    end = after_all(start)
    return found if end is None else found & compared(place, Equality.lt, end)


_TESTS: Final[dict[Operator, Callable[[Column, Table, Sequence[object]], Criterion]]] = {
    Operator.EQ: _among,
    Operator.IN: _among,
    Operator.GT: _comparing(Equality.gt),
    Operator.GE: _comparing(Equality.gte),
    Operator.LT: _comparing(Equality.lt),
    Operator.LE: _comparing(Equality.lte),
    Operator.LIKE: _like,
    Operator.STARTS: _starting,
    Operator.CONTAINS: _containing,
    Operator.ISNULL: _filled,
}
