"""Server-sent events."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from datetime import timedelta

import pytest

from server.app import build
from server.program import Pace
from server.sessions import SESSIONS
from server.tokens import Subject
from tests.server.little import CANARY, PROTOCOL, bearer, program, settings, token, until
from tests.server.reading import EVENTS, Event, Events, streaming

URQL = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
COMPLETE = Event("complete", None, None)
OTHER = Subject("user", 8)


def next_of(**data: object) -> Event:
    return Event("next", {"data": data}, None)


async def patient(aiohttp_client, connections: int = 20, **pace: float):
    made = program(settings=settings(connections=connections), pace=Pace(**pace))
    return await aiohttp_client(build(made), headers=bearer())


async def test_a_subscription_delivers_in_order_and_completes(client):
    query = "subscription($n: Int!) { ticks(n: $n) }"

    async with streaming(client, query, variables={"n": 2}) as events:
        got = await events.rest()

    assert got == [next_of(ticks=0), next_of(ticks=1), COMPLETE]


async def test_the_lines_are_those_of_the_protocol(client):
    answer = await client.post(
        "/graphql", json={"query": "subscription { ticks(n: 1) }"}, headers={"Accept": EVENTS}
    )

    assert await answer.read() == b':\n\nevent: next\ndata: {"data":{"ticks":0}}\n\nevent: complete\ndata: \n\n'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"]


async def test_a_subscription_may_be_asked_for_by_address_as_event_sources_do(client):
    params = {"query": "subscription($n: Int!) { ticks(n: $n) }", "variables": '{"n":1}'}

    async with client.get("/graphql", params=params, headers={"Accept": EVENTS}) as answer:
        got = await Events(answer).rest()

    assert got == [next_of(ticks=0), COMPLETE]


@pytest.mark.parametrize(
    ("query", "data"), [("{ who }", {"who": "Ada"}), ('mutation { shout(text: "x") }', {"shout": "X"})]
)
async def test_a_client_that_reads_only_streams_gets_queries_and_mutations_as_one_event(client, query, data):
    async with streaming(client, query) as events:
        got = await events.rest()

    assert got == [next_of(**data), COMPLETE]


async def test_a_mutation_by_address_changes_nothing(client):
    params = {"query": 'mutation { shout(text: "x") }'}

    async with client.get("/graphql", params=params, headers={"Accept": EVENTS}) as answer:
        refused, end = await Events(answer).rest()

    assert refused.data["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "data" not in refused.data
    assert end == COMPLETE


@pytest.mark.parametrize("accept", [URQL, f"{EVENTS}, application/json", f"{EVENTS};q=0.1, */*"])
async def test_a_client_that_reads_both_gets_streams_for_subscriptions_only(client, accept):
    query = await client.post("/graphql", json={"query": "{ who }"}, headers={"Accept": accept})
    refused = await client.post("/graphql", json={"query": "{"}, headers={"Accept": accept})
    async with streaming(client, "subscription { ticks(n: 1) }", headers={"Accept": accept}) as events:
        got = await events.rest()

    assert await query.json(content_type=None) == {"data": {"who": "Ada"}}
    assert "json" in refused.headers["Content-Type"]
    assert got == [next_of(ticks=0), COMPLETE]


@pytest.mark.parametrize("accept", ["*/*", "text/*", "application/json"])
async def test_who_does_not_name_streams_is_told_how_to_subscribe(client, accept):
    answer = await client.post("/graphql", json={"query": "subscription { ticks }"}, headers={"Accept": accept})

    assert answer.status == (406 if accept == "text/*" else 400)
    assert EVENTS in (await answer.json())["errors"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"headers": {"Authorization": "Bearer x"}}, 401),
        ({"headers": {"Content-Type": "text/plain"}}, 415),
        ({"headers": {"Origin": "https://evil.example"}}, 403),
        ({"data": b"[]"}, 400),
        ({"data": b" " * 300_000}, 413),
    ],
)
async def test_a_request_that_is_none_is_refused_with_its_status_in_json(client, changes, status):
    headers = {"Accept": EVENTS, "Content-Type": "application/json", **changes.get("headers", {})}
    body = changes.get("data", b'{"query":"subscription { ticks }"}')

    answer = await client.post("/graphql", data=body, headers=headers)

    assert answer.status == status
    assert (await answer.json())["errors"][0]["extensions"]["requestId"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n: Int!) { ticks(n: $n) }", "BAD_REQUEST"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("{" + "hello " * 2000 + "}", "GRAPHQL_PARSE_FAILED"),
        ("subscription { resetAt(n: 0) }", "STREAM_RESET"),
    ],
)
async def test_a_refused_document_is_told_in_the_stream_because_its_clients_read_nothing_else(client, query, code):
    async with streaming(client, query) as events:
        refused, end = await events.rest()

    assert (refused.name, refused.id, end) == ("next", None, COMPLETE)
    assert refused.data["errors"][0]["extensions"]["code"] == code
    assert refused.data["errors"][0]["extensions"]["requestId"] == events.answer.headers["X-Request-Id"]
    assert "data" not in refused.data


async def test_an_error_of_the_source_is_the_last_event_before_the_end(client):
    async with streaming(client, "subscription { resetAt(n: 2) }") as events:
        *got, failed, end = await events.rest()

    assert [event.data for event in got] == [{"data": {"resetAt": 0}}, {"data": {"resetAt": 1}}]
    assert failed.data["errors"][0]["extensions"]["reason"] == "TOO_FAR"
    assert end == COMPLETE


async def test_a_source_that_breaks_tells_nothing_of_what_went_wrong(client):
    async with streaming(client, "subscription { breaks }") as events:
        got = await events.rest()

    assert got[-2].data["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert CANARY not in json.dumps([event.data for event in got])


async def test_a_failing_field_spoils_neither_its_event_nor_the_stream(client):
    async with streaming(client, "subscription { half { fine broken } }") as events:
        event, end = await events.rest()

    assert event.data["data"] == {"half": {"fine": 1, "broken": None}}
    assert event.data["errors"][0]["path"] == ["half", "broken"]
    assert end == COMPLETE


async def test_text_cannot_break_out_of_its_event(client):
    text = "x\n\nevent: complete\ndata: \r\u2028\ud800"

    async with streaming(client, "query($t: String!) { hello(name: $t) }", variables={"t": text}) as events:
        event, end = await events.rest()

    assert event.data == {"data": {"hello": f"hello {text}"}}
    assert end == COMPLETE


async def test_a_quiet_stream_is_kept_alive_by_comments(aiohttp_client):
    client = await patient(aiohttp_client, beat_every=0.01)

    async with streaming(client, "subscription { quiet }") as events:
        assert (await events.next()).name == "next"
        comments = [await events.any() for _ in range(3)]

    assert comments == [Event(None, None, None)] * 3


async def test_the_end_of_the_token_ends_the_stream_without_completing_it(aiohttp_client):
    client = await aiohttp_client(build(program()), headers=bearer(ttl=timedelta(seconds=-4)))

    async with streaming(client, "subscription { quiet }") as events:
        got = await events.rest()

    assert [event.name for event in got] == ["next"]


async def test_a_restart_ends_every_stream_without_completing_it_so_that_clients_come_back(client):
    async with (
        streaming(client, "subscription { quiet }") as one,
        streaming(client, "subscription { quiet }") as other,
    ):
        assert [(await events.next()).name for events in (one, other)] == ["next", "next"]
        restart = asyncio.create_task(client.server.close())
        got = await one.rest() + await other.rest()
        await restart

    assert got == []


async def test_a_restart_waits_for_the_mutation_under_way(client):
    async with streaming(client, "{ slow(seconds: 0.3) }") as events:
        restart = asyncio.create_task(client.server.close())
        got = await events.rest()
        await restart

    assert got == [next_of(slow="done"), COMPLETE]


async def test_sockets_and_streams_of_one_user_are_counted_together(aiohttp_client):
    client = await patient(aiohttp_client, connections=2)
    async with streaming(client, "subscription { quiet }") as events:
        socket = await client.ws_connect("/graphql", protocols=[PROTOCOL])
        await socket.send_json({"type": "connection_init", "payload": bearer()})
        await socket.receive_json()

        refused = await client.post(
            "/graphql", json={"query": "subscription { quiet }"}, headers={"Accept": EVENTS}
        )
        another = await client.ws_connect("/graphql", protocols=[PROTOCOL])
        await another.send_json({"type": "connection_init", "payload": bearer()})
        await another.receive()
        await socket.close()
        await until(lambda: len(client.server.app[SESSIONS]) == 1)
        async with streaming(client, "subscription { quiet }") as again:
            taken = await again.next()
        await events.next()

    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    assert (await refused.json())["errors"][0]["extensions"]["code"] == "TOO_MANY_CONNECTIONS"
    assert another.close_code == 1013
    assert taken.name == "next"


async def test_another_user_is_not_held_up_by_who_has_too_many_connections(aiohttp_client):
    client = await patient(aiohttp_client, connections=1)

    async with streaming(client, "subscription { quiet }"):
        other = {"Authorization": f"Bearer {token(ttl=timedelta(minutes=1), subject=OTHER)}"}
        async with streaming(client, "subscription { quiet }", headers=other) as events:
            got = await events.next()

    assert got.name == "next"


async def test_streams_that_come_and_go_leave_nothing_behind(aiohttp_client):
    client = await patient(aiohttp_client, look_every=0.01)
    sessions = client.server.app[SESSIONS]

    for way in range(200):
        async with streaming(client, "subscription { quiet }") as events:
            await events.next()
            if way % 2:
                events.cut()
        await until(lambda: len(sessions) < 10)
    await until(lambda: not sessions)

    left = [task for task in asyncio.all_tasks() if "Operation" in repr(task) or "Stream" in repr(task)]
    assert left == []
    assert not sessions._each


async def stalled(client) -> sockets.socket:
    """A client that asks for a flood and then reads nothing."""
    loop = asyncio.get_running_loop()
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await loop.sock_connect(raw, (client.host, client.port))
    request = (
        f"GET /graphql?query=subscription%7Bflood%7D HTTP/1.1\r\nHost: {client.host}:{client.port}\r\n"
        f"Accept: {EVENTS}\r\nAuthorization: {bearer()['Authorization']}\r\n\r\n"
    )
    await loop.sock_sendall(raw, request.encode())
    return raw


async def test_a_client_that_does_not_read_is_cut_off(aiohttp_client):
    client = await patient(aiohttp_client, send_within=0.2)
    sessions = client.server.app[SESSIONS]

    with await stalled(client):
        await until(lambda: len(sessions) == 1)
        await until(lambda: not sessions)

    assert not sessions


async def test_a_client_that_does_not_read_cannot_hold_up_a_restart(aiohttp_client):
    client = await patient(aiohttp_client, close_within=0.2)
    sessions = client.server.app[SESSIONS]

    with await stalled(client):
        await until(lambda: len(sessions) == 1)
        await asyncio.sleep(0.2)
        await client.server.close()

    assert not sessions
