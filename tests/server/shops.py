"""Whole servers, assembled as `ordergraph serve` does, and their clients."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from domain.access import Viewer
from models import OrderEvent
from operations.system import system_viewer
from server.app import build
from server.assembly import PACE, assemble
from server.program import Pace
from server.settings import Settings
from server.tokens import Subject, issue
from subscriptions.core.hub import Hub
from subscriptions.core.place import Place
from tests.server.little import PROTOCOL, SECRET


def settings_of(url: str) -> Settings:
    return Settings(database_url=url, secret=SECRET)


def token_of(url: str, viewer: Viewer, ttl: timedelta = timedelta(minutes=5)) -> str:
    subject = Subject.user(viewer.user_id) if viewer.user_id else Subject.client(viewer.api_client_id)
    return issue(settings_of(url), subject, ttl)


@dataclass
class Server:
    """A server in this process, or its address in another."""

    url: str
    hub: Hub | None = None


@asynccontextmanager
async def serving(database_url: str, pace: Pace = PACE) -> AsyncIterator[Server]:
    """A server of this process, on a free port; several may run, even on one database."""
    started, stop = asyncio.get_running_loop().create_future(), asyncio.Event()
    task = asyncio.create_task(_serve(database_url, pace, started, stop))
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if task.done():
            await task
        yield await started
    finally:
        stop.set()
        await task


async def _serve(database_url: str, pace: Pace, started: asyncio.Future[Server], stop: asyncio.Event) -> None:
    """In a task of its own: a server's database belongs to the task that opened it."""
    program = assemble(settings_of(database_url), pace=pace)
    runner = web.AppRunner(build(program), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        context: Any = program.make_context(system_viewer(), "", Place())
        started.set_result(Server(f"http://127.0.0.1:{runner.addresses[0][1]}", context.hub))
        await stop.wait()
    finally:
        await runner.cleanup()


class Client:
    """Somebody with a token."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = f"{url}/graphql"
        self._bearer = {"Authorization": f"Bearer {token}"}

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of a query or mutation; fails on errors."""
        body = {"query": query, "variables": variables}
        async with self._session.post(self._url, json=body, headers=self._bearer) as response:
            answer = await response.json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def subscribe(self, query: str, **variables: Any) -> Subscriber:
        socket = await self._session.ws_connect(self._url, protocols=[PROTOCOL])
        await socket.send_json({"type": "connection_init", "payload": self._bearer})
        assert await socket.receive_json() == {"type": "connection_ack"}
        subscriber = Subscriber(socket)
        await subscriber.again(query, **variables)
        return subscriber


@dataclass
class Subscriber:
    """One subscription on one socket."""

    socket: aiohttp.ClientWebSocketResponse

    async def again(self, query: str, **variables: Any) -> None:
        """Subscribe once the one before has ended."""
        payload = {"query": query, "variables": variables}
        await self.socket.send_json({"type": "subscribe", "id": "1", "payload": payload})

    async def complete(self) -> None:
        """Unsubscribe."""
        await self.socket.send_json({"type": "complete", "id": "1"})

    async def next(self) -> Any:
        """What is pushed next."""
        message = json.loads(await self.socket.receive_str())
        assert message["type"] == "next", message
        (pushed,) = message["payload"]["data"].values()
        return pushed

    async def error(self) -> Any:
        message = json.loads(await self.socket.receive_str())
        assert message["type"] == "error", message
        return message["payload"][0]

    def cut(self) -> None:
        """The network goes away: no close frame."""
        self.socket._conn.transport.abort()


@asynccontextmanager
async def client(url: str, token: str) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, url, token)


async def as_of(api: Client) -> str:
    """Where the feed stands, with everything that happened so far behind it."""
    await quiet()
    answer = await api.ask("{ orders(first: 1) { asOf } }")
    return str(answer["orders"]["asOf"])


async def quiet() -> None:
    """Wait until everything that happened has its place in the feed."""
    while await OrderEvent.filter(position=None).exists():  # noqa: ASYNC110  # nothing tells us
        await asyncio.sleep(0.01)
