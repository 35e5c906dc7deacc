"""Health, GraphiQL, headers and origins."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from aiohttp import WSServerHandshakeError
from graphql import parse

from server.app import build
from server.examples import EXAMPLES
from tests.server.little import CANARY, PROTOCOL, bearer, program, settings

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FOREIGN, KNOWN = "https://evil.example", "https://shop.example"


async def fine() -> str | None:
    return None


async def behind() -> str | None:
    return "the feed is 7 s behind"


async def fails() -> str | None:
    raise ConnectionError(CANARY)


async def hangs() -> str | None:
    await asyncio.Event().wait()
    return None


@pytest.fixture
async def shop(aiohttp_client):
    """A server that lets pages of one foreign origin in."""
    return await aiohttp_client(build(program(settings=settings(allowed_origins=KNOWN))))


async def test_a_living_process_says_so_to_anybody(stranger):
    answer = await stranger.get("/healthz")

    assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_a_ready_server_says_how_each_check_went(aiohttp_client):
    client = await aiohttp_client(build(program(checks={"database": fine, "feed": fine})))

    answer = await client.get("/readyz")

    assert answer.status == 200
    assert await answer.json() == {"status": "ok", "checks": {"database": "ok", "feed": "ok"}}


async def test_a_server_that_is_not_ready_says_why_without_secrets(aiohttp_client):
    client = await aiohttp_client(
        build(program(checks={"ok": fine, "feed": behind, "database": fails, "redis": hangs}))
    )

    answer = await client.get("/readyz")

    assert answer.status == 503
    assert await answer.json() == {
        "status": "unavailable",
        "checks": {
            "ok": "ok",
            "feed": "the feed is 7 s behind",
            "database": "failed",
            "redis": "no answer within 2 s",
        },
    }


async def test_a_browser_gets_graphiql_whose_files_all_come_from_here(stranger):
    page = await stranger.get("/graphql", headers=HTML)

    text = await page.text()
    files = re.findall(r'(?:src|href)="(/[^"]+)"', text)
    assert (page.status, page.content_type) == (200, "text/html")
    assert len(files) == 7
    assert "http://" not in text
    assert "https://" not in text
    for file in files:
        asset = await stranger.get(file)
        assert asset.status == 200
        assert "immutable" in asset.headers["Cache-Control"]
        assert asset.headers["X-Content-Type-Options"] == "nosniff"


async def test_graphiql_runs_no_script_but_its_files(stranger):
    page = await stranger.get("/graphql", headers=HTML)

    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=", await page.text())


@pytest.mark.parametrize(
    "path", ["x/graphiql.js", "{version}/secret.py", "{version}/..%2f..%2fsettings.py", "{version}/"]
)
async def test_only_the_files_of_graphiql_are_given_out(stranger, path):
    text = await (await stranger.get("/graphql", headers=HTML)).text()
    version = re.search(r"/graphiql/assets/(\w+)/", text)[1]

    answer = await stranger.get(f"/graphiql/assets/{path.format(version=version)}")

    assert answer.status == 404


async def test_graphiql_can_be_switched_off(aiohttp_client):
    client = await aiohttp_client(build(program(settings=settings(graphiql=False))))

    page = await client.get("/graphql", headers=HTML)

    assert (page.status, page.content_type) == (401, "application/json")


async def test_a_query_in_the_address_is_answered_even_in_a_browser(client):
    answer = await client.get("/graphql", params={"query": "{hello}"}, headers=HTML)

    assert answer.content_type == "application/json"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/graphql", "/nothing"])
async def test_every_answer_forbids_frames_guessing_and_telling_where_one_came_from(stranger, path):
    answer = await stranger.get(path)

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "origin", [FOREIGN, "null", "https://shop.example.evil.example", "http://shop.example", "https://["]
)
async def test_a_page_of_a_foreign_origin_may_not_call(shop, origin):
    answer = await shop.post("/graphql", json={"query": "{hello}"}, headers={**bearer(), "Origin": origin})

    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert (await answer.json())["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_page_of_an_allowed_origin_may_call_and_read_the_answer_also_a_refusal(shop):
    answered = await shop.post("/graphql", json={"query": "{hello}"}, headers={**bearer(), "Origin": KNOWN})
    refused = await shop.post("/graphql", json={"query": "{hello}"}, headers={"Origin": KNOWN})

    assert (answered.status, refused.status) == (200, 401)
    for answer in (answered, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == KNOWN
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_page_of_this_very_host_may_call(stranger):
    here = f"http://{stranger.host}:{stranger.port}"

    answer = await stranger.post("/graphql", json={"query": "{hello}"}, headers={**bearer(), "Origin": here})

    assert answer.status == 200


@pytest.mark.parametrize(("origin", "status"), [(KNOWN, 204), (FOREIGN, 403)])
async def test_a_preflight_is_answered_for_allowed_origins_only(shop, origin, status):
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
    }

    answer = await shop.options("/graphql", headers={"Origin": origin, **asks})

    assert answer.status == status
    allowed = answer.headers.get("Access-Control-Allow-Headers", "").split(", ")
    assert ({"Authorization", "Content-Type", "Last-Event-ID"} <= set(allowed)) is (status == 204)


@pytest.mark.parametrize("origin", [FOREIGN, "null"])
async def test_a_page_of_a_foreign_origin_may_not_open_a_socket(shop, origin):
    with pytest.raises(WSServerHandshakeError) as refused:
        await shop.ws_connect("/graphql", protocols=[PROTOCOL], headers={"Origin": origin})

    assert refused.value.status == 403


async def test_allowed_pages_this_host_and_programs_may_open_sockets(shop):
    here = f"http://{shop.host}:{shop.port}"

    for headers in ({"Origin": KNOWN}, {"Origin": here}, {}):
        socket = await shop.ws_connect("/graphql", protocols=[PROTOCOL], headers=headers)
        await socket.send_json({"type": "connection_init", "payload": bearer()})
        assert await socket.receive_json() == {"type": "connection_ack"}


def test_the_documents_graphiql_opens_with_are_documents():
    for example in EXAMPLES:
        parse(example.query)
        assert not example.variables or isinstance(json.loads(example.variables), dict)
