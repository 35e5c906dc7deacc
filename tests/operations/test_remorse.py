from __future__ import annotations

import pytest

from domain.orders import HoldReason, OrderStatus
from operations.orders.remorse import release_due
from tests.shop import Shop


@pytest.fixture
async def shop(orm):
    return await Shop.open(remorse_minutes=30)


async def test_an_order_is_released_when_its_customer_had_the_time_to_think(shop):
    order = await shop.order(("MUG", 1))
    assert (order.status, order.hold_reason) == (OrderStatus.ON_HOLD, HoldReason.REMORSE)

    shop.later(minutes=29)
    early = await release_due(shop.world)
    shop.later(minutes=1)
    released = await release_due(shop.world)

    assert (early, released) == (0, 1)
    assert (await shop.now(order)).status is OrderStatus.RECEIVED
    assert (await shop.events(order))[-2:] == ["order.released", "order.status_changed"]
    assert await release_due(shop.world) == 0


async def test_a_channel_that_sends_by_itself_sends_what_is_released(orm):
    shop = await Shop.open(remorse_minutes=30, auto_process=True)
    order = await shop.order(("MUG", 1))

    shop.later(minutes=30)
    await release_due(shop.world)

    assert (await shop.now(order)).status is OrderStatus.PROCESSING


async def test_an_order_held_by_a_person_meanwhile_stays_held(shop):
    order = await shop.order(("MUG", 1))
    await shop.release(order)
    await shop.hold(order)

    shop.later(minutes=30)
    released = await release_due(shop.world)

    assert released == 0
    assert (await shop.now(order)).hold_reason is HoldReason.MANUAL


async def test_several_orders_are_released_at_once(shop):
    orders = [await shop.order(("MUG", 1)) for _ in range(3)]

    shop.later(hours=1)

    assert await release_due(shop.world) == len(orders)
