"""The log in memory: what PostgreSQL does, with commits and numbering apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry
from subscriptions.core.log import Head

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def entry(position: int, text: str = "") -> LogEntry:
    return LogEntry(
        position=position,
        id=position,
        event_id=UUID(int=position),
        kind=EventKind.STATUS,
        type="order.processed",
        audience=Audience.SHARED,
        order_id=1,
        order_version=position,
        channel_id=1,
        retailer_id=1,
        fulfiller_id=None,
        actor=Actor(ActorKind.SYSTEM, "Ordergraph"),
        summary=text,
        occurred_at=NOON,
        recorded_at=NOON,
    )


class MemoryLog:
    """An EventLog. `away`: every call fails until it is back; `faults`: that many calls fail."""

    def __init__(self, rows: int = 0, *, epoch: str = "first") -> None:
        self.epoch = epoch
        self.entries: dict[int, LogEntry] = {}
        self.waiting = 0
        self.position = 0
        self.away = False
        self.faults = 0
        self.calls: list[str] = []
        self.write(rows)

    def commit(self, rows: int = 1) -> None:
        """Rows without positions."""
        self.waiting += rows

    def number(self, limit: int = 1000) -> int:
        numbered = min(self.waiting, limit)
        self.waiting -= numbered
        for _ in range(numbered):
            self.position += 1
            self.entries[self.position] = entry(self.position, self.epoch)
        return numbered

    def write(self, rows: int = 1) -> None:
        """Commit and number at once, as SQLite does."""
        self.commit(rows)
        self.number(rows)

    def forget(self, positions: Iterable[int]) -> None:
        for position in positions:
            del self.entries[position]

    def restore(self, rows: int, epoch: str) -> None:
        """The database is exchanged for an older copy of itself."""
        self.__init__(rows, epoch=epoch)  # type: ignore[misc]

    async def head(self) -> Head:
        self._call("head")
        return Head(self.epoch, self.position)

    async def read(self, after: int, limit: int = 500) -> list[LogEntry]:
        self._call("read")
        places = range(after + 1, self.position + 1)
        return list(islice((self.entries[place] for place in places if place in self.entries), limit))

    async def sequence(self, limit: int = 1000) -> int:
        self._call("sequence")
        return self.number(limit)

    async def oldest(self) -> int:
        self._call("oldest")
        return min(self.entries, default=0)

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.faults:
            self.faults -= 1
            raise ConnectionError("secret value in a row")
        if self.away:
            raise ConnectionError("secret value in a row")
