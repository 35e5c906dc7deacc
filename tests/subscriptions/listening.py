"""Subscribers of the shop's feed, as the server runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from domain.access import Viewer
from gql.context import Context
from models import OrderEvent
from server.schema import schema
from subscriptions.core.hub import Hub
from tests.shop import Shop


class Heard:
    """What one subscriber gets."""

    def __init__(self) -> None:
        self._results: asyncio.Queue[Any] = asyncio.Queue()

    async def next(self) -> Any:
        """The next thing pushed."""
        result = await self._results.get()
        assert not result.errors, result.errors
        (pushed,) = result.data.values()
        return pushed

    async def several(self, count: int) -> list[Any]:
        return [await self.next() for _ in range(count)]

    async def until(self, type_: str) -> list[Any]:
        """Everything up to and with the first event of a type; the document must ask for it."""
        got = [await self.next()]
        while got[-1]["event"]["type"] != type_:
            got.append(await self.next())
        return got

    async def end(self) -> dict[str, Any]:
        """`extensions` of the error that ends it."""
        result = await self._results.get()
        assert result.data is None
        (error,) = result.errors
        return {"message": error.message, **error.extensions}

    async def read(self, stream: AsyncIterator[Any]) -> None:
        async for result in stream:
            self._results.put_nowait(result)

    @property
    def begun(self) -> bool:
        return not self._results.empty()


@asynccontextmanager
async def listening(
    shop: Shop, hub: Hub, viewer: Viewer, document: str, /, **variables: Any
) -> AsyncIterator[Heard]:
    """A subscriber that follows, or has been refused, when the block begins; what happened before is not news."""
    await settled(shop, hub)
    heard, already = Heard(), hub.followers
    task = asyncio.create_task(heard.read(await stream(shop, hub, viewer, document, **variables)))
    while hub.followers == already and not heard.begun and not task.done():  # noqa: ASYNC110  # nothing tells us
        await asyncio.sleep(0.001)
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def stream(shop: Shop, hub: Hub, viewer: Viewer, document: str, /, **variables: Any) -> Any:
    """The results of a subscription; begins with the first one asked for."""
    context = Context(viewer=viewer, world=shop.world, hub=hub, log=shop.log, request_id="request-1")
    return await schema.stream(document, variable_values=variables, context_value=context)


async def refusal(shop: Shop, hub: Hub, viewer: Viewer, document: str, /, **variables: Any) -> dict[str, Any]:
    """`extensions` and message of the error a subscription is refused with."""
    async with listening(shop, hub, viewer, document, **variables) as heard:
        return await heard.end()


async def settled(shop: Shop, hub: Hub) -> None:
    """Wait until everything that happened has its place and the hub has read it."""
    while await OrderEvent.filter(position=None).exists() or hub.head != await shop.log.head():  # noqa: ASYNC110
        await asyncio.sleep(0.002)


async def as_of(shop: Shop, hub: Hub, viewer: Viewer) -> str:
    """Where the feed stands, as a page says it."""
    await settled(shop, hub)
    answer = await shop.ask(viewer, "{ orders(first: 1) { asOf } }")
    return str(answer.data["orders"]["asOf"])
