"""A role that is limited to sales channels sees and does nothing outside them."""

from __future__ import annotations

import pytest

import models
from domain.events import Audience
from gql.ids import from_global, to_global
from models.visibility import visible
from tests.api import rows
from tests.api.documents import everything, ids_in
from tests.api.market import global_id, open_market
from tests.shop import Shop


@pytest.fixture
async def two_sided(orm):
    """A fulfiller with a part in an order of each of two channels, and viewers limited to the first channel."""
    shop = await rows.shop()
    part = await rows.fulfillment(await rows.order(shop.web), shop.ink, shop.place, "web-sku")
    other = await rows.fulfillment(await rows.order(shop.tokyo), shop.ink, shop.place, "tokyo-sku")
    for one in (part, other):
        await rows.shipment(one, f"{one.id}-tracking")
        order = await models.Order.get(id=one.order_id)
        told = {"fulfiller_id": shop.ink.id}
        await rows.event(order, "happened", Audience.SHARED, **told)
        await rows.issue(order, "wrong", **told)
        await rows.comment(order, "said", Audience.SHARED, **told)
    return shop, part, other


def limited(shop: rows.Shop):
    return {
        "fulfiller": rows.viewer(shop.ink, "fulfiller", [shop.web]),
        "retailer": rows.viewer(shop.acme, "retailer", [shop.web]),
        "platform": rows.viewer(shop.home, "agent", [shop.web]),
    }


@pytest.mark.parametrize("kind", ["fulfiller", "retailer", "platform"])
async def test_whoever_is_limited_sees_orders_of_these_channels_alone(api, two_sided, kind) -> None:
    shop, part, other = two_sided
    viewer = limited(shop)[kind]
    document = "{ orders(first: 100) { nodes " + everything("Order", 2) + " count { value } } channels { code } }"

    answer = await api.ask(viewer, document)

    reached = ids_in(answer)
    assert [channel["code"] for channel in answer["channels"]] == ["web"]
    assert answer["orders"]["count"]["value"] == 1
    assert global_id(part) in reached
    assert global_id(other) not in reached
    foreign = await models.Order.get(id=other.order_id)
    assert not {global_id(foreign), global_id(shop.tokyo)} & reached


@pytest.mark.parametrize("kind", ["fulfiller", "retailer", "platform"])
async def test_no_id_of_another_channel_leads_anywhere(api, two_sided, kind) -> None:
    shop, _, other = two_sided
    foreign = [
        global_id(row)
        for model in (
            models.OrderLine,
            models.FulfillmentOrder,
            models.Shipment,
            models.OrderIssue,
            models.Comment,
            models.OrderEvent,
        )
        for row in await model.filter(order_id=other.order_id)
    ]
    foreign += [global_id(shop.tokyo), to_global("Order", other.order_id)]

    answer = await api.ask(
        limited(shop)[kind],
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } orderEvents { nodes { id } } }",
        ids=foreign,
    )

    assert len(foreign) == 8
    assert answer["nodes"] == [None] * 8
    assert not set(foreign) & ids_in(answer["orderEvents"])


async def test_the_platform_limited_to_channels_sees_catalogue_stock_sources_and_connections_of_their_retailers(
    orm, api
) -> None:
    market = await open_market()
    carried = await models.Variant.filter(company=market.companies["acme"]).first()
    assert carried is not None
    place = await models.Source.get(company=market.companies["ink"])
    stock, _ = await models.StockLevel.get_or_create(variant=carried, source=place, defaults={"on_hand": 1})
    connection = await models.Connection.get(retailer=market.companies["acme"])
    own_place = await models.Source.get(company=market.companies["kiln"])
    own = await models.Variant.filter(company=market.companies["bolt"]).first()
    product = await models.Product.filter(company=market.companies["acme"]).first()
    limited_to_bolt, agent = market.viewers["limited"].scope, market.viewers["agent"].scope

    for foreign in (carried, product, place, stock, connection):
        assert not await visible(type(foreign), limited_to_bolt).filter(id=foreign.id).exists(), foreign
        assert await visible(type(foreign), agent).filter(id=foreign.id).exists(), foreign
    for mine in (own, own_place):
        assert await visible(type(mine), limited_to_bolt).filter(id=mine.id).exists(), mine


