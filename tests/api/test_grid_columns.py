from __future__ import annotations

import pytest
from graphql import parse

from domain.access import CompanyKind
from domain.addresses import AddressRole
from gql.ids import to_global
from tests.api import rows
from tests.contract.pages import ROOT, blocks

GRID = next(one.text for one in blocks(ROOT / "docs" / "api" / "filtering.md") if "query Grid" in one.text)


@pytest.mark.parametrize(("role", "budget"), [("agent", 8), ("retailer", 8), ("viewer", 8), ("fulfiller", 8)])
async def test_the_grid_of_the_guide_takes_few_statements_however_many_rows(api, statements, role, budget):
    home = await rows.company("home", CompanyKind.PLATFORM)
    acme = await rows.company("acme", CompanyKind.RETAILER)
    ink = await rows.company("ink", CompanyKind.FULFILLER)
    web, place = await rows.channel(acme, "web"), await rows.source(ink)
    viewer = rows.viewer({"retailer": acme, "fulfiller": ink}.get(role, home), role)
    taken = []

    for _ in range(3):
        order = await rows.order(web)
        await rows.fulfillment(order, ink, place, "cup")
        await rows.address(order, AddressRole.SHIPPING, "Any")
        await rows.issue(order, "late", fulfiller_id=ink.id)
        statements.clear()
        page = (await api.ask(viewer, GRID, first=100))["orders"]
        taken.append((len(page["nodes"]), len(statements)))

    assert [found for found, _ in taken] == [1, 2, 3]
    assert len({asked for _, asked in taken}) == 1, taken
    assert taken[0][1] <= budget, statements


async def test_things_come_in_the_order_of_their_ids_each_kind_read_once(api, statements):
    home = await rows.company("home", CompanyKind.PLATFORM)
    web = await rows.channel(await rows.company("acme", CompanyKind.RETAILER), "web")
    orders = [await rows.order(web) for _ in range(3)]
    lines = [await rows.line(order, "mug") for order in orders]
    ids = [to_global(type(row).__name__, row.id) for row in (*orders, *lines)]
    asked = [
        ids[4],
        ids[0],
        ids[4],
        to_global("Order", 999),
        ids[2],
        ids[1],
        ids[0],
        ids[3],
        to_global("Nothing", 1),
    ]
    statements.clear()

    answer = await api.ask(
        rows.viewer(home, "agent"), "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked
    )

    found = [node and node["id"] for node in answer["nodes"]]
    assert found == [one if one in ids else None for one in asked]
    assert len(statements) <= 2


async def test_parcels_and_fulfilment_orders_are_listed_newest_first_for_those_who_see_them(api, orm):
    home = await rows.company("home", CompanyKind.PLATFORM)
    acme = await rows.company("acme", CompanyKind.RETAILER)
    suppliers = [await rows.company(code, CompanyKind.FULFILLER) for code in ("ink", "jet")]
    places = [await rows.source(supplier) for supplier in suppliers]
    web = await rows.channel(acme, "web")
    parts, parcels = [], []
    for number in range(4):
        order = await rows.order(web)
        parts.append(await rows.fulfillment(order, suppliers[number % 2], places[number % 2], "cup"))
        parcels.append(await rows.shipment(parts[-1], f"T-{number // 2}"))
    document = """query(
        $s: ShipmentFilter, $f: FulfillmentOrderFilter, $after: Cursor, $key: FulfillmentOrderKey!
    ) {
        shipments(filter: $s, first: 3, after: $after) { nodes { number } pageInfo { endCursor hasNextPage } }
        fulfillmentOrders(filter: $f, first: 100) { nodes { number } count { value } }
        fulfillmentOrder(key: $key) { number }
    }"""
    assert parse(document)

    async def ask(viewer, **variables):
        answer = await api.ask(viewer, document, **{"key": {"number": parts[0].number}, **variables})
        rows_of = [
            [node["number"] for node in answer[name]["nodes"]] for name in ("shipments", "fulfillmentOrders")
        ]
        return *rows_of, answer["fulfillmentOrder"], answer["shipments"]["pageInfo"]

    agent, retailer = rows.viewer(home, "agent"), rows.viewer(acme, "retailer")
    jet = rows.viewer(suppliers[1], "fulfiller")
    for viewer in (agent, retailer):
        first, all_parts, one, info = await ask(viewer)
        rest, *_ = await ask(viewer, after=info["endCursor"])
        assert [*first, *rest] == [parcel.number for parcel in reversed(parcels)]
        assert all_parts == [part.number for part in reversed(parts)]
        assert one == {"number": parts[0].number}
    own, own_parts, foreign, _ = await ask(jet)
    assert (own, own_parts) == ([parcels[3].number, parcels[1].number], [parts[3].number, parts[1].number])
    assert foreign is None
    tracked, of_source, *_ = await ask(
        agent, s={"trackingNumber": "T-1", "status": ["CREATED"]}, f={"source": ["ink-main"], "status": ["SENT"]}
    )
    assert (tracked, of_source) == ([parcels[3].number, parcels[2].number], [parts[2].number, parts[0].number])
    of_order = {"orderId": to_global("Order", parts[1].order_id)}
    assert (await ask(agent, s=of_order, f=of_order))[:2] == ([parcels[1].number], [parts[1].number])
    assert (await ask(agent, s={"carrier": ["none"]}, f={"carrier": ["none"]}))[:2] == ([], [])
