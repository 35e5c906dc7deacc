"""Server-sent events as a browser reads them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Event:
    """One event; a comment, or an id alone, has neither name nor data."""

    name: str | None
    data: Any
    id: str | None


class Events:
    """What comes over one answer."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self._events = parsed(answer)

    async def next(self) -> Event:
        """The next event that has a name."""
        async for event in self._events:
            if event.name is not None:
                return event
        raise EOFError

    async def any(self) -> Event:
        """The next event, comments included."""
        return await anext(self._events)

    async def rest(self) -> list[Event]:
        return [event async for event in self._events if event.name is not None]

    def cut(self) -> None:
        """The network goes away."""
        self.answer.connection.transport.abort()


async def parsed(answer: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    """Every block of lines; fails on a line end that is not LF."""
    fields: dict[str, str] = {}
    async for line in answer.content:
        assert b"\r" not in line
        text = line.decode().removesuffix("\n")
        if text:
            name, _, value = text.partition(":")
            fields[name] = value.removeprefix(" ")
            continue
        data = fields.get("data")
        yield Event(fields.get("event"), json.loads(data) if data else None, fields.get("id"))
        fields = {}


@asynccontextmanager
async def streaming(
    client: Any, query: str, *, path: str = "/graphql", headers: dict[str, str] | None = None, **more: object
) -> AsyncIterator[Events]:
    """A stream of an operation, by POST."""
    accepts = {"Accept": EVENTS, **(headers or {})}
    async with client.post(path, json={"query": query, **more}, headers=accepts) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        yield Events(answer)
