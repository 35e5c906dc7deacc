"""The feed of a server: what gives events their places, reads them once per process, and wakes who follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tortoise.connection import get_connection

from models import OrderEvent
from models.event_log import DatabaseLog
from subscriptions.core.brokers.database_tail import DatabaseTail
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.hub import Hub
from subscriptions.core.log import EventLog
from subscriptions.core.sequencer import Sequencer

GRACE: Final = 1.0
"""Seconds an event may wait for its place, or the hub lie behind the log, before the server is not ready."""


@dataclass(frozen=True, slots=True)
class Running:
    """The feed while it runs."""

    log: EventLog
    hub: Hub
    wake: Callable[[], None]
    """Something was committed in this process."""


class Live:
    """One process's feed. `running` is a lifespan inside the database's; nothing else works outside it.

    In this process a commit wakes the hub at once: directly on SQLite, which numbers rows itself, and through the
    sequencer on PostgreSQL. What other processes commit is seen by looking at the database every 20 to 200 ms.
    """

    def __init__(self) -> None:
        self._running: Running | None = None

    @property
    def log(self) -> EventLog:
        return self._now.log

    @property
    def hub(self) -> Hub:
        return self._now.hub

    def wake(self) -> None:
        """For `World.wake`: also called by actions of a command line without a feed, where it does nothing."""
        if self._running is not None:
            self._running.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        connection = get_connection("default")
        log = DatabaseLog(connection)
        hub = Hub(log)
        async with AsyncExitStack() as stack:
            await hub.start()
            stack.push_async_callback(hub.stop)
            wake = hub.wake
            if connection.capabilities.dialect == "postgres":
                wake = _sequenced(log, hub, stack)
            _listen(DatabaseTail(log), hub, stack)
            self._running = Running(log, hub, wake)
            try:
                yield
            finally:
                self._running = None

    async def keeps_up(self) -> str | None:
        """For /readyz: None when events get their places and the hub reads them."""
        waiting, head = await _first_waiting(), await self.log.head()
        if waiting is None and self.hub.head == head:
            return None
        await asyncio.sleep(GRACE)
        if waiting is not None and await _first_waiting() == waiting:
            return "events wait for their place in the feed"
        if self.hub.head.epoch != head.epoch or self.hub.head.position < head.position:
            return "the feed lies behind the log"
        return None

    @property
    def _now(self) -> Running:
        assert self._running is not None, "the feed does not run"
        return self._running


def _sequenced(log: EventLog, hub: Hub, stack: AsyncExitStack) -> Callable[[], None]:
    broker = InProcess()
    _listen(broker, hub, stack)
    sequencer = Sequencer(log, broker)
    sequencer.start()
    stack.push_async_callback(sequencer.stop)
    return sequencer.wake


def _listen(broker: InProcess | DatabaseTail, hub: Hub, stack: AsyncExitStack) -> None:
    listener = Listener(broker, hub.wake)
    listener.start()
    stack.push_async_callback(listener.stop)


async def _first_waiting() -> int | None:
    row = await OrderEvent.filter(position=None).order_by("id").first().values_list("id", flat=True)
    return None if row is None else int(str(row))
