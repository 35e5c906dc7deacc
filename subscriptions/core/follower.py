"""One reader of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from domain.events import LogEntry
from subscriptions.core.bell import Bell
from subscriptions.core.cursor import encode
from subscriptions.core.resets import ResetReason
from subscriptions.core.window import Window


class Follower:
    """Every entry of the log beyond `position`, in order, none twice, none left out; for one task to read.

    Holds a position and nothing else, so a slow reader costs nothing: it falls behind, and is told so by
    StreamReset once it is more than the hub's `max_behind` entries behind. Ends (StopAsyncIteration) when the hub
    stops or it is closed. A reset, an end, and a cancelled read all close it; what was read so far stays in
    `position`, to follow again from.
    """

    __slots__ = ("__weakref__", "_generation", "_leave", "_listening", "_window", "epoch", "position")

    def __init__(self, window: Window, position: int, leave: Callable[[Follower], None]) -> None:
        self._window = window
        self._generation = window.generation
        self._leave: Callable[[Follower], None] | None = leave
        self._listening: asyncio.Future[None] | None = None
        self.epoch = window.head.epoch
        self.position = position

    @property
    def cursor(self) -> str:
        """The place right after the last entry delivered."""
        return encode(self.epoch, self.position)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> LogEntry:
        try:
            while (found := self._look()) is None or isinstance(found, Bell):
                if found is not None:
                    await self._listen(found)
        except BaseException:
            self._close()
            raise
        self.position = found.position
        return found

    async def aclose(self) -> None:
        """Leave the hub. A read under way in another task ends. May be called twice."""
        self._close()
        if self._listening is not None and not self._listening.done():
            self._listening.set_result(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _look(self) -> LogEntry | Bell | None:
        """The next entry, or what to listen to before looking again, or None: look again now."""
        window = self._window
        self._refuse_to_go_on()
        if (entry := window.ring.next(self.position)) is not None:
            return entry
        if self.position >= window.head.position:
            return window.news
        if (page := window.replay.page(self.position)) is None:
            return window.replay.loaded
        if self.position + 1 < page.kept_from:
            raise window.reset(ResetReason.TOO_OLD)
        if (entry := page.span.next(self.position)) is None:
            self.position = page.span.upto  # nothing is kept up to there
        return entry

    def _refuse_to_go_on(self) -> None:
        window = self._window
        if self._leave is None or window.ended:
            raise StopAsyncIteration
        if self._generation != window.generation:
            raise window.reset(ResetReason.EPOCH_CHANGED)
        if window.head.position - self.position > window.max_behind:
            raise window.reset(ResetReason.TOO_FAR_BEHIND)

    async def _listen(self, bell: Bell) -> None:
        self._listening = bell.listen()
        try:
            await self._listening
        finally:
            self._listening = None

    def _close(self) -> None:
        if self._leave is not None:
            self._leave(self)
            self._leave = None
