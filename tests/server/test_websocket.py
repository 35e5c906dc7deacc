from __future__ import annotations

import asyncio
import json
import random
import socket as sockets
from contextlib import suppress
from datetime import timedelta

import pytest
from aiohttp import WSMsgType

from server.app import build
from server.program import Pace
from server.sessions import SESSIONS
from server.tokens import Subject
from server.websocket import MOST_AT_ONCE, MOST_FRAME, MOST_OPERATIONS
from tests.server.little import CANARY, PROTOCOL, bearer, program, token, until


async def opened(client, **kinds: object):
    socket = await client.ws_connect("/graphql", protocols=[PROTOCOL])
    await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token(**kinds)}"}})
    assert await socket.receive_json() == {"type": "connection_ack"}
    return socket


async def subscribe(socket, query: str, id: str = "1", **more: object) -> None:
    await socket.send_json({"id": id, "type": "subscribe", "payload": {"query": query, **more}})


async def until_the_end(socket) -> list[dict]:
    got = []
    while not got or got[-1]["type"] not in ("complete", "error"):
        got.append(await socket.receive_json())
    return got


async def closed_with(socket) -> int | None:
    while not socket.closed:
        await socket.receive()
    return socket.close_code


async def test_a_subscription_delivers_in_order_and_completes(stranger):
    socket = await opened(stranger)

    await subscribe(socket, "subscription($n: Int!) { ticks(n: $n) }", variables={"n": 2})

    assert await until_the_end(socket) == [
        {"id": "1", "type": "next", "payload": {"data": {"ticks": 0}}},
        {"id": "1", "type": "next", "payload": {"data": {"ticks": 1}}},
        {"id": "1", "type": "complete"},
    ]


async def test_the_token_may_be_given_under_its_http_name(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await socket.send_json({"type": "connection_init", "payload": bearer()})

    assert await socket.receive_json() == {"type": "connection_ack"}


async def test_queries_and_mutations_run_over_a_socket_too(stranger):
    socket = await opened(stranger)

    await subscribe(socket, "{ who }")
    query = await until_the_end(socket)
    await subscribe(socket, 'mutation { shout(text: "x") }')
    mutation = await until_the_end(socket)

    assert query[0]["payload"] == {"data": {"who": "Ada"}}
    assert mutation[0]["payload"] == {"data": {"shout": "X"}}
    assert [query[-1]["type"], mutation[-1]["type"]] == ["complete", "complete"]


async def test_every_operation_has_a_request_id_of_its_own(stranger):
    socket = await opened(stranger)

    ids = set()
    for _ in range(2):
        await subscribe(socket, "{ requestId }")
        ids.add((await until_the_end(socket))[0]["payload"]["data"]["requestId"])

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n: Int!) { ticks(n: $n) }", "BAD_REQUEST"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("{" + "hello " * 2000 + "}", "GRAPHQL_PARSE_FAILED"),
        ("", "BAD_REQUEST"),
    ],
)
async def test_a_bad_document_ends_its_own_operation_only(stranger, query, code):
    socket = await opened(stranger)
    await subscribe(socket, "subscription { quiet }", id="other")
    await socket.receive_json()

    await subscribe(socket, query)
    (refused,) = await until_the_end(socket)
    await subscribe(socket, "{ hello }")

    assert (refused["id"], refused["type"]) == ("1", "error")
    assert refused["payload"][0]["extensions"]["code"] == code
    assert (await until_the_end(socket))[0]["payload"] == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("before", [0, 1, 3])
async def test_an_error_of_the_source_reaches_the_client_as_the_end_whenever_it_comes(stranger, before):
    socket = await opened(stranger)

    await subscribe(socket, f"subscription {{ resetAt(n: {before}) }}")

    *events, end = await until_the_end(socket)
    assert [event["type"] for event in events] == ["next"] * before
    assert end["type"] == "error"
    facts = end["payload"][0]["extensions"]
    assert (facts["code"], facts["reason"]) == ("STREAM_RESET", "TOO_FAR")
    assert facts["requestId"]


