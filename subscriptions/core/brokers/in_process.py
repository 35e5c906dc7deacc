"""The broker of a single process."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from subscriptions.core.bell import Bell


class InProcess:
    """Tells the tails of this process, at once. Other processes hear nothing; there a DatabaseTail looks."""

    def __init__(self) -> None:
        self._position = 0
        self._bell = Bell()

    async def head(self) -> int:
        return self._position

    async def publish(self, position: int) -> None:
        if position > self._position:
            self._position = position
            self._bell.strike()

    async def tail(self, after: int) -> AsyncGenerator[int, None]:
        while True:
            if self._position > after:
                after = self._position
                yield after
            else:
                await self._bell.listen()
