"""Whole servers on a database: HTTP, sockets, feed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import asyncpg
import pytest

from domain.orders import OrderStatus
from gql.ids import to_global
from server import storage
from server.storage import StorageUnusable, prepare, renew
from subscriptions.core.cursor import encode
from tests.server.little import until
from tests.server.shops import Client, as_of, client, serving, settings_of, token_of
from tests.shop import Shop

EVENTS = """
    subscription($after: Cursor) {
        orderEvents(after: $after) { cursor orderVersion event { id type } order { number status } }
    }
"""
HOLD = "mutation($id: ID!) { orderHold(input: { orderId: $id }) { userErrors { message } order { status } } }"
RELEASE = "mutation($id: ID!) { orderRelease(input: { orderId: $id }) { userErrors { message } } }"
CHANGES = "subscription($id: ID!, $after: Cursor) { orderChanged(orderId: $id, after: $after) { orderVersion } }"
COMMENT = """
    mutation($id: ID!) { orderCommentAdd(input: { orderId: $id, body: "Again" }) { userErrors { message } } }
"""
HISTORY = "{ orderEvents(first: 100) { nodes { id } } }"


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def hold(api: Client, shop: Shop, order) -> None:
    answer = await api.ask(HOLD, id=shop.id(order))
    assert answer["orderHold"] == {"userErrors": [], "order": {"status": "ON_HOLD"}}


async def test_a_mutation_over_http_is_pushed_over_a_socket(shop, database_url):
    order = await shop.order(("MUG", 1))
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        subscriber = await api.subscribe(EVENTS, after=await as_of(api))
        await hold(api, shop, order)
        pushed = [await subscriber.next(), await subscriber.next()]

    assert [push["event"]["type"] for push in pushed] == ["order.held", "order.status_changed"]
    assert pushed[1]["order"] == {"number": order.number, "status": "ON_HOLD"}


async def test_an_event_names_the_request_that_made_it(shop, database_url):
    order = await shop.order(("MUG", 1))
    async with serving(database_url) as server, aiohttp.ClientSession(server.url) as session:
        body = {"query": HOLD, "variables": {"id": shop.id(order)}}
        bearer = {"Authorization": f"Bearer {token_of(database_url, shop.agent)}", "X-Request-Id": "from-me"}
        await (await session.post("/graphql", json=body, headers=bearer)).json()

    await shop.log.sequence()  # the server may have left before it gave them places; PostgreSQL
    events = await shop.log.read(0)
    assert {event.request_id for event in events if event.type == "order.held"} == {"from-me"}


async def test_what_one_server_does_another_one_pushes(shop, database_url):
    order = await shop.order(("MUG", 1))
    async with serving(database_url) as first, serving(database_url) as second:
        token = token_of(database_url, shop.agent)
        async with client(first.url, token) as here, client(second.url, token) as there:
            subscriber = await there.subscribe(EVENTS, after=await as_of(there))
            for _ in range(3):
                await hold(here, shop, order)
                await here.ask(RELEASE, id=shop.id(order))
            pushed = [await subscriber.next() for _ in range(12)]

    versions = [push["orderVersion"] for push in pushed]
    assert versions == list(range(versions[0], versions[0] + 12))


async def test_sixteen_writers_at_once_are_pushed_complete_and_in_one_order(shop, database_url):
    orders = [await shop.order(("MUG", 1)) for _ in range(16)]
    token = token_of(database_url, shop.agent)
    async with (
        serving(database_url) as first,
        serving(database_url) as second,
        client(first.url, token) as here,
        client(second.url, token) as there,
    ):
        subscriber = await there.subscribe(EVENTS, after=await as_of(there))

        async def write(order, api) -> None:
            await hold(api, shop, order)
            await api.ask(RELEASE, id=shop.id(order))

        await asyncio.gather(*(write(order, (here, there)[order.id % 2]) for order in orders))
        pushed = [await subscriber.next() for _ in range(16 * 4)]

    entries = await shop.log.read(0)
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert [push["event"]["id"] for push in pushed] == [to_global("OrderEvent", entry.id) for entry in entries][
        -64:
    ]


async def test_orders_held_for_remorse_are_released_while_it_runs(orm, database_url):
    shop = await Shop.open(remorse_minutes=30)  # of a clock months ago
    order = await shop.order(("MUG", 1))
    assert order.status is OrderStatus.ON_HOLD

    async with serving(database_url):
        while (await shop.now(order)).status is OrderStatus.ON_HOLD:  # noqa: ASYNC110  # nothing tells us
            await asyncio.sleep(0.01)

    assert (await shop.now(order)).status is OrderStatus.RECEIVED


async def test_what_is_done_beside_the_servers_is_pushed_too(shop, database_url):
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        subscriber = await api.subscribe(EVENTS, after=await as_of(api))

        order = await shop.order(("MUG", 1))  # as an import from the command line would
        pushed = await subscriber.next()

    assert pushed["order"]["number"] == order.number


async def test_a_cursor_that_leads_nowhere_ends_its_operation_and_not_its_socket(shop, database_url):
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        subscriber = await api.subscribe(EVENTS, after="garbled")
        malformed = await subscriber.error()
        await subscriber.again(EVENTS, after=encode("another", 3))
        reset = await subscriber.error()
        await subscriber.again(EVENTS, after=reset["extensions"]["headCursor"])
        order = await shop.order(("MUG", 1))

        assert (await subscriber.next())["order"]["number"] == order.number

        await subscriber.complete()
        await until(lambda: server.hub.followers == 0)

    assert malformed["extensions"]["code"] == "MALFORMED_CURSOR"
    assert (reset["extensions"]["code"], reset["extensions"]["reason"]) == ("STREAM_RESET", "EPOCH_CHANGED")


async def test_sockets_that_are_cut_off_leave_no_follower_behind(shop, database_url):
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        subscribers = [await api.subscribe(EVENTS) for _ in range(10)]
        await until(lambda: server.hub.followers == 10)

        for subscriber in subscribers[:5]:
            subscriber.cut()
        for subscriber in subscribers[5:]:
            await subscriber.socket.close()

        await until(lambda: server.hub.followers == 0)


async def test_a_reader_cut_off_again_and_again_misses_nothing_and_gets_nothing_twice(shop, database_url):
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        after, got = await as_of(api), []
        orders = [await shop.order(("MUG", 1)) for _ in range(5)]
        wanted = (await api.ask(HISTORY))["orderEvents"]["nodes"]
        while len(got) < len(wanted):
            subscriber = await api.subscribe(EVENTS, after=after)
            for _ in range(min(3, len(wanted) - len(got))):
                push = await subscriber.next()
                after = push["cursor"]
                got.append(push["event"])
            subscriber.cut()

    assert len(orders) == 5
    assert got == [{**event, "type": push["type"]} for event, push in zip(wanted, got, strict=True)]


async def test_a_server_is_ready_when_database_and_feed_are(shop, database_url):
    async with serving(database_url) as server, aiohttp.ClientSession(server.url) as session:
        response = await session.get("/readyz")

        assert response.status == 200
        assert await response.json() == {"status": "ok", "checks": {"database": "ok", "feed": "ok"}}


@pytest.mark.postgres
async def test_a_database_that_cuts_its_connections_costs_a_subscriber_nothing(shop, database_url):
    order = await shop.order(("MUG", 1))
    async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
        subscriber = await api.subscribe(CHANGES, id=shop.id(order), after=await as_of(api))
        for _ in range(8):
            await write_in_spite_of(api, shop, order)
            await cut_connections(database_url)
        await write_in_spite_of(api, shop, order)
        version = await api.ask("query($id: ID!) { order(key: { id: $id }) { version } }", id=shop.id(order))
        versions = [order.version]
        while versions[-1] < version["order"]["version"]:
            versions.append((await subscriber.next())["orderVersion"])

    assert versions == list(range(order.version, order.version + len(versions)))
    assert len(versions) > 9


async def write_in_spite_of(api: Client, shop: Shop, order) -> None:
    """A comment, by a client that tries again."""
    while True:
        with suppress(AssertionError):
            await api.ask(COMMENT, id=shop.id(order))
            return


async def cut_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


@pytest.mark.postgres
async def test_a_server_whose_events_get_no_place_is_not_ready(shop, database_url):
    async with serving(database_url) as server, aiohttp.ClientSession(server.url) as session:
        connection = await asyncpg.connect(database_url)
        async with connection.transaction():
            await connection.execute("SELECT * FROM log_head FOR UPDATE")  # somebody sits on the leader's seat
            await shop.order(("MUG", 1))
            response = await session.get("/readyz")
            assert response.status == 503
            assert (await response.json())["checks"]["feed"] == "events wait for their place in the feed"
        await connection.close()


@pytest.mark.postgres
async def test_a_server_does_not_start_on_old_tables_but_says_what_to_run(blank_url):
    with pytest.raises(StorageUnusable, match=r"lacks the migrations 0001_initial.*ordergraph migrate"):
        await prepare(settings_of(blank_url))

    applied = await renew(settings_of(blank_url))
    await prepare(settings_of(blank_url))

    assert applied[0] == "0001_initial"
    assert await renew(settings_of(blank_url)) == []


@pytest.mark.sqlite
async def test_an_embedded_database_is_made_by_the_server_itself(tmp_path):
    url = f"sqlite://{tmp_path}/deep/shop.sqlite3"

    await prepare(settings_of(url))

    async with storage.storage(settings_of(url)):
        assert await storage.answers() is None
    assert await renew(settings_of(url)) == []


@pytest.mark.parametrize("url", ["postgres://postgres:hidden@127.0.0.1:1/x", "sqlite:///proc/never/shop.sqlite3"])
async def test_a_database_that_cannot_be_reached_is_told_without_its_password(url):
    with pytest.raises(StorageUnusable, match="DATABASE_URL") as told:
        await prepare(settings_of(url))

    assert "hidden" not in str(told.value)


async def test_a_server_can_be_started_and_stopped_again_and_again(shop, database_url):
    for _ in range(3):
        async with serving(database_url) as server, client(server.url, token_of(database_url, shop.agent)) as api:
            assert (await api.ask("{ viewer { name } }"))["viewer"]["name"] == shop.agent.name

    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
