"""The JavaScript client most people use, against a whole server."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import models
from gql.ids import to_global
from tests.server.little import until
from tests.server.shops import Client, as_of, client, quiet, serving, token_of
from tests.shop import Shop

HERE = Path(__file__).parent
COMMENT = """
    mutation($id: ID!, $body: String!) {
        orderCommentAdd(input: { orderId: $id, body: $body }) { userErrors { message } comment { id } }
    }
"""
EACH, ORDERS = 20, 6


@pytest.fixture
async def shop(orm):
    return await Shop.open()


class Follower:
    """tests/node/follow.mjs."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def got_by(self, event: str) -> dict:
        """What it got, once it got this event."""
        self.tell(event)
        said, complained = await self._process.communicate()
        assert self._process.returncode == 0, complained.decode()
        return json.loads(said)

    def tell(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n".encode())


@asynccontextmanager
async def following(**options: object) -> AsyncIterator[Follower]:
    """A follower that follows when the block begins; killed at its end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        "node", HERE / "follow.mjs", cwd=HERE, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        follower = Follower(process)
        follower.tell(json.dumps(options))
        assert await process.stdout.readline() == b"following\n"
        yield follower
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def busy(api: Client, shop: Shop, order: models.Order) -> None:
    for number in range(EACH):
        answer = await api.ask(COMMENT, id=shop.id(order), body=f"Comment {number}")
        assert answer["orderCommentAdd"]["userErrors"] == []


@pytest.mark.node
async def test_a_graphql_ws_client_that_is_cut_off_again_and_again_misses_nothing(shop, database_url):
    orders = [await shop.order(("MUG", 1)) for _ in range(ORDERS)]
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        start, after = await models.OrderEvent.all().count(), await as_of(api)
        options = {
            "url": f"{server.url.replace('http', 'ws')}/graphql",
            "token": token_of(database_url, shop.agent),
            "after": after,
            "every": 7,
        }
        async with following(**options) as follower:
            await asyncio.gather(*(busy(api, shop, order) for order in orders))
            await quiet()
            keys = await models.OrderEvent.all().order_by("position").offset(start).values_list("id", flat=True)
            log = [to_global("OrderEvent", key) for key in keys]
            told = await follower.got_by(log[-1])
        await until(lambda: server.hub.followers == 0)

    assert list(dict.fromkeys(told["got"])) == log
    assert len(log) == EACH * ORDERS
    assert told["connections"] > len(log) // 7
