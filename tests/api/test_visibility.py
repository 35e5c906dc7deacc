from __future__ import annotations

import json

import pytest

from domain.access import Permission
from gql.ids import from_global
from tests.api.documents import everything, ids_in
from tests.api.market import PEOPLE, Market, global_id, open_market
from tests.api.rows import without

PARTS = ("Order", "OrderLine", "FulfillmentOrder", "Shipment", "ShipmentItem", "TrackingEvent", "Payment")
PARTS += ("PaymentOperation", "OrderIssue", "Comment", "OrderEvent", "Address")
SUPPLIERS = ("ink", "jet", "kiln")


def of_kind(ids: set[str], *kinds: str) -> set[str]:
    return {one for one in ids if from_global(one)[0] in kinds}


@pytest.fixture
async def market(orm) -> Market:
    return await open_market()


@pytest.mark.parametrize("name", PEOPLE)
async def test_an_id_leads_to_its_row_for_those_who_may_see_it_and_nowhere_for_others(api, market, name):
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = sorted(market.audience)

    answer = await api.ask(market.viewers[name], document, ids=ids)

    assert {node["id"] for node in answer["nodes"] if node} == market.seen_by(name)


@pytest.mark.parametrize("name", PEOPLE)
async def test_along_every_path_from_an_order_nothing_foreign_is_reached_and_nothing_own_missed(api, market, name):
    document = "{ orders(first: 100) { nodes " + everything("Order", 3) + "} }"

    answer = await api.ask(market.viewers[name], document)

    reached = ids_in(answer)
    assert reached <= market.seen_by(name)
    assert of_kind(reached, *PARTS) == of_kind(market.seen_by(name), *PARTS)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("orders(first: 100) { nodes", "Order"),
        ("orderEvents(first: 100) { nodes", "OrderEvent"),
        ("channels", "SalesChannel"),
        ("sources", "Source"),
        ("connections(first: 100) { nodes", "Partnership"),
        ("shippingMappings(first: 100) { nodes", "ShippingMapping"),
        ("routingRules(first: 100) { nodes", "RoutingRule"),
        ("stock(first: 100) { nodes", "StockLevel"),
        ("products(first: 100) { nodes", "Product"),
    ],
)
async def test_every_list_holds_what_the_viewer_may_see_and_leads_to_nothing_else(api, market, name, field, kind):
    document = f"{{ {field} {everything(kind, 2)} {'}' if '{' in field else ''} }}"

    answer = await api.ask(market.viewers[name], document)

    reached = ids_in(answer)
    assert of_kind(reached, kind) == market.seen_by(name, kind)
    assert reached <= market.seen_by(name)


@pytest.mark.parametrize("name", PEOPLE)
async def test_looking_up_by_a_business_key_finds_only_what_is_in_scope(api, market, name):
    seen = market.seen_by(name, "Order")
    document = """query($number: String!, $channel: String!, $reference: String!, $id: ID!) {
        number: order(key: {number: $number}) { id }
        external: order(key: {external: {channel: $channel, reference: $reference}}) { id }
        id: order(key: {id: $id}) { id }
    }"""

    for row in market.orders.values():
        await row.fetch_related("channel")
        names = {"number": row.number, "channel": row.channel.code, "reference": row.external_ref}
        order_id = global_id(row)
        answer = await api.ask(market.viewers[name], document, id=order_id, **names)

        expected = {"id": order_id} if order_id in seen else None
        assert answer == {"number": expected, "external": expected, "id": expected}


@pytest.mark.parametrize("name", PEOPLE)
async def test_counts_count_what_is_in_scope(api, market, name):
    document = (
        "{ orders { count { value exact } } orderCounts { count { value } } orderEvents { count { value } } }"
    )

    answer = await api.ask(market.viewers[name], document)

    orders = len(market.seen_by(name, "Order"))
    assert answer["orders"]["count"] == {"value": orders, "exact": True}
    assert sum(one["count"]["value"] for one in answer["orderCounts"]) == orders
    assert answer["orderEvents"]["count"]["value"] == len(market.seen_by(name, "OrderEvent"))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("filter", ["text", "sku"])
