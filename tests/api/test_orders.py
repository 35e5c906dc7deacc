from __future__ import annotations

from datetime import UTC, datetime

import pytest

import models
from domain.access import CompanyKind, Permission
from domain.addresses import AddressRole
from domain.events import ActorKind, Audience
from domain.orders import OrderStatus
from gql.ids import to_global
from tests.api import rows

ORDERS = "query($filter: OrderFilter) { orders(filter: $filter) { nodes { number } } }"


@pytest.fixture
async def shop(orm) -> rows.Shop:
    return await rows.shop()


async def numbers(api, viewer, **filter) -> list[str]:
    answer = await api.ask(viewer, ORDERS, filter=filter)
    return [node["number"] for node in answer["orders"]["nodes"]]


async def test_money_has_exactly_the_decimals_of_its_currency(api, shop):
    await rows.line(await rows.order(shop.web, number="E", total_minor=123), "mug", 3, total_minor=10000)
    await rows.line(await rows.order(shop.tokyo, number="Y", total_minor=123), "mug", 3, total_minor=10000)
    document = """{ orders(sort: {field: NUMBER, direction: ASC}) { nodes {
        totals { grandTotal { amount currency } } lines { amounts { total { amount currency } taxRate } }
    } } }"""

    euro, yen = (await api.ask(shop.agent, document))["orders"]["nodes"]

    assert euro["totals"]["grandTotal"] == {"amount": "1.23", "currency": "EUR"}
    assert euro["lines"] == [{"amounts": {"total": {"amount": "100.00", "currency": "EUR"}, "taxRate": "0.2000"}}]
    assert yen["totals"]["grandTotal"] == {"amount": "123", "currency": "JPY"}
    assert yen["lines"][0]["amounts"]["total"] == {"amount": "10000", "currency": "JPY"}


async def test_due_is_what_is_owed_for_units_not_cancelled_and_shipping_less_what_was_taken(api, shop):
    order = await rows.order(shop.web, total_minor=10500, shipping_minor=500)
    await rows.line(order, "mug", 3, total_minor=10000, open=2, cancelled=1)
    await rows.line(order, "gone", 1, total_minor=9900, removed=True)
    await rows.payment(order, captured=1000)
    document = "{ orders { nodes { paymentSnapshot { total { amount } captured { amount } due { amount } } } } }"

    answer = await api.ask(shop.agent, document)

    (node,) = answer["orders"]["nodes"]
    assert node["paymentSnapshot"] == {
        "total": {"amount": "105.00"},
        "captured": {"amount": "10.00"},
        "due": {"amount": "61.67"},
    }


async def test_nothing_is_due_when_every_unit_is_cancelled(api, shop):
    order = await rows.order(shop.web, total_minor=10500, shipping_minor=500)
    await rows.line(order, "mug", 3, total_minor=10000, open=0, cancelled=3)

    answer = await api.ask(shop.retailer, "{ orders { nodes { paymentSnapshot { due { amount } } } } }")

    assert answer["orders"]["nodes"] == [{"paymentSnapshot": {"due": {"amount": "0.00"}}}]


CUSTOMER = """{ orders { nodes {
    customer { externalId firstName lastName email phone masked }
    shippingAddress { name street city phone masked } payments { id }
} } }"""


async def test_without_the_permission_personal_data_is_masked_and_says_so(api, shop):
    order = await rows.order(shop.web)
    await rows.address(order, AddressRole.SHIPPING, "Ada")

    for viewer in (shop.viewer, shop.partner):
        (node,) = (await api.ask(viewer, CUSTOMER))["orders"]["nodes"]

        assert node["customer"] == {
            "externalId": "c***",
            "firstName": "F***",
            "lastName": "L***",
            "email": "a***@***",
            "phone": "+***",
            "masked": True,
        }
        assert node["shippingAddress"] == {
            "name": "A***",
            "street": ["A***"],
            "city": "Ada City",
            "phone": "A***",
            "masked": True,
        }
        assert node["payments"] is None