async def test_a_source_that_breaks_tells_nothing_of_what_went_wrong(stranger):
    socket = await opened(stranger)

    await subscribe(socket, "subscription { breaks }")

    got = await until_the_end(socket)
    assert [message["type"] for message in got] == ["next", "error"]
    assert got[-1]["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert CANARY not in json.dumps(got)


async def test_a_failing_field_spoils_neither_its_event_nor_the_stream(stranger):
    socket = await opened(stranger)

    await subscribe(socket, "subscription { half { fine broken } }")

    event, end = await until_the_end(socket)
    assert event["payload"]["data"] == {"half": {"fine": 1, "broken": None}}
    assert event["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert CANARY not in json.dumps(event)
    assert end["type"] == "complete"


async def test_a_completed_operation_ends_and_its_id_is_free_at_once(stranger):
    socket = await opened(stranger)
    await subscribe(socket, "subscription { quiet }")
    await socket.receive_json()

    await socket.send_json({"id": "1", "type": "complete"})
    await subscribe(socket, "{ hello }")

    assert [message["type"] for message in await until_the_end(socket)] == ["next", "complete"]


async def test_the_payload_of_a_ping_comes_back(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await socket.send_json({"type": "ping", "payload": {"a": 1}})
    await socket.send_json({"type": "ping"})
    await socket.send_json({"type": "pong"})

    assert await socket.receive_json() == {"type": "pong", "payload": {"a": 1}}
    assert await socket.receive_json() == {"type": "pong"}


@pytest.mark.parametrize(
    "frame",
    [
        "[]",
        '"x"',
        "null",
        "1",
        "{",
        "",
        "[" * 10_000,
        "{}",
        '{"type":1}',
        '{"type":[]}',
        '{"type":"start"}',
        '{"type":"next","id":"1","payload":{}}',
        '{"type":"connection_ack"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","payload":{"query":"{hello}"}}',
        '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}',
        '{"type":"subscribe","id":"1","payload":3}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","operationName":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}","extensions":1}}',
        '{"type":"complete"}',
        '{"type":"complete","id":1}',
        '{"type":"ping","payload":1}',
    ],
)
async def test_a_message_that_breaks_the_protocol_closes_with_4400(stranger, frame):
    socket = await opened(stranger)

    await socket.send_str(frame)

    assert await closed_with(socket) == 4400


async def test_binary_frames_close_with_4400(stranger):
    socket = await opened(stranger)

    await socket.send_bytes(b'{"type":"ping"}')

    assert await closed_with(socket) == 4400


async def test_random_frames_never_break_the_connection_without_a_code(stranger):
    dice = random.Random(4711)
    atoms = [None, 1, "x", [], {}, "1", {"query": "{hello}"}, {"query": None}, ["subscribe"], "\ud800", 1e300]
    kinds = ["subscribe", "complete", "ping", "pong", "connection_init", "next", None, 7]

    codes = set()
    for _ in range(150):
        socket = await opened(stranger)
        message = {"type": dice.choice(kinds)}
        message |= {name: dice.choice(atoms) for name in ("id", "payload") if dice.random() < 0.8}
        await socket.send_str(json.dumps(message))
        await socket.send_json({"type": "ping"})
        while (received := await socket.receive()).type is WSMsgType.TEXT and json.loads(received.data)[
            "type"
        ] != "pong":
            pass
        codes.add(socket.close_code if received.type is not WSMsgType.TEXT else None)
        await socket.close()

    assert codes == {None, 4400, 4429}


async def test_a_frame_over_the_limit_closes_with_1009(stranger):
    socket = await opened(stranger)

    await socket.send_str('{"type":"ping","payload":{"a":"' + "a" * MOST_FRAME + '"}}')

    assert await closed_with(socket) == 1009


@pytest.mark.parametrize("kind", ["frames", "messages"])
async def test_a_flood_of_pings_closes_with_4400_before_others_have_to_wait(stranger, kind):
    socket = await opened(stranger)

    with suppress(ConnectionError):
        for _ in range(3 * MOST_AT_ONCE):
            await (socket.ping() if kind == "frames" else socket.send_str('{"type":"ping"}'))
    while not (await socket.receive()).type.name.startswith("CLOS"):
        pass

    assert socket.close_code == 4400


async def test_another_protocol_closes_with_4406(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=["graphql-ws"])

    assert await closed_with(socket) == 4406


async def test_an_upgrade_that_is_none_is_refused(stranger):
    answer = await stranger.get("/graphql", headers={"Upgrade": "websocket", "Connection": "Upgrade"})

    assert answer.status == 400
    assert (await answer.json())["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_messages_are_neither_compressed_nor_binary(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL], compress=15)

    await socket.send_json({"type": "ping"})

    assert (await socket.receive()).type is WSMsgType.TEXT
    assert not socket.compress


async def test_subscribing_before_saying_who_one_is_closes_with_4401(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await subscribe(socket, "{ hello }")

    assert await closed_with(socket) == 4401


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"authorization": None}},
        {"type": "connection_init", "payload": {"authorization": 1}},
        {"type": "connection_init", "payload": {"authorization": "Bearer x"}},
    ],
)
async def test_without_a_good_token_the_socket_closes_with_4403(stranger, message):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await socket.send_json(message)

    received = await socket.receive()
    assert (socket.close_code, received.extra.split(":")[0]) == (4403, "Forbidden")


async def test_a_header_of_the_upgrade_is_no_substitute_for_the_first_message(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL], headers=bearer())

    await socket.send_json({"type": "connection_init"})

    assert await closed_with(socket) == 4403


