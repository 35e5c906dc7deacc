"""The log as the feed sees it: one list of entries, every one at its own position."""

from __future__ import annotations

from typing import Protocol

from domain.events import LogEntry
from domain.head import Head

__all__ = ["EventLog", "Head"]


class EventLog(Protocol):
    """The one source of every subscription and its replay.

    Positions are given once, after commit, and never change. The positions anybody can see are those of
    (oldest - 1, head]: a row below the head is committed and readable, so a reader that asks for what comes
    after its own position misses nothing and meets nothing twice.
    """

    async def head(self) -> Head:
        """Epoch and last position given."""
        ...

    async def read(self, after: int, limit: int = 500) -> list[LogEntry]:
        """At most `limit` entries with positions > `after`, ascending, without a hole."""
        ...

    async def sequence(self, limit: int = 1000) -> int:
        """Give at most `limit` committed rows the next positions, in id order; returns how many.

        0: nothing waits, or another process does it at this moment, or the database numbers rows itself.
        Safe to call from any number of processes at once.
        """
        ...

    async def oldest(self) -> int:
        """The lowest position still kept; 0 when nothing is."""
        ...
