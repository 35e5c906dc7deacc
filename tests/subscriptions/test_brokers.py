"""Brokers wake; what they lose is made up for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from subscriptions.core.brokers.database_tail import DatabaseTail
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.follower import Follower
from subscriptions.core.hub import Hub
from tests.subscriptions.instant import instantly, now, settle
from tests.subscriptions.memory_log import MemoryLog


@instantly
async def test_every_tail_of_a_process_hears_the_newest_position_once() -> None:
    broker = InProcess()
    heard: list[list[int]] = [[], [], []]
    tails = [asyncio.create_task(_hear(broker.tail(0), each)) for each in heard]
    await settle()

    for position in (1, 2, 5, 5, 3):
        await broker.publish(position)
    await settle()
    await broker.publish(6)
    await settle()

    assert heard == [[5, 6]] * 3
    assert await broker.head() == 6
    for tail in tails:
        tail.cancel()
    await asyncio.wait(tails)


@instantly
async def test_a_tail_that_begins_late_hears_what_was_said_before() -> None:
    broker = InProcess()
    await broker.publish(7)

    async with aclosing(broker.tail(3)) as tail:
        assert await anext(tail) == 7


@instantly
async def test_the_database_tail_hears_of_what_other_processes_wrote_within_200_ms() -> None:
    log = MemoryLog(5)
    broker = DatabaseTail(log)
    async with aclosing(broker.tail(await broker.head())) as tail:
        for position in range(6, 12):
            heard = asyncio.create_task(anext(tail))
            await asyncio.sleep(10)
            log.write(1)
            written = now()

            assert await heard == position
            assert now() - written <= 0.2001


@instantly
async def test_the_database_tail_at_rest_looks_five_times_a_second() -> None:
    log = MemoryLog()
    listener = Listener(DatabaseTail(log), lambda: None)
    listener.start()
    await asyncio.sleep(10)
    log.calls.clear()

    await asyncio.sleep(10)

    assert 49 <= len(log.calls) <= 51
    await listener.stop()


@instantly
async def test_the_database_tail_hears_that_the_database_was_restored() -> None:
    log = MemoryLog(5)
    async with aclosing(DatabaseTail(log).tail(4)) as tail:
        assert await anext(tail) == 5

        log.restore(5, "second")
        assert await anext(tail) == 5
        log.restore(2, "second")
        assert await anext(tail) == 2


@instantly
async def test_a_hub_that_only_has_the_database_tail_loses_nothing_even_when_the_database_was_away() -> None:
    log = MemoryLog()
    hub = Hub(log, ring=1)
    await hub.start()
    listener = Listener(DatabaseTail(log), hub.wake)
    listener.start()
    follower = await hub.follow()
    seen: list[int] = []
    reading = asyncio.create_task(_read(follower, seen))

    for round_ in range(60):
        log.write(round_)
        log.away = 20 < round_ < 40
        await asyncio.sleep(0.3)
    await asyncio.sleep(5)

    assert seen == list(range(1, sum(range(60)) + 1))
    await listener.stop()
    await hub.stop()
    await reading
    assert len(asyncio.all_tasks()) == 1


async def _hear(tail: AsyncGenerator[int, None], heard: list[int]) -> None:
    async with aclosing(tail) as positions:
        async for position in positions:
            heard.append(position)  # noqa: PERF401  # heard even when cancelled


async def _read(follower: Follower, seen: list[int]) -> None:
    async for entry in follower:
        seen.append(entry.position)  # noqa: PERF401  # looked at meanwhile
