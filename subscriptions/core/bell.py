"""How one writer tells many waiting readers to look again."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes everybody who listens now. Carries nothing: who is woken looks for itself.

    No strike is missed by a reader that looks, finds nothing and listens without awaiting in between.
    """

    def __init__(self) -> None:
        self._listeners: set[asyncio.Future[None]] = set()

    def listen(self) -> asyncio.Future[None]:
        """A future of the caller's own: done at the next strike; cancelling it leaves nothing behind."""
        listener = asyncio.get_running_loop().create_future()
        self._listeners.add(listener)
        listener.add_done_callback(self._listeners.discard)
        return listener

    def strike(self) -> None:
        listeners, self._listeners = self._listeners, set()
        for listener in listeners:
            if not listener.done():
                listener.set_result(None)
