from __future__ import annotations

from datetime import timedelta

import pytest
from tortoise.connection import get_connections

import models
from domain.events import ActorKind, Audience, EventKind, may_read
from gql.ids import to_global
from models.event_log import DatabaseLog
from models.visibility import visible
from subscriptions.core.cursor import decode
from tests.api import rows
from tests.api.market import PEOPLE, open_market

HISTORY = """query($first: Int, $after: Cursor, $last: Int, $before: Cursor) { orders { nodes { id
    history(first: $first, after: $after, last: $last, before: $before) {
        nodes { summary } pageInfo { endCursor hasNextPage hasPreviousPage } count(limit: 4) { value exact }
    }
} } }"""


@pytest.fixture
async def log(orm) -> DatabaseLog:
    return DatabaseLog(get_connections().get("default"))


@pytest.fixture
async def shop(orm) -> rows.Shop:
    return await rows.shop()


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_history_holds_exactly_what_the_feed_would_have_pushed(log, orm, name):
    market = await open_market()
    await log.sequence()
    entries = await log.read(0)
    scope = market.viewers[name].scope

    read = set(await visible(models.OrderEvent, scope).values_list("id", flat=True))

    assert read == {entry.id for entry in entries if may_read(scope, entry)}
    assert len(entries) == await models.OrderEvent.all().count()


async def test_every_order_has_a_page_of_its_own_history_oldest_first(api, shop):
    for name in "ab":
        order = await rows.order(shop.web)
        for number in range(5):
            await rows.event(order, f"{name}{number}", Audience.RETAILER)

    second, first = (await api.ask(shop.agent, HISTORY, first=2))["orders"]["nodes"]
    after = first["history"]["pageInfo"]["endCursor"]
    _, next_page = (await api.ask(shop.agent, HISTORY, first=2, after=after))["orders"]["nodes"]
    _, newest = (await api.ask(shop.agent, HISTORY, last=2))["orders"]["nodes"]

    assert [node["summary"] for node in first["history"]["nodes"]] == ["a0", "a1"]
    assert [node["summary"] for node in second["history"]["nodes"]] == ["b0", "b1"]
    assert [node["summary"] for node in next_page["history"]["nodes"]] == ["a2", "a3"]
    assert [node["summary"] for node in newest["history"]["nodes"]] == ["a3", "a4"]
    assert first["history"]["count"] == {"value": 4, "exact": False}
    assert next_page["history"]["pageInfo"]["hasNextPage"] is True
    assert newest["history"]["pageInfo"]["hasPreviousPage"] is True


async def test_the_audit_trail_of_a_line_holds_what_happened_to_that_line(api, shop):
    order = await rows.order(shop.web)
    for sku in ("mug", "cup"):
        line = await rows.line(order, sku)
        await rows.event(order, f"{sku} moved", Audience.RETAILER, line_id=line.id)

    answer = await api.ask(shop.agent, "{ orders { nodes { lines { sku auditTrail { nodes { summary } } } } } }")

    (node,) = answer["orders"]["nodes"]
    assert [(line["sku"], line["auditTrail"]["nodes"]) for line in node["lines"]] == [
        ("mug", [{"summary": "mug moved"}]),
        ("cup", [{"summary": "cup moved"}]),
    ]


async def test_events_are_narrowed_by_order_kind_type_and_time(api, shop):
    order, other = await rows.order(shop.web), await rows.order(shop.web)
    for number in range(3):
        await rows.event(order, f"status {number}", Audience.RETAILER)
    await rows.event(order, "parcel", Audience.RETAILER, kind=EventKind.SHIPMENT, type="shipment.created")
    await rows.event(other, "other", Audience.RETAILER)
    document = "query($f: OrderEventFilter) { orderEvents(filter: $f) { nodes { summary } count { value } } }"
    second, third = (rows.START + timedelta(minutes=n) for n in (2, 3))

    async def summaries(**filter) -> list[str]:
        answer = await api.ask(shop.agent, document, f={"orderId": to_global("Order", order.id), **filter})
        assert answer["orderEvents"]["count"]["value"] == len(answer["orderEvents"]["nodes"])
        return [node["summary"] for node in answer["orderEvents"]["nodes"]]

    assert await summaries() == ["status 0", "status 1", "status 2", "parcel"]
    assert await summaries(kind=["SHIPMENT", "TRACKING"]) == ["parcel"]
    assert await summaries(type=["shipment.created"]) == ["parcel"]
    assert await summaries(since=second.isoformat(), until=third.isoformat()) == ["status 1"]


async def test_a_person_is_named_to_colleagues_and_the_platform_and_is_a_company_to_others(api, shop):
    order = await rows.order(shop.web)
    for name, company in (("Ada", shop.home), ("Rita", shop.acme)):
        await rows.event(order, name, Audience.RETAILER, actor_name=name, actor_company_id=company.id)
    await rows.event(order, "rule", Audience.RETAILER, actor_kind=ActorKind.SYSTEM, actor_name="Remorse time")
    document = "{ orderEvents { nodes { actor { kind name company { code } } } } }"

    home = (await api.ask(shop.agent, document))["orderEvents"]["nodes"]
    retailer = (await api.ask(shop.retailer, document))["orderEvents"]["nodes"]

    assert [node["actor"]["name"] for node in home] == ["Ada", "Rita", "Remorse time"]
    assert [node["actor"]["name"] for node in retailer] == ["home Inc", "Rita", "Remorse time"]
    assert [node["actor"]["company"] for node in retailer] == [{"code": "home"}, {"code": "acme"}, None]


async def test_an_event_says_what_changed_and_where_it_stands_in_the_feed(api, shop, log):
    order = await rows.order(shop.web)
    await rows.event(order, "moved", Audience.RETAILER, data={"changes": {"status": ["NEW", "RECEIVED"]}})
    document = """{ orderEvents { asOf nodes {
        cursor orderVersion changes { field before after } order { number } line { id } shipment { id }
    } } }"""

    (before,) = (await api.ask(shop.agent, document))["orderEvents"]["nodes"]
    await log.sequence()
    page = (await api.ask(shop.agent, document))["orderEvents"]

    (event,) = page["nodes"]
    head = await log.head()
    assert event["changes"] == [{"field": "status", "before": "NEW", "after": "RECEIVED"}]
    assert (event["order"], event["line"], event["shipment"]) == ({"number": order.number}, None, None)
    assert decode(event["cursor"]).position == head.position == decode(page["asOf"]).position
    assert before["cursor"] in (None, event["cursor"])


async def test_a_page_is_as_of_a_place_in_the_log_read_before_its_rows(api, shop, log):
    order = await rows.order(shop.web)
    await rows.event(order, "one", Audience.RETAILER)
    await log.sequence()

    answer = await api.ask(shop.agent, "{ orders { asOf } }")
    await rows.event(order, "two", Audience.RETAILER)
    await log.sequence()

    as_of = decode(answer["orders"]["asOf"])
    assert [entry.summary for entry in await log.read(as_of.position)] == ["two"]
