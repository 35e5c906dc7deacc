"""A server may die at any moment: what was sent under a key is done once."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

import models
from tests.server.commands import Served, served
from tests.server.shops import client, token_of
from tests.shop import Shop

CALLS = 24
ANSWERS_BEFORE_A_KILL = 5
COMMENT = """
    mutation($id: ID!, $body: String!) {
      orderCommentAdd(input: {orderId: $id, body: $body}, guard: {idempotencyKey: $body}) {
        userErrors { code } comment { id body }
      }
    }
"""


async def call_until_killed(server: Served, token: str, order_id: str, answers: dict[int, Any]) -> None:
    """Everybody calls at once; after some answers the server is gone."""
    enough = asyncio.Event()

    async def call(n: int) -> None:
        try:
            async with client(server.url, token) as api:
                answers[n] = await api.ask(COMMENT, id=order_id, body=f"call {n}")
        except (aiohttp.ClientError, ConnectionError):
            return
        if len(answers) % ANSWERS_BEFORE_A_KILL == 0:
            enough.set()

    calling = asyncio.gather(*(call(n) for n in range(CALLS) if n not in answers))
    calling.add_done_callback(lambda _: enough.set())
    await enough.wait()
    server.process.kill()
    await calling
    await server.process.wait()


async def test_killed_while_it_writes_nothing_is_lost_or_doubled_once_all_calls_were_repeated(
    shop: Shop, database_url: str
) -> None:
    order = await shop.order()
    token, order_id = token_of(database_url, shop.agent), shop.id(order)
    answers: dict[int, Any] = {}

    for _ in range(2):
        async with served(database_url) as server:
            await call_until_killed(server, token, order_id, answers)
    async with served(database_url) as server, client(server.url, token) as api:
        again = [await api.ask(COMMENT, id=order_id, body=f"call {n}") for n in range(CALLS)]

    bodies = await models.Comment.filter(order_id=order.id).values_list("body", flat=True)
    assert sorted(bodies) == sorted(f"call {n}" for n in range(CALLS))
    assert {n: again[n] for n in answers} == answers
    assert len(await shop.events(order)) == (await shop.now(order)).version