async def test_a_supplier_reads_the_delivery_address_and_the_email_only_if_the_connection_shares_it(api, shop):
    order = await rows.order(shop.web)
    await rows.address(order, AddressRole.SHIPPING, "Ada")
    await rows.fulfillment(order, shop.ink, shop.place, "mug")
    connection = await rows.connect(shop.acme, shop.ink)

    (before,) = (await api.ask(shop.supplier, CUSTOMER))["orders"]["nodes"]
    await connection.update_from_dict({"shares_customer_email": True}).save()
    (after,) = (await api.ask(shop.supplier, CUSTOMER))["orders"]["nodes"]
    blind = rows.without(shop.supplier, Permission.PII_VIEW)
    (without,) = (await api.ask(blind, CUSTOMER))["orders"]["nodes"]

    assert (before["customer"]["email"], after["customer"]["email"]) == ("a***@***", order.customer_email)
    assert after["customer"]["firstName"] == "F***"
    assert before["shippingAddress"]["street"] == ["Ada Street 1"]
    assert (without["customer"]["email"], without["shippingAddress"]["name"]) == ("a***@***", "A***")


async def test_a_search_never_tells_what_is_behind_a_mask(api, shop):
    order = await rows.order(shop.web, customer_last_name="Lovelace", customer_email="ada@example.com")
    await rows.address(order, AddressRole.SHIPPING, "Marylebone")
    await rows.address(order, AddressRole.BILLING, "Knightsbridge")
    await rows.fulfillment(order, shop.ink, shop.place, "mug")
    texts = ("LOVELACE", "ada@exam", "marylebone city", "Knightsbridge", order.number, "MUG", order.external_ref)

    found = {
        name: [text for text in texts if await numbers(api, viewer, text=text)]
        for name, viewer in {
            "agent": shop.agent,
            "partner": shop.partner,
            "supplier": shop.supplier,
            "blind": rows.without(shop.supplier, Permission.PII_VIEW),
        }.items()
    }

    open_texts = [order.number, "MUG", order.external_ref]
    assert found == {
        "agent": ["LOVELACE", "ada@exam", "marylebone city", *open_texts],
        "partner": open_texts,
        "supplier": ["marylebone city", *open_texts],
        "blind": open_texts,
    }


async def test_every_word_of_a_search_must_occur_and_signs_mean_themselves(api, shop):
    await rows.order(shop.web, number="1", customer_first_name="Ada", customer_last_name="Lovelace")
    await rows.order(shop.web, number="2", customer_first_name="Ada", customer_last_name="100%_sure")

    found = {
        text: await numbers(api, shop.agent, text=text) for text in ("lovelace ADA", "0%_s", "%", "_", "\\", " ")
    }

    assert found == {
        "lovelace ADA": ["1"],
        "0%_s": ["2"],
        "%": ["2"],
        "_": ["2"],
        "\\": [],
        " ": ["2", "1"],
    }


async def test_conditions_of_a_filter_must_all_hold(api, shop):
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    order = await rows.order(shop.web, number="A", placed_at=noon, status=OrderStatus.SHIPPED)
    await rows.fulfillment(order, shop.ink, shop.place, "mug")
    await rows.order(shop.tokyo, number="B", placed_at=noon.replace(hour=13))
    at_noon, at_one = "2026-05-01T14:00:00+02:00", "2026-05-01T13:00:00Z"

    assert await numbers(api, shop.agent, placedFrom=at_noon, placedTo=at_one) == ["A"]
    assert await numbers(api, shop.agent, placedFrom=at_one) == ["B"]
    assert await numbers(api, shop.agent, status=["SHIPPED", "NEW"]) == ["A"]
    assert await numbers(api, shop.agent, channel=["tokyo"]) == ["B"]
    assert await numbers(api, shop.agent, channel=["tokyo"], status=["SHIPPED"]) == []
    assert await numbers(api, shop.agent, sku="mug") == ["A"]
    assert await numbers(api, shop.agent, supplier="ink") == ["A"]
    assert await numbers(api, shop.agent, supplier=to_global("Company", shop.ink.id)) == ["A"]
    assert await numbers(api, shop.agent, supplier="nobody") == []
    assert await numbers(api, shop.agent, status=[]) == []