async def test_a_search_for_an_article_finds_orders_only_by_lines_in_scope(api, market, name, filter):
    document = "query($filter: OrderFilter) { orders(filter: $filter) { nodes { id } count { value } } }"

    found = {}
    for owner in ("acme-own", "bolt-own", "ink-sku", "jet-sku", "kiln-sku"):
        answer = await api.ask(market.viewers[name], document, filter={filter: owner})
        found[owner] = (len(answer["orders"]["nodes"]), answer["orders"]["count"]["value"])

    hits = {
        "acme-own": 2 if name in {"agent", "viewer", "acme", "partner"} else 0,
        "bolt-own": 1 if name in {"agent", "viewer", "limited", "bolt"} else 0,
        "ink-sku": 1 if name in {"agent", "viewer", "acme", "partner", "ink"} else 0,
        "jet-sku": 1 if name in {"agent", "viewer", "acme", "partner", "jet"} else 0,
        "kiln-sku": 1 if name in {"agent", "viewer", "limited", "bolt", "kiln"} else 0,
    }
    assert found == {owner: (count, count) for owner, count in hits.items()}


@pytest.mark.parametrize("name", PEOPLE)
async def test_the_supplier_filter_knows_only_suppliers_of_visible_parts(api, market, name):
    document = "query($filter: OrderFilter) { orders(filter: $filter) { count { value } } }"

    found = {}
    for supplier in SUPPLIERS:
        answer = await api.ask(market.viewers[name], document, filter={"supplier": supplier})
        found[supplier] = answer["orders"]["count"]["value"]

    parts = {supplier: f"{supplier}-tracking" for supplier in SUPPLIERS}
    tracked = {
        supplier: await api.ask(
            market.viewers[name], "query($t: String!) { shipment(key: {trackingNumber: $t}) { id } }", t=tracking
        )
        for supplier, tracking in parts.items()
    }
    assert found == {supplier: int(tracked[supplier]["shipment"] is not None) for supplier in SUPPLIERS}
    assert sum(found.values()) == len(market.seen_by(name, "FulfillmentOrder"))


@pytest.mark.parametrize(("name", "other"), [("ink", "jet"), ("jet", "ink"), ("kiln", "ink"), ("ink", "kiln")])
async def test_a_supplier_reads_no_word_of_another_supplier(api, market, name, other):
    document = "{ orders { nodes " + everything("Order", 3) + "}}"

    answer = await api.ask(market.viewers[name], document)

    assert other not in json.dumps(answer)


@pytest.mark.parametrize("name", ["ink", "jet"])
async def test_a_supplier_reads_its_own_status_and_nothing_of_totals_payments_and_notes(api, market, name):
    document = """{ orders { nodes {
        status totals { grandTotal { amount } } payments { id } paymentSnapshot { due { amount } }
        billingAddress { id } shippingAddress { name masked } holdNote tags metadata
        channel { settings { autoVerify } }
        lines { amounts { total { amount } } }
    } } orderCounts { status } }"""

    answer = await api.ask(market.viewers[name], document)

    (order,) = answer["orders"]["nodes"]
    assert order.pop("shippingAddress") == {
        "name": f"Ship{market.orders['shared'].id} Person",
        "masked": False,
    }
    assert order == {
        "status": "IN_PRODUCTION",
        "totals": None,
        "payments": None,
        "paymentSnapshot": None,
        "billingAddress": None,
        "holdNote": None,
        "tags": [],
        "metadata": {},
        "channel": {"settings": None},
        "lines": [{"amounts": {"total": None}}],
    }
    assert answer["orderCounts"] == [{"status": "IN_PRODUCTION"}]


async def test_a_supplier_filters_by_its_own_status(api, market):
    document = "query($s: [OrderStatus!]) { orders(filter: {status: $s}) { count { value } } }"

    own = await api.ask(market.viewers["ink"], document, s=["IN_PRODUCTION"])
    whole = await api.ask(market.viewers["ink"], document, s=["PROCESSING"])

    assert own["orders"]["count"]["value"] == 1
    assert whole["orders"]["count"]["value"] == 0


async def test_without_the_permission_to_view_orders_there_is_nothing(api, market):
    nobody = without(market.viewers["agent"], Permission.ORDERS_VIEW)
    document = """query($ids: [ID!]!) {
        orders { nodes { id } count { value } } orderCounts { status } nodes(ids: $ids) { id }
    }"""

    answer = await api.ask(nobody, document, ids=sorted(market.audience))

    assert ids_in(answer) == set()
    assert answer["orders"]["count"]["value"] == 0
    assert answer["orderCounts"] == []