async def test_a_failing_look_up_asks_the_client_to_come_back(stranger):
    socket = await stranger.ws_connect("/graphql", protocols=[PROTOCOL])

    await socket.send_json(
        {"type": "connection_init", "payload": {"authorization": f"Bearer {token(Subject('user', 500))}"}}
    )

    assert await closed_with(socket) == 1013


async def test_saying_twice_who_one_is_closes_with_4429(stranger):
    socket = await opened(stranger)

    await socket.send_json({"type": "connection_init", "payload": {}})

    assert await closed_with(socket) == 4429


async def test_using_an_id_twice_closes_with_4409(stranger):
    socket = await opened(stranger)
    await subscribe(socket, "subscription { quiet }")
    await subscribe(socket, "subscription { quiet }")

    assert await closed_with(socket) == 4409


async def test_the_operation_too_many_is_refused_and_the_others_go_on(stranger):
    socket = await opened(stranger)
    for number in range(MOST_OPERATIONS):
        await subscribe(socket, "subscription { quiet }", id=str(number))
        await socket.receive_json()

    await subscribe(socket, "{ hello }", id="more")
    refused = await socket.receive_json()
    await socket.send_json({"id": "0", "type": "complete"})
    await subscribe(socket, "{ hello }", id="more")

    assert (refused["id"], refused["type"]) == ("more", "error")
    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
    assert [message["type"] for message in await until_the_end(socket)] == ["next", "complete"]


async def impatient(aiohttp_client, **pace: float):
    return await aiohttp_client(build(program(pace=Pace(**pace))))


async def test_a_client_that_never_says_who_it_is_is_closed_with_4408(aiohttp_client):
    client = await impatient(aiohttp_client, init_within=0.05)

    socket = await client.ws_connect("/graphql", protocols=[PROTOCOL])

    assert await closed_with(socket) == 4408


async def test_the_end_of_the_token_closes_with_4403_in_the_middle_of_a_stream(stranger):
    socket = await opened(stranger, ttl=timedelta(seconds=-4))

    await subscribe(socket, "subscription { quiet }")

    assert await closed_with(socket) == 4403


async def test_a_client_that_answers_pings_stays(aiohttp_client):
    client = await impatient(aiohttp_client, ping_every=0.01, pong_within=5)
    socket = await client.ws_connect("/graphql", protocols=[PROTOCOL], autoping=False)
    await socket.send_json({"type": "connection_init", "payload": bearer()})

    pings = 0
    while pings < 5:
        frame = await socket.receive()
        if frame.type is WSMsgType.PING:
            pings += 1
            await socket.pong(frame.data)

    assert not socket.closed


