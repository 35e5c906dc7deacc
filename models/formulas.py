"""Values computed from columns: written the same way in conditions and in the indexes that serve them.

Texts are compared by code point with A to Z folded, on both databases alike, whatever their locale: PostgreSQL's
"C" collation does what SQLite always does. Other letters' cases are the asker's business (`spellings`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, cast

from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Dialects
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Term
from tortoise.backends.base.schema_generator import BaseSchemaGenerator
from tortoise.expressions import Expression, ResolveContext, ResolveResult
from tortoise.indexes import Index
from tortoise.models import Model

_BARE: Final = "replace(" * 6 + "{0}" + "".join(f", '{sign}', '')" for sign in " -()/.")
_KINDS: Final = {
    "folded": ('lower({0} COLLATE "C")', "lower({0})"),
    "phone": ("translate({0} COLLATE \"C\", ' -()/.', '')", _BARE),
    "line": ('lower(({0} ->> 0) COLLATE "C")', "lower(json_extract({0}, '$[0]'))"),
    "name": (
        "lower(({0} || ' ' || {1}) COLLATE \"C\") || chr(1) || lpad({2}::text, 19, '0')",
        "lower({0} || ' ' || {1}) || char(1) || printf('%019d', {2})",
    ),
}
"""How PostgreSQL and SQLite write it. `name` ends in the row's key: no two are equal, so that a page finds its
beginning in the index however many customers are called the same."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula over columns, by its text: `folded:customer_email`."""

    kind: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        kind, _, columns = text.partition(":")
        return cls(kind, tuple(columns.split(",")))

    def sql(self, columns: Iterator[str], *, postgres: bool) -> str:
        return _KINDS[self.kind][0 if postgres else 1].format(*columns)


class FormulaTerm(Term):
    """A formula in a statement, or a plain column when `text` is the name of one."""

    def __init__(self, text: str, table: Table) -> None:
        super().__init__()
        self.formula = Formula.of(text)
        self.table = table

    def get_sql(self, ctx: SqlContext) -> str:
        inner = ctx.copy(with_alias=False)
        columns = (self.table[column].get_sql(inner) for column in self.formula.columns)
        sql = self.formula.sql(columns, postgres=ctx.dialect is Dialects.POSTGRESQL)
        return f'{sql} "{self.alias}"' if ctx.with_alias and self.alias else sql


class Computed(Expression):
    """A formula as a value of its own in a query."""

    def __init__(self, text: str) -> None:
        self._text = text

    def resolve(self, resolve_context: ResolveContext) -> ResolveResult:
        return ResolveResult(FormulaTerm(self._text, resolve_context.table))


def term(text: str, table: Table) -> Term:
    """A column of the table, or a formula over columns of it."""
    return FormulaTerm(text, table) if ":" in text else table[text]


class FormulaIndex(Index):
    """An index whose `fields` may be formulas."""

    def __init__(self, *, fields: Sequence[str], name: str) -> None:
        super().__init__(*(cast("Term", field) for field in fields), name=name)
        self._expressions_resolved = True  # tortoise compares them, and only we write them

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        path, fields, options = super().deconstruct()
        return path, [], {**options, "fields": fields}

    @property
    def field_names(self) -> list[str]:
        return [str(field) for field in self.expressions]

    def written(self, *, postgres: bool) -> list[str]:
        """Its columns and formulas, as a dialect writes them."""
        return [_in_index(field, postgres=postgres) for field in self.field_names]

    def get_sql(self, schema_generator: BaseSchemaGenerator, model: type[Model], safe: bool) -> str:
        names = self.written(postgres=schema_generator.DIALECT == "postgres")
        made: str = schema_generator._get_index_sql(model, names, safe, index_name=self.name)
        return made


def _in_index(field: str, *, postgres: bool) -> str:
    if ":" not in field:
        return field
    formula = Formula.of(field)
    columns = (f'"{column}"' for column in formula.columns)
    return f"({formula.sql(columns, postgres=postgres)})"
