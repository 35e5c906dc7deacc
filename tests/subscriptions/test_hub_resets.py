"""Who cannot follow on from its cursor is told so, and why, before anything else is delivered."""

from __future__ import annotations

import asyncio

import pytest

from domain.events import LogEntry
from subscriptions.core.cursor import decode
from subscriptions.core.resets import ResetReason, StreamReset
from tests.subscriptions.hubs import after, ends, running, take
from tests.subscriptions.instant import instantly, settle
from tests.subscriptions.memory_log import MemoryLog


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