async def test_a_time_without_an_offset_is_refused(api, shop):
    answer = await api.answer(shop.agent, ORDERS, filter={"placedFrom": "2026-05-01T12:00:00"})

    assert "has no offset" in answer.errors[0].message


@pytest.mark.parametrize("text", ["", "x", "T3JkZXI6MA", "T3JkZXI6MQ==", "T3JkZXI6MDE", "////", "ü", "A" * 1000])
async def test_a_malformed_id_is_refused_with_what_to_do(api, shop, text):
    await rows.order(shop.web)
    documents = (
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { nodes(ids: [$id]) { id } }",
        "query($id: ID!) { order(key: {id: $id}) { id } }",
        "query($id: ID!) { orderEvents(filter: {orderId: $id}) { nodes { id } } }",
    )

    assert {await api.refusal(shop.agent, document, id=text) for document in documents} == {"MALFORMED_ID"}


async def test_an_id_of_another_kind_is_refused_and_an_unknown_one_leads_nowhere(api, shop):
    order = "query($id: ID!) { order(key: {id: $id}) { id } }"
    node = "query($id: ID!) { node(id: $id) { id } }"

    assert await api.refusal(shop.agent, order, id=to_global("Shipment", 1)) == "MALFORMED_ID"
    assert await api.ask(shop.agent, order, id=to_global("Order", 2**63 - 1)) == {"order": None}
    assert await api.ask(shop.agent, node, id=to_global("User", 1)) == {"node": None}


async def test_comments_of_others_are_unread_until_the_company_has_read_them(api, shop):
    order = await rows.order(shop.web)
    document = "{ orders { nodes { unreadCommentCount comments { body author { name } } } } }"
    agent = {"author_kind": ActorKind.USER, "author_name": "Ada", "author_company_id": shop.home.id}
    await rows.comment(order, "one", Audience.RETAILER, **agent)
    last = await rows.comment(order, "two", Audience.RETAILER, **agent)

    (retailer,) = (await api.ask(shop.retailer, document))["orders"]["nodes"]
    (home,) = (await api.ask(shop.agent, document))["orders"]["nodes"]
    await models.CommentReading.create(order=order, company=shop.acme, read_up_to=last.id)
    (later,) = (await api.ask(shop.retailer, document))["orders"]["nodes"]

    assert (retailer["unreadCommentCount"], home["unreadCommentCount"], later["unreadCommentCount"]) == (2, 0, 0)
    assert [comment["author"]["name"] for comment in retailer["comments"]] == ["home Inc", "home Inc"]
    assert [comment["author"]["name"] for comment in home["comments"]] == ["Ada", "Ada"]


async def test_issues_are_all_open_or_resolved(api, shop):
    order = await rows.order(shop.web)
    await rows.issue(order, "open")
    await rows.issue(order, "done", resolved_at=rows.START, resolved_by="Ada")
    document = """{ orders { nodes {
        issues { message } open: issues(open: true) { message } done: issues(open: false) { message resolvedBy }
    } } }"""

    (node,) = (await api.ask(shop.retailer, document))["orders"]["nodes"]

    assert node == {
        "issues": [{"message": "open"}, {"message": "done"}],
        "open": [{"message": "open"}],
        "done": [{"message": "done", "resolvedBy": None}],
    }