async def test_a_client_that_answers_no_ping_is_cut_off(aiohttp_client):
    client = await impatient(aiohttp_client, ping_every=0.01, pong_within=0.05)
    socket = await client.ws_connect("/graphql", protocols=[PROTOCOL], autoping=False)
    await socket.send_json({"type": "connection_init", "payload": bearer()})

    assert await closed_with(socket) == 1006


async def stalled(client, query: str = "subscription { flood }") -> sockets.socket:
    """A client that asks for a flood and then reads nothing."""
    loop = asyncio.get_running_loop()
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await loop.sock_connect(raw, (client.host, client.port))
    upgrade = (
        f"GET /graphql HTTP/1.1\r\nHost: {client.host}:{client.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n"
    )
    await loop.sock_sendall(raw, upgrade.encode())
    await loop.sock_recv(raw, 2000)
    init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token()}"}}
    for message in (init, {"type": "subscribe", "id": "1", "payload": {"query": query}}):
        content = json.dumps(message).encode()
        await loop.sock_sendall(raw, b"\x81\xfe" + len(content).to_bytes(2, "big") + bytes(4) + content)
    return raw


async def test_a_client_that_does_not_read_is_cut_off(aiohttp_client):
    client = await impatient(aiohttp_client, send_within=0.2)
    sessions = client.server.app[SESSIONS]

    with await stalled(client):
        await until(lambda: len(sessions) == 1)
        await until(lambda: not sessions)

    assert not sessions


async def test_a_restart_closes_every_socket_with_1012(stranger):
    opens = [await opened(stranger) for _ in range(20)]
    for socket in opens:
        await subscribe(socket, "subscription { quiet }")
        await socket.receive_json()

    restart = asyncio.create_task(stranger.server.close())
    codes = {await closed_with(socket) for socket in opens}
    await restart

    assert codes == {1012}


async def test_a_restart_waits_for_the_mutation_under_way(stranger):
    socket = await opened(stranger)
    await subscribe(socket, "subscription { quiet }", id="stream")
    await socket.receive_json()
    await subscribe(socket, "{ slow(seconds: 0.5) }")
    await socket.send_json({"type": "ping"})
    await socket.receive_json()

    restart = asyncio.create_task(stranger.server.close())
    answer = await until_the_end(socket)

    assert answer[0]["payload"] == {"data": {"slow": "done"}}
    assert await closed_with(socket) == 1012
    await restart


async def test_a_client_that_does_not_read_cannot_hold_up_a_restart(aiohttp_client):
    client = await impatient(aiohttp_client, close_within=0.2)
    reader = await opened(client)
    sessions = client.server.app[SESSIONS]

    with await stalled(client):
        await until(lambda: len(sessions) == 2)
        await asyncio.sleep(0.2)
        restart = asyncio.create_task(client.server.close())
        code = await closed_with(reader)
        await restart

    assert code == 1012
    assert not sessions


async def test_sockets_that_come_and_go_leave_nothing_behind(stranger):
    warm = await opened(stranger)
    await warm.close()
    sessions = stranger.server.app[SESSIONS]

    for way in range(30):
        socket = await opened(stranger)
        await subscribe(socket, "subscription { quiet }")
        await socket.receive_json()
        if way % 2:
            await socket.close()
        else:
            socket._response.connection.transport.abort()
    await until(lambda: not sessions)

    assert not sessions
    assert not [task for task in asyncio.all_tasks() if "Operation" in repr(task) or "Session" in repr(task)]


async def test_completing_one_operation_of_a_slow_reader_does_not_end_another(stranger):
    socket = await opened(stranger)
    connection = socket._response.connection.transport
    connection.pause_reading()
    for name in ("1", "2"):
        await subscribe(socket, "subscription { flood }", id=name)
    await asyncio.sleep(0.5)  # both wait for the peer now

    await socket.send_json({"id": "1", "type": "complete"})
    await asyncio.sleep(0.1)
    connection.resume_reading()

    last = 0
    while last < 200:
        last += (await socket.receive_json())["id"] == "2"
