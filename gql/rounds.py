"""Loaders that ask at the same time ask together: one statement for all tables one level of a document needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from tortoise.models import Model

from models.compound import Wanted, together

QUIET: Final = 8
"""Turns of the event loop in which nobody asks for more: then the executor has reached the end of a level."""

T = TypeVar("T")


class Rounds:
    """Collects what is wanted until nobody wants more, then reads it all at once."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Wanted, asyncio.Future[list[Model]]]] = []
        self._asked = 0
        self._beside = 0
        self._alone = asyncio.Event()
        self._alone.set()

    async def rows(self, wanted: Wanted) -> list[Model]:
        """The rows, in their order."""
        answer: asyncio.Future[list[Model]] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, answer))
        self._asked += 1
        if len(self._waiting) == 1:
            self._reading = asyncio.create_task(self._read())  # kept: the loop holds tasks weakly
        return await answer

    async def beside(self, reading: Awaitable[T]) -> T:
        """A read that goes its own way; a round waits for it, because its rows will want more. It must not wait
        for a round.
        """
        self._beside += 1
        self._asked += 1
        self._alone.clear()
        try:
            return await reading
        finally:
            self._beside -= 1
            if not self._beside:
                self._alone.set()

    async def _read(self) -> None:
        await self._quiet()
        asked, self._waiting = self._waiting, []
        try:
            found = await together([wanted for wanted, _ in asked])
        except Exception as failure:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(failure)
            return
        for (_, answer), rows in zip(asked, found, strict=True):
            if not answer.done():  # whoever asked may have gone
                answer.set_result(rows)

    async def _quiet(self) -> None:
        seen = -1
        while seen != self._asked or self._beside:
            await self._alone.wait()
            seen = self._asked
            for _ in range(QUIET):
                await asyncio.sleep(0)