async def test_the_tiles_count_orders_per_status(api, shop):
    for status in (OrderStatus.NEW, OrderStatus.SHIPPED, OrderStatus.NEW):
        await rows.order(shop.web, status=status)
    await rows.order(shop.tokyo, status=OrderStatus.SHIPPED)
    document = "query($f: OrderFilter) { orderCounts(filter: $f) { status count { value exact } } }"

    everywhere = (await api.ask(shop.agent, document))["orderCounts"]
    on_the_web = (await api.ask(shop.agent, document, f={"channel": ["web"]}))["orderCounts"]

    assert [(tile["status"], tile["count"]["value"]) for tile in everywhere] == [("NEW", 2), ("SHIPPED", 2)]
    assert [(tile["status"], tile["count"]["value"]) for tile in on_the_web] == [("NEW", 2), ("SHIPPED", 1)]


async def test_a_tile_stops_counting_at_the_limit_and_says_so(api, shop):
    for status in (OrderStatus.NEW, OrderStatus.NEW, OrderStatus.SHIPPED):
        await rows.order(shop.web, status=status)

    answer = await api.ask(shop.agent, "{ orderCounts(limit: 1) { status count { value exact } } }")

    assert answer["orderCounts"] == [
        {"status": "NEW", "count": {"value": 1, "exact": False}},
        {"status": "SHIPPED", "count": {"value": 1, "exact": True}},
    ]
    assert await api.refusal(shop.agent, "{ orderCounts(limit: 0) { status } }") == "BAD_REQUEST"


async def test_a_sku_of_several_catalogues_needs_the_company(api, shop):
    bolt = await rows.company("bolt", CompanyKind.RETAILER)
    for company in (shop.acme, bolt):
        product = await models.Product.create(company=company, sku="mug", name=f"Mug of {company.code}")
        await models.Variant.create(
            company=company, product=product, sku="mug-1", name="Blue", price_minor=990, currency="EUR"
        )
    document = """query($c: String) {
        product(sku: "mug", company: $c) { name } variant(sku: "mug-1", company: $c) { price { amount } }
    }"""

    chosen = await api.ask(shop.agent, document, c="bolt")
    own = await api.ask(shop.retailer, document)
    unclear = await api.answer(shop.agent, document)

    assert chosen == {"product": {"name": "Mug of bolt"}, "variant": {"price": {"amount": "9.90"}}}
    assert own["product"] == {"name": "Mug of acme"}
    assert {error.extensions["code"] for error in unclear.errors} == {"BAD_REQUEST"}


LOOK_UPS = (
    "query($t: String!) { orders(filter: {channel: [$t]}) { nodes { id } } }",
    "query($t: String!) { orders(filter: {supplier: $t}) { nodes { id } } }",
    "query($t: String!) { orders(filter: {sku: $t}) { nodes { id } } }",
    "query($t: String!) { order(key: {number: $t}) { id } }",
    'query($t: String!) { order(key: {external: {channel: $t, reference: "1"}}) { id } }',
    'query($t: String!) { order(key: {external: {channel: "web", reference: $t}}) { id } }',
    "query($t: String!) { shipment(key: {number: $t}) { id } }",
    "query($t: String!) { shipment(key: {trackingNumber: $t}) { id } }",
    "query($t: String!) { product(sku: $t) { id } }",
    'query($t: String!) { variant(sku: "1", company: $t) { id } }',
    "query($t: String!) { orderEvents(filter: {type: [$t]}) { nodes { id } } }",
)


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 101, "x" * 201], ids=["nul", "half", "101", "201"])
@pytest.mark.parametrize("document", LOOK_UPS)
async def test_a_text_that_its_column_cannot_hold_is_refused(api, shop, document, text):
    assert await api.refusal(shop.agent, document, t=text) == "BAD_REQUEST"


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 201], ids=["nul", "half", "201"])
async def test_a_text_that_no_column_can_hold_is_not_searched_for(api, shop, text):
    document = "query($t: String!) { orders(filter: {text: $t}) { nodes { id } } }"

    assert await api.refusal(shop.agent, document, t=text) == "BAD_REQUEST"
