"""The hub: everybody gets every entry, once, in order."""

from __future__ import annotations

import asyncio

import pytest

from tests.subscriptions.hubs import after, running, take
from tests.subscriptions.instant import instantly, settle
from tests.subscriptions.memory_log import MemoryLog


@instantly
async def test_a_follower_without_a_cursor_gets_what_comes_from_now_on() -> None:
    log = MemoryLog(3)
    async with running(log) as hub:
        follower = await hub.follow()

        log.write(2)
        hub.wake()

        assert await take(follower, 2) == [4, 5]
        assert hub.head.position == 5


@pytest.mark.parametrize("ring", [1, 2, 499, 500, 501, 2000])
@pytest.mark.parametrize("start", [0, 1, 499, 500, 501, 999, 1000, 1233])
def test_a_follower_with_a_cursor_gets_everything_after_it_whatever_is_in_memory(ring: int, start: int) -> None:
    @instantly
    async def resume() -> None:
        log = MemoryLog(1234)
        async with running(log, ring=ring) as hub:
            follower = await hub.follow(after(start))
            log.write(3)
            hub.wake()

            assert await take(follower, 1237 - start) == list(range(start + 1, 1238))

    resume()


@pytest.mark.parametrize("ring", [1, 3, 2000])
def test_a_slow_follower_skips_nothing_while_the_log_runs_ahead_of_it(ring: int) -> None:
    @instantly
    async def fall_behind() -> None:
        log = MemoryLog()
        async with running(log, ring=ring) as hub:
            follower = await hub.follow()
            seen: list[int] = []
            for _ in range(40):
                log.write(60)
                hub.wake()
                await settle()
                seen += await take(follower, 7)
            seen += await take(follower, 2400 - len(seen))

            assert seen == list(range(1, 2401))

    fall_behind()


@instantly
async def test_many_wakes_are_one_look_at_the_log() -> None:
    log = MemoryLog()
    async with running(log) as hub:
        await settle()
        log.calls.clear()

        for _ in range(1000):
            hub.wake()
        await settle()

        assert log.calls == ["head"]


@instantly
async def test_a_lost_wake_delays_but_loses_nothing() -> None:
    log = MemoryLog()
    async with running(log) as hub:
        follower = await hub.follow()
        await settle()

        log.write(1)
        log.write(1)
        hub.wake()

        assert await take(follower, 2) == [1, 2]


@instantly
async def test_a_hundred_who_come_back_at_once_are_served_by_one_read_of_each_page() -> None:
    log = MemoryLog(2500)
    async with running(log, ring=1) as hub:
        followers = [await hub.follow(after(start)) for start in range(100)]
        log.calls.clear()

        seen = await asyncio.gather(*(take(each, 2500 - each.position) for each in followers))

        assert seen == [list(range(start + 1, 2501)) for start in range(100)]
        assert log.calls.count("read") == 5


@instantly
async def test_after_a_restart_those_who_come_back_find_the_newest_entries_in_memory() -> None:
    log = MemoryLog(3000)
    async with running(log, ring=2000) as hub:
        log.calls.clear()

        follower = await hub.follow(after(1000))
        await take(follower, 2000)

        assert "read" not in log.calls


@pytest.mark.parametrize(
    "hole", [range(2, 3), range(400, 620), range(499, 502), range(995, 1001), range(300, 1001)]
)
def test_positions_that_exist_no_more_hold_nobody_up(hole: range) -> None:
    @instantly
    async def follow_across() -> None:
        log = MemoryLog(1000)
        async with running(log, ring=1) as hub:
            follower = await hub.follow(after(0))
            log.forget(hole)
            log.write(10)
            hub.wake()

            left = [position for position in range(1, 1011) if position not in hole]
            assert await take(follower, len(left)) == left

    follow_across()


@instantly
async def test_a_hole_in_what_is_new_holds_nobody_up() -> None:
    log = MemoryLog(5)
    async with running(log) as hub:
        follower = await hub.follow()
        log.write(10)
        log.forget([8, 14, 15])
        hub.wake()

        assert await take(follower, 7) == [6, 7, 9, 10, 11, 12, 13]
        log.write(1)
        hub.wake()
        assert await take(follower, 1) == [16]


@instantly
async def test_a_cursor_from_a_process_that_is_ahead_of_this_one_is_good() -> None:
    log = MemoryLog(5)
    async with running(log) as hub:
        log.write(5)

        follower = await hub.follow(after(8))

        assert await take(follower, 2) == [9, 10]


@instantly
async def test_a_follower_ahead_of_this_process_waits_and_gets_nothing_twice() -> None:
    log = MemoryLog(5)
    async with running(log, ring=1) as hub:
        log.write(5)
        follower = await hub.follow(after(10))
        log.write(1)
        hub.wake()

        assert await take(follower, 1) == [11]


@instantly
async def test_a_replay_does_not_hold_up_what_is_new() -> None:
    log = MemoryLog(4000)
    async with running(log, ring=1) as hub:
        live = await hub.follow()
        old = asyncio.create_task(take(await hub.follow(after(0)), 4001))
        log.write(1)
        hub.wake()
        log.calls.clear()

        assert await take(live, 1) == [4001]
        assert log.calls.count("read") <= 2
        assert await old == list(range(1, 4002))
