"""The audits of GraphQL over HTTP, against a whole server."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.server.shops import serving, token_of
from tests.shop import Shop

HERE = Path(__file__).parent


@pytest.mark.node
async def test_all_audits_of_graphql_over_http_pass(orm, database_url):
    shop = await Shop.open()
    async with serving(database_url) as server:
        endpoint = {"url": f"{server.url}/graphql", "token": token_of(database_url, shop.agent)}
        process = await asyncio.create_subprocess_exec(
            "node", HERE / "audit.mjs", json.dumps(endpoint), cwd=HERE, stdout=PIPE, stderr=PIPE
        )
        said, complained = await process.communicate()

    assert process.returncode == 0, complained.decode()
    audits = json.loads(said)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == 61
