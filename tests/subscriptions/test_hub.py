"""The hub: everybody gets every entry, once, in order, or is told otherwise."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from domain.events import LogEntry
from subscriptions.core.cursor import Cursor, decode
from subscriptions.core.follower import Follower
from subscriptions.core.hub import Hub
from subscriptions.core.resets import ResetReason, StreamReset
from tests.subscriptions.instant import instantly, now, settle
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


@instantly
async def test_a_cursor_from_before_the_database_was_restored_is_refused() -> None:
    async with running(MemoryLog(5)) as hub:
        with pytest.raises(StreamReset) as refused:
            await hub.follow(after(2, "earlier"))

        assert refused.value.reason is ResetReason.EPOCH_CHANGED
        assert decode(refused.value.head_cursor) == after(5)
        assert hub.followers == 0


@instantly
async def test_a_cursor_older_than_what_is_kept_is_refused() -> None:
    log = MemoryLog(100)
    log.forget(range(1, 51))
    async with running(log, ring=1) as hub:
        with pytest.raises(StreamReset) as refused:
            await hub.follow(after(49))
        follower = await hub.follow(after(50))

        assert refused.value.reason is ResetReason.TOO_OLD
        assert await take(follower, 50) == list(range(51, 101))


@instantly
async def test_a_cursor_is_too_old_when_nothing_is_kept_but_the_newest_one_is_not() -> None:
    log = MemoryLog(10)
    log.forget(range(1, 11))
    async with running(log) as hub:
        with pytest.raises(StreamReset) as refused:
            await hub.follow(after(9))
        follower = await hub.follow(after(10))
        log.write(1)
        hub.wake()

        assert refused.value.reason is ResetReason.TOO_OLD
        assert await take(follower, 1) == [11]


@instantly
async def test_entries_deleted_while_a_slow_follower_had_them_before_it_are_a_reset_and_no_hole() -> None:
    log = MemoryLog(1000)
    async with running(log, ring=1) as hub:
        follower = await hub.follow(after(0))
        log.forget(range(1, 700))

        with pytest.raises(StreamReset) as reset:
            await take(follower, 1)

        assert reset.value.reason is ResetReason.TOO_OLD
        assert hub.followers == 0


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
async def test_a_cursor_more_than_the_limit_behind_is_refused_and_one_at_the_limit_is_not() -> None:
    async with running(MemoryLog(100), ring=1, max_behind=30) as hub:
        with pytest.raises(StreamReset) as refused:
            await hub.follow(after(69))
        follower = await hub.follow(after(70))

        assert refused.value.reason is ResetReason.TOO_FAR_BEHIND
        assert await take(follower, 1) == [71]


@instantly
async def test_a_follower_that_falls_too_far_behind_is_told_so_and_is_gone() -> None:
    log = MemoryLog()
    async with running(log, max_behind=30) as hub:
        follower = await hub.follow()
        log.write(10)
        hub.wake()
        await take(follower, 3)

        log.write(24)
        hub.wake()
        await settle()
        with pytest.raises(StreamReset) as reset:
            await anext(follower)

        assert reset.value.reason is ResetReason.TOO_FAR_BEHIND
        assert decode(reset.value.head_cursor) == after(34)
        assert await ends(follower)
        assert hub.followers == 0


@instantly
async def test_a_cursor_beyond_the_end_of_the_log_is_refused() -> None:
    async with running(MemoryLog(5)) as hub:
        with pytest.raises(StreamReset) as refused:
            await hub.follow(after(6))

        assert refused.value.reason is ResetReason.UNKNOWN_POSITION


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


@pytest.mark.parametrize(("rows", "epoch"), [(4, "second"), (50, "second"), (2, "first")])
def test_when_the_database_is_restored_all_followers_are_reset(rows: int, epoch: str) -> None:
    @instantly
    async def restore() -> None:
        log = MemoryLog(10)
        async with running(log) as hub:
            waiting = asyncio.create_task(anext(await hub.follow()))
            reading = await hub.follow(after(7))
            await settle()

            log.restore(rows, epoch)
            hub.wake()
            await settle()

            for read in (waiting, asyncio.create_task(anext(reading))):
                with pytest.raises(StreamReset) as reset:
                    await read
                assert reset.value.reason is ResetReason.EPOCH_CHANGED
                assert decode(reset.value.head_cursor) == after(rows, epoch)
            follower = await hub.follow(decode(reset.value.head_cursor))
            log.write(1)
            hub.wake()
            assert await take(follower, 1) == [rows + 1]

    restore()


@instantly
async def test_a_cursor_of_the_restored_database_is_good_before_this_process_has_noticed() -> None:
    log = MemoryLog(10)
    async with running(log) as hub:
        log.restore(4, "second")

        follower = await hub.follow(after(2, "second"))

        assert await take(follower, 2) == [3, 4]


class SlowLog(MemoryLog):
    """A read answers with what it found, but only once `gate` is open."""

    gate: asyncio.Event

    async def read(self, after: int, limit: int = 500) -> list[LogEntry]:
        found = await super().read(after, limit)
        await self.gate.wait()
        return found


@instantly
async def test_a_cursor_of_the_restored_database_is_good_while_this_process_still_reads_the_old_one() -> None:
    log = SlowLog()
    log.gate = asyncio.Event()
    async with running(log) as hub:
        log.write(10)
        hub.wake()
        await settle()
        log.restore(4, "second")
        following = asyncio.create_task(hub.follow(after(2, "second")))
        await settle()

        log.gate.set()

        assert await take(await following, 2) == [3, 4]


@instantly
async def test_nothing_of_the_old_database_is_replayed_after_it_was_restored() -> None:
    log = MemoryLog(100)
    async with running(log, ring=1) as hub:
        await take(await hub.follow(after(0)), 100)
        log.restore(100, "second")
        hub.wake()
        await settle()

        follower = await hub.follow(after(0, "second"))
        seen = [await anext(follower) for _ in range(100)]

        assert {entry.summary for entry in seen} == {"second"}


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
