"""The graphql-transport-ws protocol over one socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

from aiohttp import WSMessage, WSMsgType, web

from server import wire
from server.authentication import identify
from server.errors import Code, PublicError, public
from server.logs import LOG, NOTES
from server.operation import Gone, Operation, Request
from server.program import Program
from server.sessions import FORBIDDEN, RESTART, SESSIONS, TRY_LATER, Session, TooManySessions
from server.tokens import TokenRefused

PROTOCOL: Final = "graphql-transport-ws"
MOST_FRAME: Final = 64 * 1024
"""Bytes."""
MOST_OPERATIONS: Final = 50
MOST_AT_ONCE: Final = 1000
"""Frames in a second: what waits to be read is read without a pause, and everybody else waits."""

BAD_MESSAGE, UNAUTHORIZED, BAD_PROTOCOL = 4400, 4401, 4406
INIT_TIMEOUT, DUPLICATE, TOO_MANY_INITS = 4408, 4409, 4429

Message = Mapping[str, object]


class Violation(Exception):
    """A message that ends the socket, with the code and reason it is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket(Session):
    """One socket from its first frame to its last.

    A message that breaks the protocol closes the socket with the protocol's code; a document that fails ends
    its own operation only. A peer that answers no ping or takes no bytes for ten seconds is cut off.
    """

    def __init__(self, program: Program, request: web.Request) -> None:
        super().__init__(request)
        self._program = program
        self._pace = program.pace
        self._socket = web.WebSocketResponse(
            protocols=[PROTOCOL],
            compress=False,
            autoping=False,
            max_msg_size=MOST_FRAME,
            timeout=program.pace.close_within,
        )
        self._second, self._frames = 0, 0
        self._initialised = False
        self._leaving = False
        self._pong = asyncio.Event()
        self._operations: dict[str, Operation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._handlers: Mapping[str, Callable[[Message], Awaitable[None]]] = {
            "connection_init": self._init,
            "ping": self._ping,
            "pong": self._ignore,
            "subscribe": self._subscribe,
            "complete": self._complete,
        }

    async def run(self) -> web.WebSocketResponse:
        """Serves the socket until it is closed by either side; leaves no task behind."""
        await self._socket.prepare(self._request)
        sessions = self._request.app[SESSIONS]
        sessions.enter(self)
        self._spawn(self._keep_alive())
        self._spawn(self._await_init())
        try:
            if self._socket.ws_protocol != PROTOCOL:
                await self.close(BAD_PROTOCOL, f"Speak {PROTOCOL}")
            async for frame in self._socket:
                await self._guard(frame)
        except Gone:
            pass
        finally:
            sessions.leave(self)
            await self._leave()
        return self._socket

    async def close(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason))
        await asyncio.shield(self._closing)

    async def restart(self) -> None:
        self._leaving = True
        tasks = [each.task for each in self._operations.values() if each.task is not None and not each.is_stream]
        if tasks:
            await asyncio.wait(tasks, timeout=self._pace.finish_within)
        await self.close(RESTART, "The server restarts")

    async def send(self, message: Message) -> None:
        """Raises Gone when the peer left, or took no bytes for ten seconds (it is cut off then)."""
        await self._send(wire.dumps(message), WSMsgType.TEXT)

    async def next(self, operation: Operation, payload: Mapping[str, object]) -> None:
        await self.send({"id": operation.id, "type": "next", "payload": payload})

    async def end(self, operation: Operation, errors: Sequence[PublicError]) -> None:
        if errors:
            await self.send({"id": operation.id, "type": "error", "payload": errors})
        else:
            await self.send({"id": operation.id, "type": "complete"})

    def forget(self, operation: Operation) -> None:
        """Frees the operation's id for reuse."""
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]

    # messages

    async def _guard(self, frame: WSMessage) -> None:
        try:
            self._count()
            await self._frame(frame)
        except Violation as broken:
            await self.close(broken.code, broken.reason)

    def _count(self) -> None:
        second = int(monotonic())
        self._frames = self._frames + 1 if second == self._second else 1
        self._second = second
        if self._frames > MOST_AT_ONCE:
            raise Violation(BAD_MESSAGE, f"More than {MOST_AT_ONCE} messages in a second")

    async def _frame(self, frame: WSMessage) -> None:
        match frame.type:
            case WSMsgType.PING:
                await self._send(frame.data, WSMsgType.PONG)
            case WSMsgType.PONG:
                self._pong.set()
            case WSMsgType.TEXT:
                await self._message(frame.data)
            case WSMsgType.BINARY:
                raise Violation(BAD_MESSAGE, "Messages are text")

    async def _message(self, text: str) -> None:
        try:
            message = wire.loads(text)
        except wire.NotJson:
            raise Violation(BAD_MESSAGE, "Messages are JSON") from None
        kind = message.get("type") if isinstance(message, dict) else None
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is None or not isinstance(message, dict):
            raise Violation(BAD_MESSAGE, "Unknown message")
        if not isinstance(message.get("payload"), dict | None):
            raise Violation(BAD_MESSAGE, "`payload` must be an object")
        await handler(message)

    async def _init(self, message: Message) -> None:
        if self._initialised:
            raise Violation(TOO_MANY_INITS, "Too many initialisation requests")
        self._initialised = True
        payload = message.get("payload")
        told = payload if isinstance(payload, dict) else {}
        try:
            identity = await identify(self._program, told.get("authorization", told.get("Authorization")))
        except TokenRefused as refused:
            raise Violation(FORBIDDEN, f"Forbidden: {refused}") from None
        except Exception:
            LOG.exception("a viewer could not be looked up")
            raise Violation(TRY_LATER, "Try again later") from None
        try:
            self._request.app[SESSIONS].admit(self, identity)
        except TooManySessions as many:
            raise Violation(TRY_LATER, str(many)) from None
        notes = NOTES.get()
        if notes is not None:
            notes.viewer = str(identity.claims.subject)
        self._spawn(self.expire(identity))
        await self.send({"type": "connection_ack"})

    async def _ping(self, message: Message) -> None:
        payload = message.get("payload")
        await self.send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def _ignore(self, message: Message) -> None:
        pass

    async def _subscribe(self, message: Message) -> None:
        if self.identity is None:
            raise Violation(UNAUTHORIZED, "Unauthorized")
        name, request = message.get("id"), Request.parse(message.get("payload"))
        if not isinstance(name, str) or request is None:
            raise Violation(BAD_MESSAGE, "Bad `subscribe`: `id` and `payload.query` are strings")
        if name in self._operations:
            raise Violation(DUPLICATE, f"Subscriber for {name} already exists")
        if len(self._operations) >= MOST_OPERATIONS:
            await self._refuse(name)
            return
        if self._leaving:
            return  # the client asks again on its next socket
        operation = Operation(name, request, self._program, self.identity, self)
        self._operations[name] = operation
        operation.task = self._spawn(operation.run())

    async def _refuse(self, id: str) -> None:
        notes = NOTES.get()
        text = f"This socket runs {MOST_OPERATIONS} operations already. Complete one, or open another socket."
        error = public(Code.TOO_MANY_OPERATIONS, text, notes.request_id if notes else "")
        await self.send({"id": id, "type": "error", "payload": [error]})

    async def _complete(self, message: Message) -> None:
        name = message.get("id")
        if not isinstance(name, str):
            raise Violation(BAD_MESSAGE, "Bad `complete`: `id` is a string")
        operation = self._operations.pop(name, None)
        if operation is not None and operation.task is not None:
            operation.task.cancel()

    # time

    async def _await_init(self) -> None:
        await asyncio.sleep(self._pace.init_within)
        if not self._initialised:
            await self.close(INIT_TIMEOUT, "Connection initialisation timeout")

    async def _keep_alive(self) -> None:
        """Pings are WebSocket frames: every client library answers those by itself."""
        while True:
            await asyncio.sleep(self._pace.ping_every)
            self._pong.clear()
            try:
                async with asyncio.timeout(self._pace.pong_within):
                    await self._socket.ping()
                    await self._pong.wait()
            except TimeoutError:
                self.abort()
                return
            except (RuntimeError, ConnectionError):
                return

    # the end

    async def _send(self, content: bytes, kind: WSMsgType) -> None:
        await self.deliver(content, lambda frame: self._socket.send_frame(frame, kind), self._pace.send_within)

    async def _close(self, code: int, reason: str) -> None:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(self._pace.close_within):
                await self._socket.close(code=code, message=_reason(reason))
        if self.unsent:
            self.abort()

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._closing is not None:
            await self._closing

    def _spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _reason(text: str) -> bytes:
    """A close frame holds 123 bytes of text at most."""
    return text.encode("utf-8", "replace")[:123].decode("utf-8", "ignore").encode()
