"""Connects a broker to what has to wake when the log grows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from subscriptions.core.background import Loop
from subscriptions.core.brokers.protocol import Broker


class Listener:
    """Calls `wake` whenever the broker says that the log has grown, and once whenever it begins to listen.

    A broker that fails is listened to again after a pause that grows to 2 s; the wake at the beginning makes up
    for what it said meanwhile.
    """

    def __init__(self, broker: Broker, wake: Callable[[], None]) -> None:
        self._broker = broker
        self._wake = wake
        self._loop = Loop("broker listener", self._listen)

    def start(self) -> None:
        self._loop.start()

    async def stop(self) -> None:
        await self._loop.stop()

    async def _listen(self) -> float:
        position = await self._broker.head()
        self._wake()
        async with aclosing(self._broker.tail(position)) as tail:
            async for _ in tail:
                self._wake()
        return 0.0
