"""The market as it lies in the database, with everybody in it, and what each may see of it."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any, Final, Self

from tortoise.models import Model

from domain.access import Viewer
from gql.ids import from_global, name_of, to_global
from resolvers.nodes import KINDS
from server.viewers import scope_of
from tests.api.matrix.canaries import TABLES, Cell, cells, found_in, tables
from tests.api.matrix.columns import reader
from tests.api.matrix.market import KINDS as COMPANIES
from tests.api.matrix.oracle import Eyes

CELLS: Final = Counter[str]()
"""How many cells of each family were judged; printed at the end of the run."""


def global_id(row: Model) -> str:
    """A row's id in the API."""
    return to_global(name_of(type(row)), row.pk)


def table_of(kind: str) -> str:
    """The table whose rows are of a type of the API."""
    return KINDS[kind].__name__ if kind in KINDS else TABLES[kind].__name__


class Fair:
    """Rows and viewers of the market. `viewers` are called like company and role: `acme/partner`."""

    def __init__(self, rows: dict[str, dict[int, Any]]) -> None:
        self.rows = rows
        self.viewers = dict(self._everybody())
        self.eyes = {name: Eyes(viewer, rows) for name, viewer in self.viewers.items()}

    @classmethod
    async def read(cls) -> Self:
        """The market of this test's database."""
        return cls({name: {row.pk: row for row in await table.all()} for name, table in tables().items()})

    def _everybody(self) -> Any:
        codes = dict(zip(sorted(self.rows["Company"]), COMPANIES, strict=True))
        for user in self.rows["User"].values():
            role = self.rows["Role"][user.role_id]
            company = self.rows["Company"][user.company_id]
            viewer = Viewer(role.code, scope_of(company, role), user_id=user.id, role=role.code, role_id=role.id)
            yield f"{codes[company.id]}/{role.code}", viewer

    @cached_property
    def places(self) -> dict[str, Cell]:
        """Where each word and amount is."""
        return {
            word: cell
            for table, rows in self.rows.items()
            for row in rows.values()
            for word, cell in cells(table, row)
        }

    def may_read(self, name: str, word: str) -> bool:
        """Whether somebody may read a word or an amount."""
        cell, eyes = self.places[word], self.eyes[name]
        row = self.rows[cell.table][cell.key]
        return eyes.sees(row) and reader(cell.table, cell.column)(eyes, row)

    @cached_property
    def readable(self) -> dict[str, set[str]]:
        """The words and amounts each viewer may read."""
        return {name: {word for word in self.places if self.may_read(name, word)} for name in self.viewers}

    def ids(self, name: str, *kinds: str) -> set[str]:
        """Global ids of all rows of these tables that somebody sees."""
        return {global_id(row) for kind in kinds for row in self.rows[kind].values() if self.eyes[name].sees(row)}

    def all_ids(self, kind: str) -> list[str]:
        """Global ids of all rows of a table."""
        return [global_id(row) for row in self.rows[kind].values()]

    def sees(self, name: str, id: str) -> bool:
        """Whether somebody sees the row with this global id."""
        kind, key = from_global(id)
        return self.eyes[name].sees(self.rows[table_of(kind)][key])

    def strange(self, name: str, answer: object, given: object = None) -> list[Cell]:
        """Cells whose words or amounts are in an answer although this viewer may not read them, nor gave them."""
        told = found_in(answer) & set(self.places)
        return [self.places[word] for word in told - self.readable[name] - found_in(given)]

    def status_for(self, name: str, order: Any) -> str:
        """An order's status; for a fulfiller that of its own part."""
        if not self.eyes[name].fulfiller:
            return str(order.status.value)
        shares = self.rows["OrderShare"].values()
        own = [one for one in shares if one.order_id == order.id and one.fulfiller_id == self.eyes[name].company]
        return str(own[0].status.value)
