"""Where a subscription stands in the log, for transports whose clients resume without touching their variables."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Place:
    """Shared by one subscription, which moves it, and its transport, which tells the client.

    All texts are cursors. Exactly one of `passed` and `pushed` is set once the subscription follows the log; a
    transport may tell `passed` at any time, `pushed` only together with the push itself.
    """

    after: str | None = None
    """Where to begin, whatever the document says; None: where the document says."""
    passed: str | None = None
    """Everything up to here has been pushed, or is not for this viewer."""
    pushed: str | None = None
    """Of the push that is on its way."""
    known: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as the subscription follows the log."""

    def push(self, cursor: str) -> None:
        """The push at this cursor is on its way."""
        self.passed, self.pushed = None, cursor

    def leave_out(self, cursor: str) -> None:
        """Up to this cursor there is nothing more for this viewer."""
        self.passed, self.pushed = cursor, None
        self.known.set()

    def arrive(self) -> None:
        """What was on its way has been taken."""
        if self.pushed is not None:
            self.leave_out(self.pushed)
