"""What one process remembers of the log. Only its hub changes it; followers read it."""

from __future__ import annotations

from collections.abc import Callable

from subscriptions.core.bell import Bell
from subscriptions.core.cursor import encode
from subscriptions.core.log import EventLog, Head
from subscriptions.core.replay import Replay
from subscriptions.core.resets import ResetReason, StreamReset
from subscriptions.core.ring import Ring
from subscriptions.core.span import Span


class Window:
    """The head this process has read to, the newest entries, and pages of older ones.

    `generation` rises when positions lose their meaning (another epoch); `ended` when the hub has stopped.
    `news` strikes after every change.
    """

    def __init__(self, log: EventLog, *, max_behind: int, wanted: Callable[[], None]) -> None:
        self.max_behind = max_behind
        self.head = Head("", 0)
        self.ring = Ring(0, 0)
        self.replay = Replay(log, wanted)
        self.generation = 0
        self.ended = False
        self.news = Bell()

    def open_at(self, head: Head, ring: Ring) -> None:
        """Begin (again) at `head`, with `ring` in memory: whoever followed before is reset."""
        self.head = head
        self.ring = ring
        self.replay.forget()
        self.generation += 1
        self.news.strike()

    def extend(self, span: Span) -> None:
        """Remember what comes right after the head."""
        self.ring.extend(span)
        self.head = Head(self.head.epoch, span.upto)
        self.news.strike()

    def end(self) -> None:
        self.ended = True
        self.replay.forget()
        self.news.strike()

    def reset(self, reason: ResetReason) -> StreamReset:
        return StreamReset(reason, encode(self.head.epoch, self.head.position))
