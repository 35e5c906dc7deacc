"""Streams of a whole server: where they stand, and how they go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

import models
from server.assembly import PACE
from server.program import Pace
from subscriptions.core.cursor import encode
from tests.server.little import until
from tests.server.reading import EVENTS, Event, Events
from tests.server.shops import Client, as_of, client, quiet, serving, token_of
from tests.shop import Shop

FEED = "subscription($after: Cursor) { orderEvents(after: $after) { event { id } } }"
DELIVERED = "subscription { orderStatusChanged(filter: { to: [DELIVERED] }) { orderVersion } }"
COMMENT = """
    mutation($id: ID!) { orderCommentAdd(input: { orderId: $id, body: "Again" }) { userErrors { message } } }
"""
LOG = "{ orderEvents(first: 100) { edges { cursor node { id } } } }"


@pytest.fixture
async def shop(orm):
    return await Shop.open()


@asynccontextmanager
async def open_shop(shop: Shop, url: str, pace: Pace = PACE) -> AsyncIterator[tuple[str, Client]]:
    """A server's address, and an agent who works there. In the end nobody is left who follows."""
    async with serving(url, pace) as server, client(server.url, token_of(url, shop.agent)) as api:
        yield server.url, api
        await until(lambda: server.hub.followers == 0)


@asynccontextmanager
async def listening(
    url: str, token: str, query: str = FEED, last: str | None = None, **variables: object
) -> AsyncIterator[Events]:
    headers = {"Accept": EVENTS, "Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
    body = {"query": query, "variables": variables}
    async with aiohttp.ClientSession() as http, http.post(f"{url}/graphql", json=body, headers=headers) as answer:
        assert answer.status == 200
        yield Events(answer)


async def comment(api: Client, shop: Shop, order: models.Order, times: int) -> None:
    for _ in range(times):
        await api.ask(COMMENT, id=shop.id(order))
    await quiet()


def ids(events: list[Event]) -> list[str]:
    return [event.data["data"]["orderEvents"]["event"]["id"] for event in events]


async def log(api: Client) -> list[str]:
    answer = await api.ask(LOG)
    return [edge["node"]["id"] for edge in answer["orderEvents"]["edges"]]


async def test_every_push_names_its_place_and_a_stream_goes_on_behind_the_last_one_seen(shop, database_url):
    order = await shop.order(("MUG", 1))
    token = token_of(database_url, shop.agent)
    async with open_shop(shop, database_url) as (url, api):
        start = await as_of(api)
        async with listening(url, token, after=start) as events:
            await comment(api, shop, order, 5)
            first = [await events.next() for _ in range(3)]
        async with listening(url, token, after=start, last=first[-1].id) as events:
            rest = [await events.next() for _ in range(2)]
        known = await log(api)

    assert ids([*first, *rest]) == known[-5:]
    assert len({event.id for event in (*first, *rest)}) == 5


async def test_a_stream_that_broke_before_its_first_event_goes_on_where_it_began(shop, database_url):
    order = await shop.order(("MUG", 1))
    token = token_of(database_url, shop.agent)
    async with open_shop(shop, database_url) as (url, api):
        await as_of(api)
        async with listening(url, token) as events:
            opened = [await events.any(), await events.any()]
        await comment(api, shop, order, 2)
        async with listening(url, token, last=opened[-1].id) as events:
            missed = [await events.next() for _ in range(2)]
        known = await log(api)

    assert [event.name for event in opened] == [None, None]
    assert ids(missed) == known[-2:]


async def test_what_does_not_fit_moves_the_place_of_a_stream_too(shop, database_url):
    order = await shop.order(("MUG", 1))
    token = token_of(database_url, shop.agent)
    async with (
        open_shop(shop, database_url, Pace(beat_every=0.01)) as (url, api),
        listening(url, token, DELIVERED) as events,
    ):
        await events.any()
        await comment(api, shop, order, 3)
        end = await as_of(api)
        told = [await events.any()]
        while told[-1].id != end:
            told.append(await events.any())

    assert {(event.name, event.data) for event in told} == {(None, None)}


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("yesterday", "MALFORMED_CURSOR"),
        ("x" * 5000, "MALFORMED_CURSOR"),
        ("\xe9\xff", "MALFORMED_CURSOR"),
        (encode("another", 1), "STREAM_RESET"),
    ],
)
async def test_a_last_event_that_is_none_is_refused_although_the_document_names_a_good_one(
    shop, database_url, last, code
):
    token = token_of(database_url, shop.agent)
    async with (
        open_shop(shop, database_url) as (url, api),
        listening(url, token, last=last, after=await as_of(api)) as events,
    ):
        refused, end = await events.rest()

    assert refused.data["errors"][0]["extensions"]["code"] == code
    assert (refused.id, end.name) == (None, "complete")


async def test_two_hundred_streams_that_break_leave_no_follower(shop, database_url):
    token = token_of(database_url, shop.agent)
    async with open_shop(shop, database_url, Pace(look_every=0.01)) as (url, _):
        for _ in range(200):
            async with listening(url, token) as events:
                await events.any()
                events.cut()
