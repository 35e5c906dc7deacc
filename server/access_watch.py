"""Changes of access, passed in the order of the log: whoever they concern has to sign in anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from domain.access import Viewer
from domain.access_changes import changes_scope, concerns, is_news
from domain.events import LogEntry
from subscriptions.core.hub import Hub
from subscriptions.core.resets import StreamReset

if TYPE_CHECKING:
    from server.sessions import Sessions

Listener = Callable[[LogEntry | None], None]
"""Is told of each change; None: some may have been missed."""

_REASON: Final = "Forbidden: what you may do has changed; sign in again"


class AccessWatch:
    """One follower of the log for all connections of a process.

    A subscription meets a change at its place of the log and ends there; this ends the connections, idle ones too.
    """

    def __init__(self) -> None:
        self.passed = 0
        """How many changes there were: who looked somebody up meanwhile looks again."""
        self._listeners: list[Listener] = []

    def tell(self, listener: Listener) -> None:
        """Have a listener told from now on."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def following(self, hub: Hub) -> AsyncIterator[None]:
        """Follows the hub as long as it is open."""
        task = asyncio.create_task(self._follow(hub), name="access watch")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _follow(self, hub: Hub) -> None:
        while True:
            async with hub.attend() as follower:
                try:
                    async for entry in follower:
                        if changes_scope(entry):
                            self._pass(entry)
                    return  # the hub has stopped
                except StreamReset:
                    self._pass(None)

    def _pass(self, change: LogEntry | None) -> None:
        self.passed += 1
        for listener in self._listeners:
            listener(change)


def ending(sessions: Sessions, code: int) -> Listener:
    """Closes the connections of everybody whom a change concerns."""
    closing: set[asyncio.Task[None]] = set()

    def end(change: LogEntry | None) -> None:
        for session in sessions:
            identity = session.identity
            if identity is not None and _is_over(change, identity.viewer):
                task = asyncio.create_task(session.close(code, _REASON))
                closing.add(task)
                task.add_done_callback(closing.discard)

    return end


def _is_over(change: LogEntry | None, viewer: Viewer) -> bool:
    return change is None or (concerns(change, viewer) and is_news(change, viewer))
