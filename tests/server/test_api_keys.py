"""Keys of API clients, over everything that takes a token."""

from __future__ import annotations

import json
import logging
import random
import string
from datetime import UTC, datetime, timedelta
from io import StringIO

import aiohttp

import models
from domain.api_keys import key_hash, new_key, opens, prefix_of
from operations.access import clients
from operations.world import World
from server import logs, viewers
from server.key_use import KeyUse
from tests.server.little import PROTOCOL
from tests.server.shops import client, serving, token_of
from tests.shop import Shop

WHO = "{ viewer { kind name role company { code } expiresAt } }"


async def a_client(shop: Shop, company: str = "leaf", role: str = "partner") -> tuple[int, str]:
    """A new API client: its row key, and its key."""
    found = await models.Role.get(company__code=company, code=role)
    command = clients.SaveClient(company=company, name="Feed", role_id=found.id)
    made = await clients.save(World(), shop.administrator, command)
    return made.client_id, made.key.text


async def ways_in(url: str, key: str) -> list[object]:
    """What HTTP, a socket and a stream make of a key: 401, 4403 and 401, or the name of whoever it lets in."""
    found: list[object] = []
    bearer = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession() as session:
        for accept in ("application/json", "text/event-stream"):
            headers = {**bearer, "Accept": accept}
            async with session.post(f"{url}/graphql", json={"query": WHO}, headers=headers) as answer:
                text = await answer.text()
                found.append("Feed" if answer.status == 200 and '"Feed"' in text else answer.status)
        socket = await session.ws_connect(f"{url}/graphql", protocols=[PROTOCOL])
        await socket.send_json({"type": "connection_init", "payload": bearer})
        message = await socket.receive()
        found.append(socket.close_code if socket.closed else json.loads(message.data)["type"])
        await socket.close()
    return found


OPEN, SHUT = ["Feed", "Feed", "connection_ack"], [401, 401, 4403]


async def test_a_key_speaks_for_its_client_over_http_socket_and_stream(shop, database_url) -> None:
    _, key = await a_client(shop)

    async with serving(database_url) as server, client(server.url, key) as api:
        answer = await api.ask(WHO)
        ways = await ways_in(server.url, key)

    assert answer["viewer"] == {
        "kind": "API_CLIENT",
        "name": "Feed",
        "role": "Partner",
        "company": {"code": "leaf"},
        "expiresAt": None,
    }
    assert ways == OPEN


async def test_a_key_that_was_replaced_or_revoked_opens_nothing(shop, database_url) -> None:
    client_id, first = await a_client(shop)

    async with serving(database_url) as server:
        second = (await clients.rotate(World(), shop.administrator, clients.RotateKey(client_id))).key.text
        rotated = [await ways_in(server.url, key) for key in (first, second)]
        await clients.revoke(World(), shop.administrator, clients.RevokeClient(client_id))
        revoked = [await ways_in(server.url, key) for key in (first, second)]

    assert rotated == [SHUT, OPEN]
    assert revoked == [SHUT, SHUT]


async def test_an_old_key_goes_on_beside_the_new_one_until_the_overlap_ends(shop, database_url) -> None:
    client_id, first = await a_client(shop)
    command = clients.RotateKey(client_id, overlap_minutes=30)

    async with serving(database_url) as server:
        second = (await clients.rotate(World(), shop.administrator, command)).key.text
        beside = [await ways_in(server.url, key) for key in (first, second)]
        old = await viewers.key_holder(first)
        await models.ApiClient.filter(id=client_id).update(previous_until=datetime.now(UTC))
        after = [await ways_in(server.url, key) for key in (first, second)]

    assert (beside, after) == ([OPEN, OPEN], [SHUT, OPEN])
    assert timedelta(minutes=29) < old.expires_at - datetime.now(UTC) <= timedelta(minutes=30)


async def test_keys_that_are_none_are_refused_alike(shop, database_url) -> None:
    (_, mine), (other_id, other) = await a_client(shop), await a_client(shop, "rival")
    await clients.revoke(World(), shop.administrator, clients.RevokeClient(other_id))
    name, secret = mine[:13], mine[14:]
    forged = {
        "unknown": new_key().text,
        "revoked": other,
        "another client's secret": f"{name}_{other[14:]}",
        "another client's name": f"{other[:13]}_{secret}",
        "one character less": mine[:-1],
        "one character more": f"{mine}A",
        "capitals": mine.upper(),
        "mark alone": "og_",
        "no secret": f"{name}_",
        "another mark": f"og-{mine[3:]}",
        "huge": "og_" + "a" * 6000,
        "a hash for a key": key_hash(mine),
        "a hash behind the mark": f"og_{key_hash(mine)}",
        "other digits": mine.replace(name, "og_" + "\u0661" * 10),
        "quotes": f"{name}_' OR 1=1 --",
        "a wild card": f"{name[:5]}%_{secret}",
    }
    messages = set()

    async with serving(database_url) as server, aiohttp.ClientSession() as session:
        for what, key in forged.items():
            if key.isascii():
                headers = {"Authorization": f"Bearer {key}"}
                async with session.post(f"{server.url}/graphql", json={"query": WHO}, headers=headers) as answer:
                    assert answer.status == 401, what
                    messages.add((await answer.json())["errors"][0]["message"])
            socket = await session.ws_connect(f"{server.url}/graphql", protocols=[PROTOCOL])
            await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {key}"}})
            await socket.receive()
            assert socket.close_code == 4403, what

    assert {message.split(".")[0] for message in messages} == {
        "The API key is not valid: there is no such key, or it has ended",  # of whatever begins with the mark
        "The token is malformed",  # of whatever does not
    }


