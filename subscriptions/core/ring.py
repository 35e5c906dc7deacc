"""The newest entries, in memory."""

from __future__ import annotations

from collections import deque

from domain.events import LogEntry
from subscriptions.core.span import Span


class Ring:
    """Exactly the entries with positions in (floor, top], at most `size` of them, without a hole."""

    def __init__(self, size: int, top: int) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=size)
        self.top = top

    @property
    def floor(self) -> int:
        return self.top - len(self._entries)

    def extend(self, span: Span) -> None:
        """Take the span that begins at `top`. One with a hole is not kept: replay knows what holes mean."""
        if span.whole:
            self._entries.extend(span.entries)
        else:
            self._entries.clear()
        self.top = span.upto

    def next(self, position: int) -> LogEntry | None:
        """The entry right after `position`; None when it is not in the ring (too old, or not there yet)."""
        index = position - self.floor
        return self._entries[index] if 0 <= index < len(self._entries) else None
