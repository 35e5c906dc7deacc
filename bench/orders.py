"""Invented orders by the hundred thousand, written straight into the tables; the same number makes the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

import models

START = datetime(2023, 1, 1, tzinfo=UTC)
FIRST = ("Zoe", "Ann", "Bob", "Cem", "Dora", "Eve", "Finn", "Gül", "Hal", "Ivo")
CHANNELS, SUPPLIERS = 5, 20
STATUSES = ("COMPLETE",) * 70 + ("DELIVERED",) * 10 + ("CANCELLED",) * 8 + ("SHIPPED",) * 5 + (
    "PROCESSING", "PROCESSING", "NEW", "NEW", "RECEIVED", "ON_HOLD", "FAILED"
)  # fmt: skip
CHUNK = 5_000
TABLES = (
    "orders", "order_shares", "order_lines", "addresses", "payments", "fulfillment_orders", "shipments",
    "order_issues",
)  # fmt: skip
Row = dict[str, Any]


async def fill(connection: BaseDBAsyncClient, orders: int) -> None:
    """Companies, and orders with a line, an address, a payment, a fulfilment order and a parcel each."""
    if await models.Order.exists():
        return
    await _companies()
    numbers = Random(1)
    for start in range(1, orders + 1, CHUNK):
        rows: dict[str, list[Row]] = {}
        for key in range(start, min(start + CHUNK, orders + 1)):
            for table, row in _order(key, orders, numbers):
                rows.setdefault(table, []).append(row)
        async with in_transaction() as transaction:
            for table, made in rows.items():
                await _insert(transaction, table, made)
    for table in TABLES:
        await connection.execute_query(f'ANALYZE "{table}"')


async def _companies() -> None:
    kinds = [("home", "PLATFORM"), ("acme", "RETAILER"), ("tiny", "RETAILER")]
    suppliers = [(f"ink-{number}", "FULFILLER") for number in range(SUPPLIERS)]
    for key, (code, kind) in enumerate([*kinds, *suppliers], start=1):
        await models.Company.create(id=key, code=code, name=code, kind=kind)
    for number in range(CHANNELS):
        await models.SalesChannel.create(
            id=number + 1, code=f"acme-{number}", name="Shop", currency="EUR", retailer_id=3 if number == 0 else 2
        )
    for number in range(SUPPLIERS):
        await models.Source.create(
            id=number + 1, company_id=4 + number, code=f"ink-{number}", name="Hall", kind="SUPPLIER"
        )
    for key, code in enumerate(("swift", "heron"), start=1):
        await models.Carrier.create(id=key, code=code, name=code)
        await models.CarrierService.create(id=key, carrier_id=key, code="standard", name="Standard")


def _order(key: int, orders: int, numbers: Random) -> Iterator[tuple[str, Row]]:
    placed = START + timedelta(seconds=key * 94_608_000 // orders)
    recent = key > orders * 0.97
    status = numbers.choice(STATUSES[-20:] if recent else STATUSES[:93])
    channel = 1 + (numbers.randrange(CHANNELS * 20) // 20 if key % 50 else 0)
    supplier, customer = int(SUPPLIERS * numbers.random() ** 3), numbers.randrange(1 + orders // 3)
    total = numbers.randrange(500, 50_000)
    yield "orders", {
        "id": key, "number": str(100_000 + key), "external_ref": f"X-{key}", "channel_id": channel,
        "retailer_id": 3 if channel == 1 else 2, "origin": "CALL" if key % 200 == 0 else "WEB",
        "type": "EXCHANGE" if key % 100 == 0 else "STANDARD", "draft": False, "stage": "SENT", "status": status,
        "status_since": placed, "placed_at": placed, "received_at": placed,
        "updated_at": placed + timedelta(minutes=numbers.randrange(20_000)),
        "customer_type": "GUEST", "customer_first_name": FIRST[customer % 10],
        "customer_last_name": f"Müller-{customer % 5000}", "customer_email": f"c{customer}@example.com",
        "customer_phone": f"+49 40 {customer}", "delivery_mode": "SHIP", "urgent": False,
        "required_dispatch_date": placed.date() + timedelta(days=2),
        "expected_delivery": placed.date() + timedelta(days=7),
        "promotion_codes": [], "currency": "EUR" if key % 20 else "GBP", "items_minor": total, "discount_minor": 0,
        "shipping_minor": 0, "shipping_tax_minor": 0, "tax_minor": 0, "total_minor": total, "tags": [],
        "metadata": {}, "version": 1,
    }  # fmt: skip
    yield "order_shares", {
        "id": key, "order_id": key, "fulfiller_id": 4 + supplier, "status": status, "status_since": placed,
        "placed_at": placed,
    }  # fmt: skip
    yield "fulfillment_orders", {
        "id": key, "order_id": key, "number": f"{100_000 + key}-F1", "source_id": 1 + supplier,
        "fulfiller_id": 4 + supplier, "delivery_mode": "SHIP", "service_id": 2 if key % 500 == 0 else 1,
        "status": "SENT" if recent else "DELIVERED", "status_since": placed, "created_at": placed,
        "expected_delivery": placed.date() + timedelta(days=7),
    }  # fmt: skip
    yield "order_lines", {
        "id": key, "order_id": key, "number": 1, "sku": f"MUG-{numbers.randrange(2000)}", "name": "Mug",
        "item_kind": "STOCK", "delivery_mode": "SHIP", "status": "NEW", "unit_price_minor": total,
        "original_price_minor": total, "discount_minor": 0, "net_minor": total, "tax_minor": 0,
        "total_minor": total, "tax_rate": 0, "fulfillment_order_id": key, "fulfiller_id": 4 + supplier,
        "ordered": 1, "open": 1, "cancelled": 0, "shipped": 0, "with_customer": 0, "returned": 0, "delivered": 0,
        "cancel_requested": 0, "return_pending": 0, "reshipped": 0, "exchanged": 0, "removed": False,
    }  # fmt: skip
    yield "addresses", {
        "id": key, "order_id": key, "role": "SHIPPING", "name": f"{FIRST[customer % 10]} Müller", "company": "",
        "street": [f"{customer % 900} Harbour Street"], "city": "Hamburg", "region": "",
        "postcode": f"{20_000 + customer % 3000}", "country_code": "DE", "phone": f"+49 40 {customer}",
    }  # fmt: skip
    yield "payments", {
        "id": key, "order_id": key, "place": 1, "method": "VOUCHER" if key % 300 == 0 else "CARD",
        "gateway": "sandbox", "status": "AUTHORISED", "authorised_minor": total, "captured_minor": 0,
        "refunded_minor": 0, "created_at": placed,
    }  # fmt: skip
    if not recent:
        yield "shipments", {
            "id": key, "order_id": key, "fulfillment_order_id": key, "fulfiller_id": 4 + supplier,
            "number": f"{100_000 + key}-F1-P1", "service_id": 2 if key % 500 == 0 else 1,
            "tracking_number": f"T-{key}", "status": "DELIVERED", "shipped_at": placed,
            "expected_delivery": placed.date() + timedelta(days=7),
        }  # fmt: skip
    if key % 150 == 0:
        yield "order_issues", {
            "id": key, "order_id": key, "code": "NO_SUPPLIER" if key % 450 == 0 else "DISPATCH_OVERDUE",
            "blocking": key % 450 == 0, "path": "lines.0", "message": "Something", "raised_at": placed,
            "raised_by": "Rule", "resolved_at": None if recent else placed,
        }  # fmt: skip


async def _insert(connection: Any, table: str, rows: list[Row]) -> None:
    columns = list(rows[0])
    postgres = connection.capabilities.dialect == "postgres"
    stored = _POSTGRES if postgres else _SQLITE
    values = [[stored.get(type(row[column]), _same)(row[column]) for column in columns] for row in rows]
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(f"${place}" if postgres else "?" for place in range(1, len(columns) + 1))
    await connection.execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({places})', values)


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_POSTGRES: dict[type, Callable[[Any], Any]] = {list: _json, dict: _json}
_SQLITE: dict[type, Callable[[Any], Any]] = {
    list: _json,
    dict: _json,
    datetime: lambda value: value.isoformat(" "),
    date: lambda value: value.isoformat(),
}
