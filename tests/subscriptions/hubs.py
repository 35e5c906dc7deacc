"""Hubs that run for a test, and how to read from them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from subscriptions.core.cursor import Cursor
from subscriptions.core.follower import Follower
from subscriptions.core.hub import Hub
from tests.subscriptions.memory_log import MemoryLog


@asynccontextmanager
async def running(log: MemoryLog, *, ring: int = 2000, max_behind: int = 5000) -> AsyncGenerator[Hub, None]:
    hub = Hub(log, ring=ring, max_behind=max_behind)
    await hub.start()
    yield hub
    await hub.stop()


async def take(follower: Follower, count: int) -> list[int]:
    return [(await anext(follower)).position for _ in range(count)]


async def ends(follower: Follower) -> bool:
    return await anext(follower, None) is None


def after(position: int, epoch: str = "first") -> Cursor:
    return Cursor(epoch, position)
