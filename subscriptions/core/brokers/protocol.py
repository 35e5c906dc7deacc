"""How processes tell each other that the log has grown."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol


class Broker(Protocol):
    """Carries positions, never entries: latency, not correctness.

    It may lose, repeat, reorder, fail or be empty; every entry still reaches every follower, because hubs read the
    log itself, and a DatabaseTail beside any other broker makes up for what that one loses.
    """

    async def head(self) -> int:
        """The highest position it was told of; 0: none."""
        ...

    async def publish(self, position: int) -> None:
        """The log has grown to `position`. Telling it twice, or something older, does nothing."""
        ...

    def tail(self, after: int) -> AsyncGenerator[int, None]:
        """Positions the log has grown to, from the first one beyond `after`; several may come as one. Endless."""
        ...
