"""What the clock does while the server runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from operations.keys import forget_keys
from operations.orders.remorse import release_due
from operations.world import World
from subscriptions.core.background import Loop

EVERY: Final = 5.0
"""Seconds."""


@asynccontextmanager
async def chores(world: World) -> AsyncIterator[None]:
    """Releases orders whose remorse period is over, and clears away old idempotency keys.

    Several servers may do it at once.
    """

    async def turn() -> float:
        await release_due(world)
        await forget_keys(world)
        return EVERY

    loop = Loop("chores", turn)
    loop.start()
    try:
        yield
    finally:
        await loop.stop()
