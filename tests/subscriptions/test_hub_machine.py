"""Whatever happens in whatever order: each follower gets the log after its cursor, once, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from subscriptions.core.cursor import decode
from subscriptions.core.follower import Follower
from subscriptions.core.hub import Hub
from subscriptions.core.resets import ResetReason, StreamReset
from tests.subscriptions.instant import InstantLoop, settle
from tests.subscriptions.memory_log import MemoryLog

MAX_BEHIND = 1500
T = TypeVar("T")


class Client:
    """A subscriber that remembers where it began and what it got."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.began = follower.position
        self.seen: list[int] = []

    async def read(self, count: int) -> None:
        for _ in range(count):
            self.seen.append((await anext(self.follower)).position)

    @property
    def position(self) -> int:
        return self.began + len(self.seen)


class Feed(RuleBasedStateMachine):
    """One process with a ring of one entry; every wake may be lost, and the database may fail."""

    clients = Bundle("clients")
    cursors = Bundle("cursors")

    @initialize(rows=st.integers(0, 1200))
    def start(self, rows: int) -> None:
        self.loop = InstantLoop()
        self.log = MemoryLog(rows)
        self.hub = Hub(self.log, ring=1, max_behind=MAX_BEHIND)
        self.all: list[Client] = []
        self.run(self.hub.start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(rows=st.sampled_from([1, 2, 3, 40, 499, 500, 501]))
    def commit(self, rows: int) -> None:
        self.log.commit(rows)

    @rule()
    def sequence(self) -> None:
        self.run(self.log.sequence())

    @rule(times=st.integers(1, 3))
    def wake(self, times: int) -> None:
        for _ in range(times):
            self.hub.wake()
        self.run(settle())

    @rule(faults=st.integers(1, 3))
    def wake_while_the_database_fails(self, faults: int) -> None:
        self.log.faults = faults
        self.hub.wake()
        self.run(asyncio.sleep(1))
        self.log.faults = 0

    @rule(target=clients)
    def join(self) -> Client:
        return self.joined(self.run(self.hub.follow()))

    @rule(client=clients, count=st.sampled_from([1, 2, 5, 499, 500, 501, 2000]))
    def read(self, client: Client, count: int) -> None:
        if self.log.position - client.position > MAX_BEHIND:
            return  # the hub may notice while it reads for this client
        there = self.hub.head.position - client.position
        self.run(client.read(max(0, min(count, there))))

    @rule(client=clients)
    def read_when_too_far_behind(self, client: Client) -> None:
        if client not in self.all or self.hub.head.position - client.position <= MAX_BEHIND:
            return
        with pytest.raises(StreamReset) as reset:
            self.run(client.read(1))
        assert reset.value.reason is ResetReason.TOO_FAR_BEHIND
        assert decode(reset.value.head_cursor).position == self.hub.head.position
        self.all.remove(client)

    @rule(target=cursors, client=consumes(clients), cancelled=st.booleans())
    def leave(self, client: Client, cancelled: bool) -> str:
        self.run(self.cancel(client) if cancelled else client.follower.aclose())
        if client in self.all:
            self.all.remove(client)
        assert client.seen == list(range(client.began + 1, client.follower.position + 1))
        return client.follower.cursor

    async def cancel(self, client: Client) -> None:
        """In the middle of a read that waits, if there is nothing to read."""
        reading = asyncio.create_task(client.read(3000))
        await asyncio.sleep(0)
        reading.cancel()
        with suppress(asyncio.CancelledError, StreamReset, StopAsyncIteration):
            await reading

    @rule(target=clients, text=cursors)
    def resume(self, text: str) -> Client:
        cursor = decode(text)
        if self.hub.head.position - cursor.position > MAX_BEHIND:
            with pytest.raises(StreamReset) as refused:
                self.run(self.hub.follow(cursor))
            assert refused.value.reason is ResetReason.TOO_FAR_BEHIND
            cursor = decode(refused.value.head_cursor)
        client = self.joined(self.run(self.hub.follow(cursor)))
        assert client.began == cursor.position
        return client

    def joined(self, follower: Follower) -> Client:
        client = Client(follower)
        self.all.append(client)
        return client

    @invariant()
    def everybody_has_the_log_after_its_cursor(self) -> None:
        for client in getattr(self, "all", ()):
            assert client.seen == list(range(client.began + 1, client.began + len(client.seen) + 1))
            assert client.follower.position == client.position

    @precondition(lambda self: hasattr(self, "all"))
    @invariant()
    def nobody_else_follows(self) -> None:
        assert self.hub.followers == len(self.all)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.hub.wake()
            self.run(settle())
            for client in self.all:
                if self.hub.head.position - client.position <= MAX_BEHIND:
                    self.run(client.read(self.hub.head.position - client.position))
                    assert client.position == self.log.position
            self.run(self.hub.stop())
            self.loop.close()


Feed.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestFeed = Feed.TestCase
