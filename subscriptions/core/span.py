"""A stretch of the log: what it holds, and how far it vouches."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from domain.events import LogEntry
from subscriptions.core.log import EventLog

PAGE = 500


@dataclass(frozen=True, slots=True)
class Span:
    """All entries with positions in (after, upto], ascending."""

    after: int
    upto: int
    entries: list[LogEntry]

    @property
    def whole(self) -> bool:
        """No position is missing. One may be: old rows are deleted after their time, or somebody deletes one."""
        return len(self.entries) == self.upto - self.after

    def next(self, position: int) -> LogEntry | None:
        """The first entry beyond `position`; None: there is none up to `upto`."""
        index = bisect_right(self.entries, position, key=_position)
        return self.entries[index] if index < len(self.entries) else None


def _position(entry: LogEntry) -> int:
    return entry.position


async def read_span(log: EventLog, after: int, upto: int) -> Span:
    """One page of the log, at most to `upto`, which must not lie beyond its head."""
    rows = await log.read(after, PAGE)
    if len(rows) == PAGE:
        upto = min(upto, rows[-1].position)
    return Span(after, upto, [row for row in rows if row.position <= upto])
