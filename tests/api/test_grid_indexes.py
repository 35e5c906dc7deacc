"""Every filter and every sort of the grid has an index: what the databases say they would do."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from tortoise.connection import get_connections
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

import models
from domain.access import CompanyKind
from gql.filters import OrderSort, OrderSortField, SortDirection
from gql.order_filter import MEANINGS, OrderFilter, Overdue
from models.formulas import FormulaIndex
from resolvers.searching import found, sorted_by
from tests.api import rows
from tests.databases import DATABASE

SOME = {
    "id": ["T3JkZXI6MQ"],
    "status": [rows.OrderStatus.NEW],
    "type": [models.orders.OrderType.EXCHANGE],
    "origin": [rows.OrderOrigin.WEB],
    "channel": ["web"],
    "source": ["ink-main"],
    "supplier": "ink",
    "carrier": ["swift"],
    "payment_method": ["card"],
    "issue_code": [rows.IssueCode.NO_SUPPLIER],
    "has_open_issue": True,
    "has_blocking_issue": True,
    "placed_from": rows.START,
    "placed_to": rows.START,
    "overdue": [Overdue.DISPATCH],
}
SERVED_BY = {
    "id": {"sqlite": "INTEGER PRIMARY KEY", "postgres": "orders_pkey"},
    "number": "ix_orders_number_folded",
    "external_reference": "ix_orders_reference_folded",
    "status": ("ix_orders_status_placed", "ix_orders_dispatch", "ix_orders_expected"),
    "type": "ix_orders_type",
    "origin": "ix_orders_origin",
    "channel": ("ix_orders_channel_placed", "ix_orders_channel_status", "channel_id"),
    "placed_from": "ix_orders_placed",
    "placed_to": "ix_orders_placed",
    "customer_first_name": "ix_orders_first_name",
    "customer_last_name": "ix_orders_last_name",
    "customer_email": "ix_orders_email_folded",
    "phone": "ix_orders_phone",
    "shipping_address": "ix_addresses_name",
    "postcode": "ix_addresses_postcode_folded",
    "source": ("ix_fulfillment_source", "ix_fulfillment_of_source"),
    "supplier": "ix_fulfillment_fulfiller",
    "carrier": "ix_fulfillment_service",
    "tracking_number": "ix_shipments_tracking",
    "sku": "ix_lines_sku",
    "payment_method": "ix_payments_method",
    "has_open_issue": "ix_issues_open",
    "has_blocking_issue": "ix_issues_open",
    "issue_code": "ix_issues_open",
    "overdue": "ix_orders_dispatch",
}
SORTS = [(field, way) for field in OrderSortField for way in SortDirection]
Plan = list[str]


def filter_of(name: str) -> OrderFilter:
    return OrderFilter(**{name: SOME.get(name, "abc")})


@pytest.fixture
async def asker(orm) -> Any:
    """Somebody of the platform who may see everything, as resolvers get to know of them."""
    home = await rows.company("home", CompanyKind.PLATFORM)
    shop = await rows.channel(await rows.company("acme", CompanyKind.RETAILER), "web")
    ink = await rows.company("ink", CompanyKind.FULFILLER)
    carrier = await models.Carrier.create(code="swift", name="Swift")
    await models.CarrierService.create(carrier=carrier, code="std", name="Std")
    await rows.fulfillment(await rows.order(shop), ink, await rows.source(ink), "sku")
    scope = rows.viewer(home, "agent").scope
    world = SimpleNamespace(clock=lambda: rows.START)
    return SimpleNamespace(context=SimpleNamespace(scope=scope, world=world, filtered_by=0))


async def plan(query: QuerySet[Any], *without: str) -> Plan:
    """What the database would do, line by line; PostgreSQL takes some ways only where nothing else helps."""
    query._make_query()
    statement, values = query.query.get_parameterized_sql()
    if DATABASE == "sqlite":
        asked = f"EXPLAIN QUERY PLAN {statement}"
        return [row["detail"] for row in await get_connections().get("default").execute_query_dict(asked, values)]
    async with in_transaction() as connection:
        for way in ("seqscan", *without):
            await connection.execute_query(f"SET LOCAL enable_{way} = off")
        return [row["QUERY PLAN"] for row in await connection.execute_query_dict(f"EXPLAIN {statement}", values)]


def reads_through(lines: Plan) -> Sequence[str]:
    """Lines that say that all orders are read without an index."""
    if DATABASE == "sqlite":
        return [line for line in lines if line.startswith("SCAN orders") and "USING" not in line]
    return [line for line in lines if "Seq Scan on orders" in line]


@pytest.mark.parametrize(("field", "way"), SORTS)
async def test_a_sorted_list_is_read_along_an_index_from_wherever_a_page_begins(asker, field, way):
    scope = asker.context.scope
    query, sort = sorted_by(scope, await found(asker, None), OrderSort(field=field, direction=way))
    (row,) = await query.order_by(*sort.order()).limit(1)

    for page in (query, query.filter(sort.beyond(sort.cursor(row)))):
        lines = await plan(page.order_by(*sort.order()).limit(51), "sort", "bitmapscan")

        assert reads_through(lines) == []
        assert [line for line in lines if "TEMP B-TREE" in line or "->  Sort" in line] == []


@pytest.mark.parametrize("name", [*MEANINGS, "overdue"])
async def test_every_filter_is_found_by_its_index_and_never_by_reading_all_orders_however_sorted(asker, name):
    scope, wanted = asker.context.scope, filter_of(name)
    query = await found(asker, wanted)
    serving = SERVED_BY[name]
    serving = serving[DATABASE] if isinstance(serving, dict) else serving
    one_of = (serving,) if isinstance(serving, str) else serving

    alone = await plan(query.values("id"))
    sorted_ones = {}
    for field, way in SORTS:
        ready, sort = sorted_by(scope, query, OrderSort(field=field, direction=way))
        sorted_ones[field, way] = await plan(ready.order_by(*sort.order()).limit(51))

    assert any(index in line for line in alone for index in one_of), alone
    assert {how: lines for how, lines in sorted_ones.items() if reads_through(lines)} == {}


def test_every_typed_filter_is_known_here():
    text_and_joins = {"text", "and_", "or_", "not_", "expression"}

    assert set(OrderFilter.__dataclass_fields__) - text_and_joins == set(SERVED_BY)


def test_formulas_are_written_alike_in_indexes_and_in_conditions():
    index = FormulaIndex(fields=("retailer_id", "folded:number"), name="ix")

    assert index.written(postgres=True) == ["retailer_id", '(lower("number" COLLATE "C"))']
    assert index.written(postgres=False) == ["retailer_id", '(lower("number"))']
