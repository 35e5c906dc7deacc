"""Stock is promised, taken and given back, and never goes wrong."""

from __future__ import annotations

import pytest

import models
from domain.fulfillment import FulfillmentStatus
from domain.refusals import QuantityExceeded, Refused
from tests.shop import Shop


async def counts(shop):
    level = await shop.stock("CARD")
    return level.on_hand, level.reserved


async def test_what_is_on_back_order_is_not_shipped_before_it_has_arrived(orm):
    shop = await Shop.open(allow_backorder=True)
    order = await shop.processed(("CARD", 150))
    before = await shop.trace(order)

    with pytest.raises(Refused) as refused:
        await shop.ship(order, shop.dock)

    (reason,) = refused.value.reasons
    assert isinstance(reason, QuantityExceeded)
    assert reason.available == 100
    assert await shop.trace(order) == before
    assert await counts(shop) == (100, 150)
    assert (await shop.part(order, shop.dock)).status is FulfillmentStatus.ACCEPTED


async def test_of_a_back_order_what_is_there_is_shipped_and_the_rest_when_it_has_arrived(orm):
    shop = await Shop.open(allow_backorder=True)
    order = await shop.processed(("CARD", 150))
    (cards,) = await shop.lines(order)

    await shop.ship(order, shop.dock, (cards, 100))
    await models.StockLevel.filter(variant__sku="CARD", reserved__gt=0).update(on_hand=60)
    await shop.ship(order, shop.dock)

    assert await counts(shop) == (10, 0)


async def test_every_line_of_which_too_few_are_there_is_told_at_once(orm):
    shop = await Shop.open(allow_backorder=True)
    order = await shop.processed(("CARD", 150), ("CARD", 120))

    with pytest.raises(Refused) as refused:
        await shop.ship(order, shop.dock)

    told = [reason.message for reason in refused.value.reasons]
    assert ["(line 1)" in told[0], "(line 2)" in told[1], len(told)] == [True, True, 2]


async def test_more_back_orders_than_can_be_counted_are_out_of_stock(orm):
    shop = await Shop.open(allow_backorder=True)
    await models.StockLevel.filter(variant__sku="CARD").update(reserved=2**31 - 100)

    order = await shop.order(("CARD", 100))

    codes = await models.OrderIssue.filter(order_id=order.id).values_list("code", flat=True)
    assert list(codes) == ["OUT_OF_STOCK"]


async def test_stock_is_as_before_after_shipping_deleting_and_cancelling(shop):
    order = await shop.processed(("CARD", 5))
    (cards,) = await shop.lines(order)

    await shop.cancel(order, (cards, 1))
    parcel = await shop.ship(order, shop.dock, (cards, 3))
    assert await counts(shop) == (97, 1)
    await shop.unship(parcel)
    await shop.cancel(order)

    assert await counts(shop) == (100, 0)
