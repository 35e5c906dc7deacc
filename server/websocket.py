"""The graphql-transport-ws protocol over one socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from aiohttp import WSMessage, WSMsgType, web

from server import wire
from server.authentication import Identity, identify
from server.errors import Code, public
from server.logs import LOG, NOTES
from server.operation import Gone, Operation, Request
from server.program import Program
from server.tokens import LEEWAY, TokenRefused

PROTOCOL: Final = "graphql-transport-ws"
MOST_FRAME: Final = 64 * 1024
"""Bytes."""
MOST_OPERATIONS: Final = 50

BAD_MESSAGE, UNAUTHORIZED, FORBIDDEN, BAD_PROTOCOL = 4400, 4401, 4403, 4406
INIT_TIMEOUT, DUPLICATE, TOO_MANY_INITS = 4408, 4409, 4429
RESTART, TRY_LATER = 1012, 1013

Message = Mapping[str, object]
Sessions = set["Session"]
SESSIONS: Final[web.AppKey[Sessions]] = web.AppKey("sessions", Sessions)


class Violation(Exception):
    """A message that ends the socket, with the code and reason it is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Session:
    """One socket from its first frame to its last.

    A message that breaks the protocol closes the socket with the protocol's code; a document that fails ends
    its own operation only. A peer that answers no ping or takes no bytes for ten seconds is cut off.
    """

    def __init__(self, program: Program, request: web.Request) -> None:
        self._program = program
        self._request = request
        self._pace = program.pace
        self._socket = web.WebSocketResponse(
            protocols=[PROTOCOL],
            compress=False,
            autoping=False,
            max_msg_size=MOST_FRAME,
            timeout=program.pace.close_within,
        )
        self._identity: Identity | None = None
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
        sessions.add(self)
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
            sessions.discard(self)
            await self._leave()
        return self._socket

    async def close(self, code: int, reason: str) -> None:
        """Closes in an orderly way, or cuts the connection when the peer takes longer than two seconds."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason))
        await asyncio.shield(self._closing)

    async def restart(self) -> None:
        """Lets queries and mutations under way finish (two seconds at most), then closes with 1012."""
        self._leaving = True
        tasks = [each.task for each in self._operations.values() if each.task is not None and not each.is_stream]
        if tasks:
            await asyncio.wait(tasks, timeout=self._pace.finish_within)
        await self.close(RESTART, "The server restarts")

    async def send(self, message: Message) -> None:
        """Raises Gone when the peer left, or took no bytes for ten seconds (it is cut off then)."""
        await self._send(wire.dumps(message), WSMsgType.TEXT)

    def forget(self, operation: Operation) -> None:
        """Frees the operation's id for reuse."""
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]

    # messages

    async def _guard(self, frame: WSMessage) -> None:
        try:
            await self._frame(frame)
        except Violation as broken:
            await self.close(broken.code, broken.reason)

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
        self._identity = identity
        notes = NOTES.get()
        if notes is not None:
            notes.viewer = str(identity.claims.subject)
        self._spawn(self._expire(identity.claims.expires_at))
        await self.send({"type": "connection_ack"})

    async def _ping(self, message: Message) -> None:
        payload = message.get("payload")
        await self.send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def _ignore(self, message: Message) -> None:
        pass

    async def _subscribe(self, message: Message) -> None:
        if self._identity is None:
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
        operation = Operation(name, request, self._program, self._identity, self)
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

    async def _expire(self, at: datetime) -> None:
        await asyncio.sleep((at + LEEWAY - datetime.now(UTC)).total_seconds())
        await self.close(FORBIDDEN, "Forbidden: the token has expired")

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
                self._abort()
                return
            except (RuntimeError, ConnectionError):
                return

    # the end

    async def _send(self, content: bytes, kind: WSMsgType) -> None:
        try:
            async with asyncio.timeout(self._pace.send_within):
                await self._socket.send_frame(content, kind)
        except TimeoutError:
            self._abort()
            raise Gone from None
        except (RuntimeError, ConnectionError):
            raise Gone from None

    async def _close(self, code: int, reason: str) -> None:
        transport = self._request.transport
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(self._pace.close_within):
                await self._socket.close(code=code, message=_reason(reason))
        if transport is not None and transport.get_write_buffer_size():
            transport.abort()  # closing politely would wait for the peer to read

    def _abort(self) -> None:
        transport = self._request.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

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


async def drain(app: web.Application) -> None:
    """Tells every client that the server restarts; done within the grace even if some do not read."""
    sessions = app[SESSIONS]
    await asyncio.gather(*(session.restart() for session in tuple(sessions)))


def _reason(text: str) -> bytes:
    """A close frame holds 123 bytes of text at most."""
    return text.encode("utf-8", "replace")[:123].decode("utf-8", "ignore").encode()
