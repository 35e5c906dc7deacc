"""The hub when the database is away, and how followers and hub come to their end."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from subscriptions.core.hub import Hub
from tests.subscriptions.hubs import after, ends, running, take
from tests.subscriptions.instant import instantly, now, settle
from tests.subscriptions.memory_log import MemoryLog


@instantly
async def test_when_the_database_is_away_followers_wait_and_then_get_everything(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = MemoryLog(10)
    async with running(log, ring=1) as hub:
        follower = await hub.follow(after(0))
        reading = asyncio.create_task(take(follower, 12))
        log.away = True
        log.write(2)
        hub.wake()
        with caplog.at_level(logging.WARNING):
            await asyncio.sleep(60)

        log.away = False
        back = now()

        assert await reading == list(range(1, 13))
        assert now() - back <= 2
        assert 30 <= len(caplog.records) <= 40
        assert "secret" not in caplog.text


@instantly
async def test_a_hub_that_cannot_read_the_log_does_not_start() -> None:
    log = MemoryLog()
    log.away = True

    with pytest.raises(ConnectionError):
        await Hub(log).start()

    assert len(asyncio.all_tasks()) == 1


@instantly
async def test_closing_a_follower_leaves_nothing_behind_and_ends_its_reading() -> None:
    async with running(MemoryLog()) as hub:
        follower = await hub.follow()
        reading = asyncio.create_task(ends(follower))
        await settle()
        assert hub.followers == 1

        await follower.aclose()
        await follower.aclose()

        assert await reading
        assert hub.followers == 0


@pytest.mark.parametrize("behind", [False, True])
def test_a_cancelled_follower_leaves_nothing_behind(behind: bool) -> None:
    @instantly
    async def cancel() -> None:
        log = MemoryLog(1000)
        async with running(log, ring=1) as hub:
            tasks = len(asyncio.all_tasks())
            log.away = behind
            followers = [await hub.follow(after(1000)) for _ in range(100)]
            for follower in followers:
                follower.position = 3 if behind else 1000
            readings = [asyncio.create_task(anext(follower)) for follower in followers]
            await settle()

            for reading in readings:
                reading.cancel()
            await asyncio.wait(readings)

            assert hub.followers == 0
            assert len(asyncio.all_tasks()) == tasks

    cancel()


@instantly
async def test_a_follower_forgotten_without_closing_is_not_counted() -> None:
    async with running(MemoryLog()) as hub:
        follower = await hub.follow()
        assert hub.followers == 1

        del follower
        gc.collect()

        assert hub.followers == 0


@pytest.mark.parametrize("away", [False, True])
def test_stopping_ends_all_followers_at_once_even_when_the_database_is_away(away: bool) -> None:
    @instantly
    async def stop() -> None:
        log = MemoryLog(100)
        hub = Hub(log, ring=1)
        await hub.start()
        log.away = away
        live = await hub.follow()
        waiting = asyncio.create_task(ends(live))
        old = await hub.follow(after(99))
        old.position = 5
        replaying = asyncio.create_task(ends(old)) if away else None
        await settle()

        before = now()
        await hub.stop()

        assert await waiting
        assert await (replaying or ends(old))
        assert now() == before
        assert hub.followers == 0
        assert await ends(await hub.follow())
        assert len(asyncio.all_tasks()) == 1

    stop()


@instantly
async def test_stopping_twice_or_before_starting_does_no_harm() -> None:
    hub = Hub(MemoryLog())

    await hub.stop()
    await hub.stop()

    assert await ends(await hub.follow())
