"""The broker that needs nothing but the database: it looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from subscriptions.core.background import Pace
from subscriptions.core.log import EventLog, Head


class DatabaseTail:
    """Looks at the head of the log: every 20 ms while it grows, every 200 ms at rest, one row each time.

    Misses nothing that any process did, and also tells when the database was restored (another epoch, or a head
    that went back): it heals what other brokers lose. Raises what the log raises; its listener tries again.
    """

    def __init__(self, log: EventLog, *, shortest: float = 0.02, longest: float = 0.2) -> None:
        self._log = log
        self._shortest = shortest
        self._longest = longest

    async def head(self) -> int:
        return (await self._log.head()).position

    async def publish(self, position: int) -> None:
        """Nothing to do: the position is in the database, where every tail looks."""

    async def tail(self, after: int) -> AsyncGenerator[int, None]:
        pace = Pace(self._shortest, self._longest)
        last: Head | None = None
        while True:
            head = await self._log.head()
            moved = head != last if last is not None else head.position > after
            last = head
            if moved:
                yield head.position
            await asyncio.sleep(pace.after(work=moved))
