"""Odd values for every argument of every query and mutation: refused with a code, and never a changed byte."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import aiohttp
import pytest
from graphql import OperationType
from tortoise.connection import get_connection

import models
from gql.ids import to_global
from server.schema import schema
from tests.server.odd import Odd, document
from tests.server.shops import serving, token_of
from tests.shop import Shop

DRAWS = 10
ROOTS = {
    kind.value: schema._schema.get_root_type(kind).fields for kind in (OperationType.QUERY, OperationType.MUTATION)
}
MOVING = {models.IdempotencyKey, models.Counter}
"""Answers kept for keys, refusals too; numbers taken ahead."""


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def known_ids(shop: Shop) -> tuple[str, ...]:
    order = await shop.processed(("MUG", 2))
    named = {
        "Order": [order], "OrderLine": await order.lines, "FulfillmentOrder": await order.fulfillment_orders,
        "SalesChannel": [shop.channel], "Role": await models.Role.all(), "User": await models.User.all(),
        "ApiClient": await models.ApiClient.all(), "Variant": await models.Variant.all(),
        "Source": await models.Source.all(),
        "Company": await models.Company.all(), "Carrier": await models.Carrier.all(),
    }  # fmt: skip
    return tuple(to_global(name, row.id) for name, rows in named.items() for row in rows)


async def contents() -> dict[str, list[str]]:
    """Every row that a mutation can change."""
    tables = {model for name in models.__all__ if isinstance(model := getattr(models, name), type)} - MOVING
    connection = get_connection("default")
    found = {}
    for model in tables:
        if hasattr(model, "_meta"):
            table = model._meta.db_table
            rows = await connection.execute_query_dict(f'SELECT * FROM "{table}"')
            found[table] = sorted(repr({**row, "position": 0, "last_used_at": 0}) for row in rows)
    return found


class Asking:
    """Somebody who asks oddly, and what went wrong."""

    def __init__(self, http: aiohttp.ClientSession, odd: Odd) -> None:
        self._http = http
        self._odd = odd
        self.wrong: list[str] = []
        self.answered = self.refused = 0

    async def ask(self, kind: str, name: str, token: str) -> bool:
        """Whether it was refused."""
        field = ROOTS[kind][name]
        variables = {arg: self._odd.value(of.type) for arg, of in field.args.items()}
        body = json.dumps({"query": document(kind, name, field), "variables": variables}).encode()
        async with self._http.post("/graphql", data=body, headers=headers(token)) as answer:
            said = await answer.json()
        refused = self._judge(name, body.decode(), answer.status, said)
        self.refused += refused
        self.answered += not refused
        return refused

    def _judge(self, name: str, asked: str, status: int, said: dict[str, Any]) -> bool:
        errors = said.get("errors", [])
        codes = {error["extensions"]["code"] for error in errors}
        if status >= 500 or "INTERNAL" in codes or codes & {"GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}:
            self.wrong.append(f"{name} {status} {errors[:1]} for {asked[:3000]}")
        payload = (said.get("data") or {}).get(name)
        return bool(errors) or bool(isinstance(payload, dict) and payload.get("userErrors"))


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


async def test_queries_answer_or_refuse_odd_values_and_never_fail(shop, database_url):
    odd = Odd(Random(4711), await known_ids(shop))
    token = token_of(database_url, shop.administrator)
    async with serving(database_url) as server, aiohttp.ClientSession(server.url) as http:
        asking = Asking(http, odd)
        for name in ROOTS["query"]:
            for _ in range(DRAWS):
                await asking.ask("query", name, token)

    assert asking.wrong == []
    assert min(asking.answered, asking.refused) > 10


async def test_mutations_refuse_odd_values_and_change_nothing(shop, database_url):
    odd = Odd(Random(4711), await known_ids(shop))
    token = token_of(database_url, shop.administrator)
    changed = []
    async with serving(database_url) as server, aiohttp.ClientSession(server.url) as http:
        asking = Asking(http, odd)
        for name in ROOTS["mutation"]:
            before = await contents()
            refused = [await asking.ask("mutation", name, token) for _ in range(DRAWS)]
            if all(refused) and (after := await contents()) != before:
                changed += [f"{name}: {table}" for table in after if after[table] != before[table]]

    assert asking.wrong == []
    assert changed == []
    assert asking.refused > 50
