"""Loops that work beside the requests and outlive every failure but their own end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0


class Pace:
    """Seconds until the next look: `shortest` after work was found, then twice as long each time, to `longest`."""

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest = shortest
        self._longest = longest
        self._next = shortest

    def after(self, *, work: bool) -> float:
        delay = self._shortest if work else self._next
        self._next = min(delay * 2, self._longest)
        return delay


class Loop:
    """Runs `turn` again and again in one task.

    `turn` returns the seconds to wait until the next one; None: until `wake`. A wake is never lost: one during
    a turn brings another turn. Wakes coalesce. Turns start at least `spacing` seconds apart.
    A turn that raises is tried again after 0.05 s, then twice as long each time, to 2 s; wakes do not shorten
    this, so that a database that is away is not hammered. Only the type of the error is logged: its text may
    hold values of rows.
    """

    def __init__(self, name: str, turn: Callable[[], Awaitable[float | None]], *, spacing: float = 0.0) -> None:
        self._name = name
        self._turn = turn
        self._spacing = spacing
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Cancel the turn under way and wait until it is gone. May be called twice, and before `start`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def wake(self) -> None:
        """Have a turn soon. Cheap; only from the thread of the event loop."""
        self._woken.set()

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while True:
            self._woken.clear()  # before the turn: what happens during it may be too late for it
            began = clock()
            try:
                delay = await self._turn()
            except Exception as error:
                if clock() - began > LONGEST_PAUSE:
                    pause = FIRST_PAUSE  # it worked for a while
                logger.warning("%s failed with %s; next try in %.2f s", self._name, type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            await self._wait(delay)
            await asyncio.sleep(began + self._spacing - clock())

    async def _wait(self, delay: float | None) -> None:
        if delay is None:
            await self._woken.wait()
        elif delay > 0:
            alarm = asyncio.get_running_loop().call_later(delay, self._woken.set)
            try:
                await self._woken.wait()
            finally:
                alarm.cancel()
