"""What somebody may do changes while they are connected."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

import models
from domain.access import Permission
from operations.access import clients, roles, users
from operations.orders.commenting import AddComment, add_comment
from operations.world import World
from tests.server.little import PROTOCOL
from tests.server.shops import Server, client, quiet, serving, token_of
from tests.shop import Shop

EVENTS = "subscription($after: Cursor) { orderEvents(after: $after) { cursor event { type summary } } }"


async def deactivate(shop: Shop, viewer) -> None:
    await users.save(World(), shop.administrator, users.SaveUser(user_id=viewer.user_id, active=False))


async def move(shop: Shop, viewer) -> None:
    role = await models.Role.get(company__code="platform", code="viewer")
    await users.save(World(), shop.administrator, users.SaveUser(user_id=viewer.user_id, role_id=role.id))


async def narrow(shop: Shop, viewer) -> None:
    command = roles.SaveRole(role_id=viewer.role_id, permissions=(Permission.ORDERS_VIEW,))
    await roles.save(World(), shop.administrator, command)


async def limit(shop: Shop, viewer) -> None:
    command = roles.SaveRole(role_id=viewer.role_id, channels=(shop.rival_channel.code,))
    await roles.save(World(), shop.administrator, command)


async def revoke(shop: Shop, viewer) -> None:
    await clients.revoke(World(), shop.administrator, clients.RevokeClient(viewer.api_client_id))


async def rotate(shop: Shop, viewer) -> None:
    await clients.rotate(World(), shop.administrator, clients.RotateKey(viewer.api_client_id))


CHANGES = [
    ("agent", deactivate),
    ("agent", move),
    ("agent", narrow),
    ("agent", limit),
    ("partner", revoke),
    ("partner", rotate),
    ("partner", narrow),
]
each_change = pytest.mark.parametrize(("name", "change"), CHANGES, ids=lambda one: getattr(one, "__name__", one))


async def said(shop: Shop, order: models.Order, word: str) -> None:
    await add_comment(shop.world, shop.retailer, AddComment(order.id, word))


async def caught_up(shop: Shop, server: Server) -> None:
    """Whoever signs in now is not told any more of what happened before."""
    await quiet()
    while server.hub.head != await shop.log.head():  # noqa: ASYNC110  # nothing tells us
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)


async def opened(session: aiohttp.ClientSession, url: str, token: str) -> aiohttp.ClientWebSocketResponse:
    socket = await session.ws_connect(f"{url}/graphql", protocols=[PROTOCOL])
    await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
    assert (await socket.receive_json())["type"] == "connection_ack"
    return socket


async def the_rest(socket: aiohttp.ClientWebSocketResponse) -> list[dict]:
    """What still comes until the server closes it."""
    return [json.loads(message.data) async for message in socket]


@each_change
async def test_an_idle_socket_is_closed_when_what_its_viewer_may_do_changes(
    shop, database_url, name, change
) -> None:
    viewer = shop.viewers[name]
    async with serving(database_url) as server, aiohttp.ClientSession() as session:
        socket = await opened(session, server.url, token_of(database_url, viewer))
        other = await opened(session, server.url, token_of(database_url, shop.rival))

        reading = asyncio.create_task(the_rest(socket))
        await change(shop, viewer)
        rest = await reading

        await other.send_json({"type": "ping"})
        assert (await other.receive_json()) == {"type": "pong"}
    assert (rest, socket.close_code) == ([], 4403)


@each_change
async def test_nothing_later_than_the_change_reaches_a_subscriber(shop, database_url, name, change) -> None:
    viewer, order = shop.viewers[name], await shop.order()
    async with serving(database_url) as server, aiohttp.ClientSession() as session:
        await caught_up(shop, server)
        socket = await opened(session, server.url, token_of(database_url, viewer))
        payload = {"query": EVENTS}
        await socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
        while server.hub.followers == 0:
            await quiet()
        await said(shop, order, "before")
        first = await socket.receive_json()

        reading = asyncio.create_task(the_rest(socket))
        await change(shop, viewer)
        for word in ("after", "long after"):
            await said(shop, order, word)
        rest = await reading

    assert first["payload"]["data"]["orderEvents"]["event"]["type"] == "comment.added"
    assert [message["type"] for message in rest if message["type"] != "error"] == []
    assert {error["extensions"]["reason"] for one in rest for error in one["payload"]} <= {"SCOPE_CHANGED"}
    assert socket.close_code == 4403


async def test_a_stream_ends_too_and_sends_nothing_later(shop, database_url) -> None:
    order = await shop.order()
    headers = {"Authorization": f"Bearer {token_of(database_url, shop.agent)}", "Accept": "text/event-stream"}
    async with (
        serving(database_url) as server,
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/graphql", json={"query": EVENTS}, headers=headers) as answer,
    ):
        while server.hub.followers == 0:
            await quiet()
        await said(shop, order, "before")
        await narrow(shop, shop.agent)
        await said(shop, order, "after")
        text = await answer.text()

    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: {")]
    pushed = [json.loads(line)["data"]["orderEvents"]["event"]["type"] for line in lines if '"data"' in line]
    assert pushed.count("comment.added") <= 1  # the second one came after the change
    assert "comment.added" not in pushed[:-1]


async def test_whoever_comes_back_from_before_the_change_reads_its_state_again_then_goes_on(
    shop, database_url
) -> None:
    order, token = await shop.order(), token_of(database_url, shop.agent)
    async with serving(database_url) as server, client(server.url, token) as api:
        subscriber = await api.subscribe(EVENTS)
        while server.hub.followers == 0:
            await quiet()
        await said(shop, order, "before")
        cursor = (await subscriber.next())["cursor"]
        await limit(shop, shop.agent)
        await caught_up(shop, server)

        again = await api.subscribe(EVENTS, after=cursor)
        reset = await again.error()
        await again.again(EVENTS, after=reset["extensions"]["headCursor"])
        foreign, own = await shop.order(), await shop.order(channel=shop.rival_channel)
        pushed = await again.next()

    assert reset["extensions"]["code"] == "STREAM_RESET"
    assert reset["extensions"]["reason"] == "SCOPE_CHANGED"
    assert foreign.number not in pushed["event"]["summary"]
    assert own.number in pushed["event"]["summary"]


async def test_a_new_name_disturbs_nobody(shop, database_url) -> None:
    async with serving(database_url) as server, aiohttp.ClientSession() as session:
        socket = await opened(session, server.url, token_of(database_url, shop.agent))

        await users.save(World(), shop.administrator, users.SaveUser(user_id=shop.agent.user_id, name="New"))
        await roles.save(World(), shop.administrator, roles.SaveRole(role_id=shop.agent.role_id, name="New"))
        await quiet()
        await socket.send_json({"type": "ping"})

        assert (await socket.receive_json()) == {"type": "pong"}


async def test_a_change_made_through_another_server_closes_the_socket_here(shop, database_url) -> None:
    token = token_of(database_url, shop.agent)
    async with serving(database_url) as here, serving(database_url) as there, aiohttp.ClientSession() as session:
        socket = await opened(session, here.url, token)
        reading = asyncio.create_task(the_rest(socket))
        async with client(there.url, token_of(database_url, shop.administrator)) as api:
            user = shop.id(await models.User.get(id=shop.agent.user_id))
            await api.ask(
                "mutation($id: ID!) { userSave(input: {id: $id, active: false}) { user { id } } }", id=user
            )
        rest = await reading

    assert (rest, socket.close_code) == ([], 4403)


async def test_a_token_or_key_that_lost_its_rights_is_refused_with_the_next_request(shop, database_url) -> None:
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        before = await api.ask("{ viewer { permissions } }")
        await narrow(shop, shop.agent)
        after = await api.ask("{ viewer { permissions } }")

    assert len(before["viewer"]["permissions"]) > 1
    assert after["viewer"]["permissions"] == ["ORDERS_VIEW"]
