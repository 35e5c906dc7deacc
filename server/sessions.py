"""Everybody who is connected: sockets and streams, in one place for whoever has to end them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from server.authentication import Identity
from server.operation import Gone
from server.tokens import LEEWAY, Subject

FORBIDDEN: Final = 4403
RESTART, TRY_LATER = 1012, 1013
"""Codes of graphql-transport-ws and of WebSocket; a stream that ends for one of them says it in a comment."""


_ROOM: Final = 32 * 1024
"""Bytes that go out without waiting for the peer; transports make writers wait from 64 KiB on."""

Write = Callable[[bytes], Awaitable[None]]


class Session(ABC):
    """One live connection. `identity` is None until its client has shown a good token."""

    def __init__(self, request: web.Request) -> None:
        self.identity: Identity | None = None
        self._request = request

    @abstractmethod
    async def close(self, code: int, reason: str) -> None:
        """Ends it in an orderly way, or cuts it when the peer takes longer than two seconds."""

    @abstractmethod
    async def restart(self) -> None:
        """Lets queries and mutations under way finish (two seconds at most), then closes with 1012."""

    async def expire(self, identity: Identity) -> None:
        """Closes it when the token or key ends, if it does by itself."""
        at = identity.claims.expires_at
        if at is None:
            return
        await asyncio.sleep((at + LEEWAY - datetime.now(UTC)).total_seconds())
        await self.close(FORBIDDEN, "Forbidden: the token has expired")

    async def deliver(self, content: bytes, write: Write, within: float) -> None:
        """Raises Gone when the peer left, or took no bytes for `within` seconds (it is cut off then).

        Cancelling whoever waits for a slow peer must not reach what all of them wait for: aiohttp would tell the
        others, and every later writer, that they were cancelled.
        """
        try:
            async with asyncio.timeout(within):
                if self.unsent + len(content) < _ROOM:
                    await write(content)
                else:
                    await asyncio.shield(_attended(write(content)))
        except TimeoutError:
            self.abort()
            raise Gone from None
        except (RuntimeError, ConnectionError):
            raise Gone from None

    @property
    def unsent(self) -> int:
        """Bytes the peer has not taken yet."""
        transport = self._request.transport
        return transport.get_write_buffer_size() if transport is not None else 0

    def abort(self) -> None:
        """Cuts the connection without a word: a polite end would wait until the peer reads."""
        transport = self._request.transport
        if transport is not None:
            transport.abort()


def _attended(work: Awaitable[None]) -> asyncio.Future[None]:
    """Work that nobody may be left to hear of."""
    future = asyncio.ensure_future(work)
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    return future


class TooManySessions(Exception):
    """The user or API client has as many connections as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} connections of yours already. Close one, then try again.")


class Sessions:
    """The live connections of this process, at most `most` for each user or API client."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: set[Session] = set()
        self._each: Counter[Subject] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._all))

    def enter(self, session: Session) -> None:
        self._all.add(session)

    def admit(self, session: Session, identity: Identity) -> None:
        """The session is of this user from now on. Raises TooManySessions."""
        subject = identity.claims.subject
        if self._each[subject] >= self._most:
            raise TooManySessions(self._most)
        self._each[subject] += 1
        session.identity = identity

    def leave(self, session: Session) -> None:
        """May be called twice."""
        if session not in self._all:
            return
        self._all.remove(session)
        if session.identity is not None:
            subject = session.identity.claims.subject
            self._each[subject] -= 1
            if not self._each[subject]:
                del self._each[subject]


SESSIONS: Final[web.AppKey[Sessions]] = web.AppKey("sessions", Sessions)


async def drain(app: web.Application) -> None:
    """Tells every client that the server restarts; done within the grace even if some do not read."""
    await asyncio.gather(*(session.restart() for session in app[SESSIONS]))