async def test_an_order_derived_from_one_of_another_channel_shows_no_link_to_it(api, orm) -> None:
    shop = await rows.shop()
    first = await rows.order(shop.tokyo)
    await rows.order(shop.web, original_id=first.id, replaces_id=first.id)
    document = "{ orders { nodes { original { id } replaces { id } } } }"

    seen = {kind: await api.ask(viewer, document) for kind, viewer in limited(shop).items() if kind != "fulfiller"}
    whole = await api.ask(shop.retailer, document)

    for answer in seen.values():
        assert answer["orders"]["nodes"] == [{"original": None, "replaces": None}]
    assert {"original": {"id": global_id(first)}, "replaces": {"id": global_id(first)}} in whole["orders"]["nodes"]


@pytest.mark.parametrize("mutation", ["orderImport", "catalogImport"])
async def test_nothing_is_imported_into_a_channel_outside_the_role(shop: Shop, mutation: str) -> None:
    limited_to = shop.limited_to(shop.administrator, shop.channel)
    before = await models.OrderEvent.all().count()

    foreign = await shop.do(limited_to, mutation, channel=shop.rival_channel.code, csv="x\n")
    absent = await shop.do(limited_to, mutation, channel="nowhere", csv="x\n")

    assert foreign["userErrors"] == absent["userErrors"]
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]
    assert await models.OrderEvent.all().count() == before


@pytest.mark.parametrize(
    ("name", "mutation", "rest"),
    [("press", "orderHold", {}), ("leaf", "orderHold", {}), ("agent", "orderCommentAdd", {"body": "x"})],
)
async def test_nothing_is_done_to_an_order_of_a_channel_outside_the_role(shop: Shop, name, mutation, rest) -> None:
    order = await shop.processed(("MUG", 1))
    viewer = shop.limited_to(shop.viewers[name], shop.rival_channel)

    foreign = await shop.do(viewer, mutation, orderId=shop.id(order), **rest)
    absent = await shop.do(viewer, mutation, orderId=to_global("Order", 999_999), **rest)

    assert foreign["userErrors"] == absent["userErrors"]
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]


async def test_a_limited_fulfiller_still_works_in_its_channels(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    viewer = shop.limited_to(shop.press, shop.channel)

    payload = await shop.do(viewer, "orderHold", "order { id status held }", orderId=shop.id(order))

    assert payload["userErrors"] == []
    assert from_global(payload["order"]["id"])[0] == "Order"


@pytest.mark.parametrize("company", ["rival", "press", "leaf"])
async def test_whoever_is_limited_makes_nobody_for_other_companies(shop: Shop, company: str) -> None:
    limited_to = shop.limited_to(shop.administrator, shop.channel)
    given = {"code": "door", "name": "Door", "permissions": ["ORDERS_VIEW", "CATALOG_MANAGE"], "channels": []}

    foreign = await shop.do(limited_to, "roleSave", company=company, **given)
    absent = await shop.do(limited_to, "roleSave", company="nowhere", **given)
    own = await shop.do(limited_to, "roleSave", company="platform", **given)

    assert foreign["userErrors"] == absent["userErrors"]
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]
    assert own["userErrors"] == []


async def test_whoever_is_limited_reads_people_of_the_own_company_alone(shop: Shop) -> None:
    document = "{ users { nodes { id email company { code } } } roles { nodes { id company { code } } } }"
    everybody = (await shop.ask(shop.administrator, document)).data
    limited_to = shop.limited_to(shop.administrator, shop.channel)

    seen = (await shop.ask(limited_to, document)).data
    (other,) = [one for one in everybody["users"]["nodes"] if one["company"]["code"] == "rival"]
    foreign = await shop.do(limited_to, "userSave", id=other["id"], active=False)
    absent = await shop.do(limited_to, "userSave", id=to_global("User", 999_999), active=False)

    assert {one["company"]["code"] for kind in seen.values() for one in kind["nodes"]} == {"platform"}
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]
    assert foreign["userErrors"] == absent["userErrors"]


async def test_whoever_is_limited_knows_only_companies_around_the_channels(shop: Shop) -> None:
    limited_to = shop.limited_to(shop.administrator, shop.channel)
    stranger = await models.Company.create(code="unconnected", name="Unconnected", kind="FULFILLER")
    places = [
        (await shop.do(limited_to, "sourceSave", fulfiller=code, code="x", name="X", kind="WAREHOUSE"))[
            "userErrors"
        ]
        for code in (stranger.code, "nowhere")
    ]
    invited = [
        (await shop.do(limited_to, "connectionInvite", retailer=code, fulfiller=stranger.code))["userErrors"]
        for code in ("rival", "nowhere")
    ]

    assert [[error["code"] for error in errors] for errors in (*places, *invited)] == [["NOT_FOUND"]] * 4
    assert places[0] == places[1]
    assert invited[0] == invited[1]
