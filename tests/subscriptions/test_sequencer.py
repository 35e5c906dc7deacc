"""The sequencer: numbers soon, rests when there is nothing, and outlives what fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.brokers.protocol import Broker
from subscriptions.core.hub import Hub
from subscriptions.core.sequencer import Sequencer
from tests.subscriptions.instant import instantly, now, settle
from tests.subscriptions.memory_log import MemoryLog


@asynccontextmanager
async def running(log: MemoryLog, broker: Broker | None = None) -> AsyncGenerator[Sequencer, None]:
    sequencer = Sequencer(log, broker or InProcess())
    sequencer.start()
    yield sequencer
    await sequencer.stop()


class BrokenBroker(InProcess):
    async def publish(self, position: int) -> None:
        raise ConnectionError


class FrozenBroker(InProcess):
    async def publish(self, position: int) -> None:
        await asyncio.Event().wait()


@instantly
async def test_what_was_committed_is_numbered_at_once_when_the_sequencer_is_woken() -> None:
    log = MemoryLog()
    async with running(log) as sequencer:
        await asyncio.sleep(10)
        committed = now()

        log.commit(3)
        sequencer.wake()
        await settle()

        assert log.position == 3
        assert now() - committed < 0.001


@instantly
async def test_what_was_committed_by_a_process_that_died_is_numbered_within_200_ms() -> None:
    log = MemoryLog()
    async with running(log):
        await asyncio.sleep(10)

        log.commit(1)
        await asyncio.sleep(0.2001)

        assert log.position == 1


@instantly
async def test_at_rest_it_looks_five_times_a_second_and_says_nothing() -> None:
    log = MemoryLog()
    async with running(log):
        await asyncio.sleep(10)
        log.calls.clear()

        await asyncio.sleep(10)

        assert 49 <= log.calls.count("sequence") <= 51
        assert "head" not in log.calls


@instantly
async def test_a_storm_of_wakes_is_at_most_one_look_every_5_ms() -> None:
    log = MemoryLog()
    async with running(log) as sequencer:
        await settle()
        log.calls.clear()

        for _ in range(1000):
            log.commit(1)
            sequencer.wake()
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.005)

        assert log.position == 1000
        assert log.calls.count("sequence") <= 202


@instantly
async def test_a_backlog_is_numbered_without_pauses() -> None:
    log = MemoryLog()
    log.commit(50_000)
    async with running(log):
        await asyncio.sleep(0.3)

        assert log.position == 50_000


@instantly
async def test_when_the_database_is_away_it_keeps_trying_every_two_seconds_and_heals(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = MemoryLog()
    async with running(log) as sequencer:
        await settle()
        log.away = True
        log.commit(5)
        with caplog.at_level(logging.WARNING):
            for _ in range(600):
                sequencer.wake()
                await asyncio.sleep(0.1)

        log.away = False
        await asyncio.sleep(2)

        assert log.position == 5
        assert 30 <= len(caplog.records) <= 40
        assert {record.levelno for record in caplog.records} == {logging.WARNING}
        assert "secret" not in caplog.text
        assert all(record.exc_info is None for record in caplog.records)


@pytest.mark.parametrize("broker", [BrokenBroker(), FrozenBroker()])
def test_a_broker_that_is_away_or_frozen_delays_no_numbering(broker: Broker) -> None:
    @instantly
    async def number() -> None:
        log = MemoryLog()
        async with running(log, broker) as sequencer:
            for _ in range(20):
                log.commit(1)
                sequencer.wake()
                await asyncio.sleep(0.005)

            assert log.position == 20

    number()


@instantly
async def test_a_commit_reaches_a_follower_within_5_ms() -> None:
    log, broker = MemoryLog(), InProcess()
    hub = Hub(log, ring=1)
    await hub.start()
    listener = Listener(broker, hub.wake)
    listener.start()
    async with running(log, broker) as sequencer:
        follower = await hub.follow()

        for position in range(1, 100):
            committed = now()
            log.commit(1)
            sequencer.wake()
            assert (await anext(follower)).position == position
            assert now() - committed <= 0.0051

        await listener.stop()
        await hub.stop()


@instantly
async def test_stopping_leaves_no_task_behind() -> None:
    sequencer = Sequencer(MemoryLog(), InProcess())
    await sequencer.stop()
    sequencer.start()
    await asyncio.sleep(1)

    await sequencer.stop()
    await sequencer.stop()

    assert len(asyncio.all_tasks()) == 1
