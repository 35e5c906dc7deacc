"""Server-sent events: one operation over one HTTP answer (GraphQL over SSE, distinct connections mode)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final

from aiohttp import web
from strawberry.types.graphql import OperationType

from server import wire
from server.authentication import Identity
from server.errors import PublicError
from server.logs import Notes
from server.media import EVENTS
from server.operation import Gone, Operation, Request
from server.program import Program
from server.sessions import RESTART, SESSIONS, Session, Sessions
from subscriptions.core.place import Place

LAST_EVENT_ID: Final = "Last-Event-ID"
_HEADERS: Final = {
    "Content-Type": f"{EVENTS}; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # proxies pass it on as it comes
}
_COMMENT: Final = b":\n\n"
_COMPLETE: Final = b"event: complete\ndata: \n\n"
"""With empty data: browsers do not tell of an event that has none."""


class Stream(Session):
    """One answer from its first byte to its last.

    Ends with `complete` when the operation does; what failed as a whole is a `next` with errors before it, because
    clients of streams read nothing else. Whatever else ends it (a restart, an ended token, a peer that takes no
    bytes for ten seconds) ends it without `complete`: clients come back, with the id of the last event they saw.
    """

    def __init__(self, program: Program, request: web.Request) -> None:
        super().__init__(request)
        self._program = program
        self._pace = program.pace
        self._answer = web.StreamResponse(headers=_HEADERS)
        self._answer.force_close()
        self._operation: Operation | None = None
        self._closing: asyncio.Task[None] | None = None

    async def run(
        self, asked: Request, identity: Identity, notes: Notes, allowed: Collection[OperationType]
    ) -> web.StreamResponse:
        """Serves the operation until it ends; leaves no task behind. Raises TooManySessions before the answer."""
        sessions = self._request.app[SESSIONS]
        sessions.enter(self)
        try:
            sessions.admit(self, identity)
            self._operation = Operation("", asked, self._program, identity, self, notes=notes, allowed=allowed)
            self._operation.place.after = self._request.headers.get(LAST_EVENT_ID) or None
            await self._serve(self._operation, identity)
        finally:
            sessions.leave(self)
        return self._answer

    async def close(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason))
        await asyncio.shield(self._closing)

    async def restart(self) -> None:
        operation = self._operation
        if operation is not None and operation.task is not None and not operation.is_stream:
            await asyncio.wait([operation.task], timeout=self._pace.finish_within)
        await self.close(RESTART, "The server restarts")

    @property
    def is_gone(self) -> bool:
        """Whether the client went away."""
        transport = self._request.transport
        return transport is None or transport.is_closing()

    def drop(self) -> None:
        """Ends it without a word."""
        if self._operation is not None and self._operation.task is not None:
            self._operation.task.cancel()

    # the operation's outlet

    async def next(self, operation: Operation, payload: Mapping[str, object]) -> None:
        await self._write(_event(payload, operation.place.pushed))

    async def end(self, operation: Operation, errors: Sequence[PublicError]) -> None:
        await self._write((_event({"errors": errors}) if errors else b"") + _COMPLETE)

    def forget(self, operation: Operation) -> None:
        pass

    # its parts

    async def _serve(self, operation: Operation, identity: Identity) -> None:
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._answer.prepare(self._request)
            await self._write(_COMMENT)  # else the headers wait for the first event
            operation.task = asyncio.create_task(operation.run())
            tasks = [
                operation.task,
                *map(asyncio.create_task, (self._beat(operation.place), self.expire(identity))),
            ]
            await asyncio.wait([operation.task])
        except (Gone, ConnectionError):
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._closing is not None:
                await self._closing

    async def _beat(self, place: Place) -> None:
        """Tells where the stream stands: at once, so that nothing is lost before the first event; then now and
        then, so that a client that has seen nothing for long is not told that it missed too much.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.beat_every):
                await place.known.wait()
        try:
            while True:
                await self._write(b":\nid: %b\n\n" % place.passed.encode() if place.passed else _COMMENT)
                await asyncio.sleep(self._pace.beat_every)
        except Gone:
            self.drop()

    async def _write(self, content: bytes) -> None:
        await self.deliver(content, self._answer.write, self._pace.send_within)

    async def _close(self, code: int, reason: str) -> None:
        self.drop()
        within = self._pace.close_within
        with suppress(Gone):
            await self.deliver(f": {code} {reason}\n\n".encode(), self._answer.write, within)
            await self.deliver(b"", self._answer.write_eof, within)
        if self.unsent:
            self.abort()


async def watch(sessions: Sessions, every: float) -> None:
    """Drops streams whose clients went away: nobody tells, and a quiet stream writes nothing for long."""
    while True:
        await asyncio.sleep(every)
        for session in sessions:
            if isinstance(session, Stream) and session.is_gone:
                session.drop()


def _event(payload: Mapping[str, object], id: str | None = None) -> bytes:
    """A `next`: JSON has no line breaks of its own."""
    return (b"id: %b\n" % id.encode() if id else b"") + b"event: next\ndata: " + wire.dumps(payload) + b"\n\n"
