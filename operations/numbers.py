"""Order numbers: unique over the platform, rising, with gaps after a restart."""

from __future__ import annotations

import asyncio
from typing import Final

from tortoise.transactions import in_transaction

from models import Counter
from models.statements import in_transaction_now

BLOCK: Final = 50


class Numbers:
    """Takes numbers from the database a block at a time, so that writers never queue for one row."""

    def __init__(self) -> None:
        self._next = self._end = 0
        self._taking = asyncio.Lock()

    async def order(self) -> str:
        """A fresh order number.

        Call it before a transaction is opened: inside one it takes a single number, which goes back if that is
        rolled back, and the next one who needs numbers waits until it ends.
        """
        if in_transaction_now():
            return str(await _take(1))
        async with self._taking:
            if self._next == self._end:
                self._end = await _take(BLOCK)
                self._next = self._end - BLOCK
            self._next += 1
            return str(self._next)


async def _take(count: int) -> int:
    """The last of so many numbers that are the caller's."""
    async with in_transaction():
        counter = await Counter.select_for_update().get(name="order")
        counter.value += count
        await counter.save(update_fields=["value"])
        return int(counter.value)
