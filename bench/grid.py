"""How fast the grid is on many orders: every sort, first and 400th page, and every filter, in milliseconds.

    python -m bench.grid sqlite:///tmp/grid.sqlite3 --orders 200000
    python -m bench.grid postgres://postgres@127.0.0.1:5432/grid --orders 200000

Fills the database first if it has no orders; make it beforehand, empty. Medians of seven requests each, through
the whole schema, 50 orders a page.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tortoise.connection import get_connections
from tortoise.context import TortoiseContext

import models
from bench.orders import fill
from domain.access import CompanyKind, Permission, Scope, Viewer
from gql.context import Context
from gql.filters import OrderSort, OrderSortField, SortDirection
from models.event_log import DatabaseLog
from models.migrating import migrate
from models.visibility import along_shares, visible
from operations.world import World
from resolvers.searching import sorted_by
from server.database import config
from server.schema import schema
from subscriptions.core.hub import Hub

ROUNDS = 7
SIZE = 50
FAR = 400
GRID = """query($filter: OrderFilter, $sort: OrderSort, $after: Cursor) {
    orders(first: 50, filter: $filter, sort: $sort, after: $after) { nodes { number } }
}"""
COUNTS = "query($filter: OrderFilter) { orderCounts(filter: $filter) { status count { value } } }"
FILTERS: dict[str, dict[str, Any]] = {
    "number": {"number": "10012"},
    "externalReference": {"externalReference": "x-1999"},
    "status": {"status": ["FAILED"]},
    "type": {"type": ["EXCHANGE"]},
    "origin": {"origin": ["CALL"]},
    "channel": {"channel": ["acme-2"]},
    "placedFrom placedTo": {"placedFrom": "2024-03-01T00:00:00Z", "placedTo": "2024-03-02T00:00:00Z"},
    "customerFirstName": {"customerFirstName": "zoe"},
    "customerLastName": {"customerLastName": "müller-17"},
    "customerEmail": {"customerEmail": "c1234@"},
    "phone": {"phone": "+49 (40) 1234"},
    "shippingAddress": {"shippingAddress": "77 harbour"},
    "postcode": {"postcode": "20457"},
    "source": {"source": ["ink-3"]},
    "supplier": {"supplier": "ink-3"},
    "carrier": {"carrier": ["heron"]},
    "trackingNumber": {"trackingNumber": "T-123456"},
    "sku": {"sku": "MUG-77"},
    "paymentMethod": {"paymentMethod": ["voucher"]},
    "hasOpenIssue": {"hasOpenIssue": True},
    "hasBlockingIssue": {"hasBlockingIssue": True},
    "issueCode": {"issueCode": ["NO_SUPPLIER"]},
    "overdue DISPATCH": {"overdue": ["DISPATCH"]},
    "overdue DELIVERY": {"overdue": ["DELIVERY"]},
    "text, rare": {"text": "harbour 77x"},
    "text, common": {"text": "example"},
    "nothing found": {"customerEmail": "nobody@nowhere"},
    "status and channel": {"status": ["NEW"], "channel": ["acme-1"]},
    "not paymentMethod": {"not": {"paymentMethod": ["card"]}},
    "or of two": {"or": [{"customerEmail": "c1234@"}, {"trackingNumber": "T-123456"}]},
    "expression like": {
        "expression": {
            "exp": "like",
            "args": [
                {"exp": "field", "args": [{"value": "customer_email"}]},
                {"value": "c12%@example.com", "type": "string"},
            ],
        }
    },
}


@dataclass(frozen=True)
class Bench:
    """Somebody who asks."""

    viewer: Viewer

    def context(self) -> Context:
        log = DatabaseLog(get_connections().get("default"))
        return Context(self.viewer, World(), Hub(log), log, "bench")

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        result = await schema.execute(document, variable_values=variables, context_value=self.context())
        assert result.errors is None, result.errors
        return dict(result.data or {})

    async def median(self, document: str = GRID, **variables: Any) -> float:
        """Milliseconds."""
        took = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            await self.ask(document, **variables)
            took.append(time.perf_counter() - start)
        return statistics.median(took) * 1000

    async def far(self, sort: dict[str, str]) -> str:
        """The cursor behind which page FAR begins."""
        wanted = OrderSort(field=OrderSortField[sort["field"]], direction=SortDirection[sort["direction"]])
        scope = self.viewer.scope
        by_share = scope.is_fulfiller and wanted.field is not OrderSortField.NUMBER
        base = along_shares(scope) if by_share else visible(models.Order, scope)
        query, by = sorted_by(scope, base, wanted)
        (row,) = await query.order_by(*by.order()).offset((FAR - 1) * SIZE - 1).limit(1)
        return by.cursor(row)


def _viewers() -> Iterator[tuple[str, Viewer]]:
    everything = frozenset(Permission)
    for name, company, kind in (
        ("platform", 1, CompanyKind.PLATFORM),
        ("retailer", 2, CompanyKind.RETAILER),
        ("fulfiller", 4, CompanyKind.FULFILLER),
    ):
        yield name, Viewer(name, Scope(company, kind, everything), user_id=1)


async def main(url: str, orders: int, *, sorts_alone: bool) -> None:
    await migrate(config(url))
    async with TortoiseContext() as context:
        await context.init(config=config(url))
        await fill(context.db(), orders)
        print(f"{await models.Order.all().count():,} orders, {context.db().capabilities.dialect}; medians in ms")
        for name, viewer in _viewers():
            await _sorts(name, Bench(viewer))
        if not sorts_alone:
            await _filters(Bench(next(_viewers())[1]))


async def _sorts(name: str, bench: Bench) -> None:
    print(f"\n{name:<24}{'page 1':>8}{f'page {FAR}':>10}")
    for field in OrderSortField:
        if bench.viewer.scope.is_fulfiller and field in ("GRAND_TOTAL", "CUSTOMER_NAME"):
            continue
        for direction in SortDirection:
            sort = {"field": field.value, "direction": direction.value}
            first, far = await bench.median(sort=sort), await bench.median(sort=sort, after=await bench.far(sort))
            print(f"{field.value:<15}{direction.value:<9}{first:8.1f}{far:10.1f}")


async def _filters(bench: Bench) -> None:
    print(f"\n{'filter (platform)':<24}{'placed':>8}{'total':>8}{'counts':>8}")
    for name, wanted in FILTERS.items():
        placed = await bench.median(filter=wanted)
        total = await bench.median(filter=wanted, sort={"field": "GRAND_TOTAL", "direction": "ASC"})
        counts = await bench.median(COUNTS, filter=wanted)
        print(f"{name:<24}{placed:8.1f}{total:8.1f}{counts:8.1f}")
    print(f"{'no filter':<24}{await bench.median():8.1f}{'':8}{await bench.median(COUNTS):8.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.grid", description=__doc__)
    parser.add_argument("url", help="DATABASE_URL of a database for this alone")
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--sorts", action="store_true", help="leave the filters out")
    given = parser.parse_args()
    asyncio.run(main(given.url, given.orders, sorts_alone=given.sorts))
