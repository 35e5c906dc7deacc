"""Readers of server-sent events from node, against a whole server."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE

import pytest

import models
from gql.ids import to_global
from tests.node.test_graphql_ws import EACH, HERE, ORDERS, Follower, busy
from tests.server.little import until
from tests.server.shops import as_of, client, quiet, serving, token_of
from tests.shop import Shop


@pytest.mark.node
@pytest.mark.parametrize("reader", ["graphql-sse", "events"])
async def test_a_stream_that_is_cut_off_again_and_again_misses_nothing_and_gets_nothing_twice(
    orm, database_url, reader
):
    shop = await Shop.open()
    token = token_of(database_url, shop.agent)
    orders = [await shop.order(("MUG", 1)) for _ in range(ORDERS)]
    async with serving(database_url) as server, client(server.url, token) as api:
        start, after = await models.OrderEvent.all().count(), await as_of(api)
        options = {"url": f"{server.url}/graphql", "token": token, "after": after, "every": 7, "reader": reader}
        process = await asyncio.create_subprocess_exec(
            "node", HERE / "stream.mjs", cwd=HERE, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        try:
            follower = Follower(process)
            follower.tell(json.dumps(options))
            assert await process.stdout.readline() == b"following\n"
            await asyncio.gather(*(busy(api, shop, order) for order in orders))
            await quiet()
            keys = await models.OrderEvent.all().order_by("position").offset(start).values_list("id", flat=True)
            log = [to_global("OrderEvent", key) for key in keys]
            told = await follower.got_by(log[-1])
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await until(lambda: server.hub.followers == 0)

    assert told["got"] == log
    assert len(log) == EACH * ORDERS
    assert told["connections"] > len(log) // 7