async def test_no_change_of_a_key_opens_anything(shop) -> None:
    _, key = await a_client(shop)
    chance = random.Random(4711)
    signs = string.ascii_letters + string.digits + "-_.é\u0661\0\ud800 "

    for _ in range(300):
        place = chance.randrange(len(key))
        changed = chance.choice(
            [
                key[:place] + chance.choice(signs) + key[place + 1 :],
                key[:place] + key[place + 1 :],
                key[:place] + chance.choice(signs) + key[place:],
                key * chance.randrange(2, 50),
                key[place:] + key[:place],
            ]
        )
        if changed != key:
            assert await viewers.key_holder(changed) is None, repr(changed)

    assert await viewers.key_holder(key) is not None


def test_a_key_has_a_mark_a_name_and_256_random_bits() -> None:
    keys = [new_key() for _ in range(50)]

    assert len({key.text for key in keys}) == len({key.prefix for key in keys}) == 50
    for key in keys:
        assert key.text.startswith("og_")
        assert len(key.text.removeprefix(f"{key.prefix}_")) == 43  # 32 bytes
        assert prefix_of(key.text) == key.prefix
        assert opens(key.text, key.hash)
        assert not opens(key.text, None)
        assert key.text not in repr(key)


# ---- when it was last used


async def test_the_last_use_is_written_beside_the_requests_and_at_most_once_a_minute(shop, database_url) -> None:
    client_id, key = await a_client(shop)
    started = datetime.now(UTC)

    async with serving(database_url) as server, client(server.url, key) as api:
        for _ in range(5):
            await api.ask(WHO)
        while (first := (await models.ApiClient.get(id=client_id)).last_used_at) is None:
            await api.ask(WHO)
        for _ in range(5):
            await api.ask(WHO)
        meanwhile = (await models.ApiClient.get(id=client_id)).last_used_at
    last = await models.ApiClient.get(id=client_id)

    assert started <= first == meanwhile < last.last_used_at
    assert last.version == 1


async def test_a_newer_use_is_never_lost_to_an_older_one_nor_to_a_change_of_the_client(shop) -> None:
    client_id, _ = await a_client(shop)
    other_process, this_process = KeyUse(), KeyUse()
    other_process.note(client_id)
    this_process.note(client_id)

    await this_process.write()
    newest = (await models.ApiClient.get(id=client_id)).last_used_at
    await clients.save(World(), shop.administrator, clients.SaveClient(client_id=client_id, name="Renamed"))
    await other_process.write()

    row = await models.ApiClient.get(id=client_id)
    assert (row.last_used_at, row.name, row.version) == (newest, "Renamed", 2)


# ---- logs


async def test_no_key_reaches_the_logs(shop, database_url) -> None:
    client_id, key = await a_client(shop)
    said, before = StringIO(), (logging.root.handlers[:], logging.root.level)
    logs.configure(logging.DEBUG, said)
    try:
        async with serving(database_url) as server:
            async with client(server.url, token_of(database_url, shop.administrator)) as api:
                role = (await api.ask('{ roles(company: "leaf") { nodes { id code } } }'))["roles"]["nodes"]
                partner = next(one["id"] for one in role if one["code"] == "partner")
                made = await api.ask(
                    'mutation($r: ID!) { apiClientSave(input: {company: "leaf", name: "F", roleId: $r}) { key } }',
                    r=partner,
                )
            shown = made["apiClientSave"]["key"]
            await ways_in(server.url, key)
            await ways_in(server.url, key[:-1] + "A")
            await clients.revoke(World(), shop.administrator, clients.RevokeClient(client_id))
            await ways_in(server.url, key)
            async with aiohttp.ClientSession() as session:
                await session.get(f"{server.url}/graphql", params={"query": "{x}", "key": key})
                await session.post(f"{server.url}/graphql", data=key, headers={"Authorization": key})
    finally:
        logging.root.handlers[:], logging.root.level = before

    lines = said.getvalue()
    assert f"client:{client_id}" in lines
    for text in (key, shown):
        assert text[14:] not in lines
        assert text[:13] not in lines
        assert key_hash(text) not in lines
