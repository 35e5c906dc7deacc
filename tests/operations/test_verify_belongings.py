"""Verifying finds whatever would show an order to the wrong company, and cancellations nobody made."""

from __future__ import annotations

import pytest

import models
from operations.auditing import audit


@pytest.mark.parametrize(
    ("table", "damage", "found"),
    [
        (models.OrderLine, {"fulfiller_id": None}, "line 1: fulfiller is empty"),
        (models.OrderLine, {"source_id": None}, "line 1: source is empty"),
        (models.OrderLine, {"open": 1, "cancelled": 1}, "line 1: units cancelled is 1, should be 0"),
    ],
)
async def test_damage_to_a_line_is_found(shop, table, damage, found):
    order = await shop.processed(("MUG", 2))

    await table.filter(order_id=order.id).update(**damage)

    assert any(finding.message.startswith(found) for finding in (await audit()).findings)


async def test_an_order_that_fell_to_another_retailer_is_found(shop):
    order = await shop.processed(("MUG", 2))

    await models.Order.filter(id=order.id).update(retailer_id=shop.rival.scope.company_id)

    (finding,) = (await audit()).findings
    assert (finding.order, finding.message.split(" ")[0]) == (order.number, "retailer")
