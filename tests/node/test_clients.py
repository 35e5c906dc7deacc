"""The JavaScript clients that front ends are written with, each on a visit to a whole server."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

import models
from gql.ids import to_global
from tests.server.shops import quiet, serving, token_of

HERE = Path(__file__).parent
COMMENTS = 10


async def visit(**options: object) -> dict:
    """What came of a visit (tests/node/visit.mjs)."""
    process = await asyncio.create_subprocess_exec(
        "node", HERE / "visit.mjs", cwd=HERE, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        said, complained = await asyncio.wait_for(process.communicate(json.dumps(options).encode()), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, complained.decode()
    return json.loads(said)


@pytest.mark.node
@pytest.mark.parametrize("name", ["apollo", "urql", "graphql-ws"])
async def test_a_client_asks_acts_is_refused_follows_and_misses_nothing_when_cut_off(shop, database_url, name):
    order = await shop.order(("MUG", 1))
    before = await models.OrderEvent.all().count()
    options = {
        "client": name,
        "token": token_of(database_url, shop.agent),
        "order": shop.id(order),
        "comments": COMMENTS,
    }

    async with serving(database_url) as server:
        await quiet()
        told = await visit(url=server.url, **options)
    keys = await models.OrderEvent.all().order_by("position").offset(before).values_list("id", flat=True)

    assert told["page"]["order"]["number"] == order.number
    assert told["once"]["data"]["orderCommentAdd"]["receipt"] == {"replayed": False, **typed("Receipt", name)}
    assert told["again"]["data"]["orderCommentAdd"]["receipt"]["replayed"] is True
    refused = told["refused"]["data"]["orderCommentAdd"]
    assert [error["code"] for error in refused["userErrors"]] == ["INVALID_INPUT"]
    assert refused["comment"] is None
    assert [error["extensions"]["code"] for error in told["wrong"]["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert told["live"] == [to_global("OrderEvent", key) for key in keys]
    assert len(keys) == COMMENTS + 1
    assert told["unbegun"][0]["extensions"]["code"] == "MALFORMED_CURSOR"
    assert told["sockets"] > COMMENTS // 3


def typed(name: str, client: str) -> dict[str, str]:
    """What clients with a cache add to each object."""
    return {} if client == "graphql-ws" else {"__typename": name}
