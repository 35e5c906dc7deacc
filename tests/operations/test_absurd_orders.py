"""Orders nobody would place, and what becomes of them."""

from __future__ import annotations

import pytest

import models
from domain.money import LARGEST_MINOR, first_units, unit_shares
from domain.payments import CaptureMode
from domain.refusals import Refused, RowInvalid
from operations.imports.orders import ImportOrders, import_orders
from operations.money import due_of
from operations.unit import order_unit
from tests.shop import Shop

HEADER = "order.external_ref,order.sale_datetime,item.sku,item.quantity\n"


async def test_an_order_too_dear_by_the_prices_of_the_catalogue_is_refused(shop):
    await models.Variant.filter(sku="MUG").update(price_minor=LARGEST_MINOR)
    file = HEADER + "A,2026-01-01,MUG,100000\n"

    with pytest.raises(Refused) as refused:
        await import_orders(shop.world, shop.administrator, ImportOrders(shop.channel.code, file))

    (reason,) = refused.value.reasons
    assert isinstance(reason, RowInvalid)
    assert (reason.row, reason.column) == (2, "item.quantity")
    assert await models.Order.all().count() == 0


async def test_an_order_of_many_lines_adds_up_and_goes_all_the_way(shop):
    order = await shop.processed(*[("MUG", 1)] * 300)

    parcel = await shop.ship(order, shop.press)
    await shop.unship(parcel)
    await shop.cancel(order)

    order = await shop.now(order)
    assert (order.total_minor, order.status) == (300_000, "CANCELLED")
    assert order.version == len(await shop.events(order))


@pytest.mark.parametrize(("total", "units"), [(10000, 3), (1, 7), (0, 4), (99999, 101), (LARGEST_MINOR, 13)])
def test_the_first_units_of_a_line_are_worth_their_shares_together(total, units):
    shares = unit_shares(total, units)

    for kept in range(units + 1):
        assert first_units(total, units, kept) == sum(shares[:kept])


async def test_what_is_due_counts_the_units_that_are_kept(orm):
    shop = await Shop.open(capture_mode=CaptureMode.ON_SHIPMENT)
    order = await shop.order(("MUG", 100_000), ("CARD", 3), payment_method="card", shipping_minor=500)
    mugs, _ = await shop.lines(order)

    await shop.cancel(order, (mugs, 99_999))

    async with order_unit(shop.world, shop.agent, order.id) as unit:
        assert await due_of(unit) == 1000 + 3000 + 500
