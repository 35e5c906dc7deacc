"""Rows that know what was changed on them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from tortoise.models import Model

M = TypeVar("M", bound=Model)


class Tracked(Generic[M]):
    """A row and what it held when it was read. Saves the changed columns, and no others."""

    __slots__ = ("_before", "row")

    def __init__(self, row: M) -> None:
        self.row = row
        self._before = _values(row)

    def changed(self) -> list[str]:
        """Names of the columns that differ from when the row was read."""
        return [name for name, value in _values(self.row).items() if value != self._before[name]]

    async def save(self) -> None:
        """Writes what changed; no statement when nothing did."""
        if names := self.changed():
            await self.row.save(update_fields=names)
            self._before = _values(self.row)


async def save_changed(*rows: Tracked[Any]) -> None:
    """Saves each in turn."""
    for row in rows:
        await row.save()


def _values(row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row._meta.db_fields if name != "id"}
