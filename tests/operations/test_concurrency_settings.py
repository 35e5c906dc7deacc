"""Settings and stock change while orders come, go and are cancelled: nothing is lost and every sum is exact."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from tortoise.transactions import in_transaction

import models
from domain.refusals import Refused
from operations.auditing import audit
from operations.settings.channels import SaveChannel
from operations.settings.channels import save as save_channel
from operations.settings.stock import SetStock, set_stock
from tests.founding import CARDS_IN_STOCK
from tests.operations.test_concurrency import all_at_once, deadlocks, few_at_once, refused
from tests.shop import Shop

pytestmark = pytest.mark.postgres


async def level_of(sku: str) -> models.StockLevel:
    return await models.StockLevel.filter(variant__sku=sku).order_by("id").first()


async def count(shop: Shop, sku: str, **given: object) -> None:
    level = await level_of(sku)
    await set_stock(shop.world, shop.administrator, SetStock(level.variant_id, level.source_id, **given))


async def come_and_go(shop: Shop, number: int, sku: str, fulfiller: str) -> Counter[str]:
    """An order that is shipped, cancelled or left waiting; what became of its two units."""
    order = await shop.order((sku, 2))
    try:
        await shop.process(order)
        if number % 3 == 0:
            await shop.ship(order, shop.viewers[fulfiller])
        if number % 3 == 1:
            await shop.cancel(order)
    except Refused:
        return Counter(refused=1)
    return Counter(shipped=2 if number % 3 == 0 else 0)


async def test_deliveries_are_booked_in_while_orders_reserve_ship_and_cancel(shop: Shop) -> None:
    orders = [come_and_go(shop, number, "CARD", "dock") for number in range(60)]
    deliveries = [count(shop, "CARD", difference=3 if number % 2 else -1) for number in range(40)]

    outcomes = await few_at_once(one for pair in zip(orders[:40], deliveries, strict=True) for one in pair)
    outcomes += await few_at_once(orders[40:])

    level = await level_of("CARD")
    shipped = sum(outcome["shipped"] for outcome in outcomes if isinstance(outcome, Counter))
    lines = await models.OrderLine.filter(variant_id=level.variant_id, source_id=level.source_id)
    assert refused(outcomes) == 0
    assert level.on_hand == CARDS_IN_STOCK + 20 * 3 - 20 - shipped
    assert level.reserved == sum(line.open for line in lines)
    assert level.version == 40
    assert (await audit()).findings == ()
    assert await deadlocks() == 0


async def test_counting_begins_and_ends_while_orders_reserve_ship_and_cancel(shop: Shop) -> None:
    orders = [come_and_go(shop, number, "MUG", "press") for number in range(48)]
    flips = [
        count(shop, "MUG", managed=True, on_hand=1000) if number % 2 else count(shop, "MUG", managed=False)
        for number in range(16)
    ]

    work = [
        one
        for number, order in enumerate(orders)
        for one in ([order, flips[number // 3]] if number % 3 == 0 else [order])
    ]
    outcomes = await few_at_once(work)
    await count(shop, "MUG", managed=True, on_hand=1000)

    level = await level_of("MUG")
    lines = await models.OrderLine.filter(variant_id=level.variant_id, source_id=level.source_id)
    assert [str(one) for one in outcomes if isinstance(one, Refused)] == []
    assert level.reserved == sum(line.open for line in lines)
    assert (await audit()).findings == ()


async def test_of_those_who_count_at_once_each_is_told_of_and_the_last_one_holds(shop: Shop) -> None:
    await all_at_once(*(count(shop, "CARD", on_hand=number) for number in range(30)))

    level = await level_of("CARD")
    events = await models.OrderEvent.filter(aggregate="stock_level", aggregate_id=level.id).order_by(
        "order_version"
    )
    assert [event.order_version for event in events] == list(range(1, level.version + 1))
    assert events[-1].data["changes"]["onHand"][1] == level.on_hand


async def test_a_code_that_many_want_at_once_goes_to_one(shop: Shop) -> None:
    command = SaveChannel(code="leaf-app", values={"name": "App", "currency": "EUR"})

    outcomes = await all_at_once(*(save_channel(shop.world, shop.retailer, command) for _ in range(8)))

    assert refused(outcomes) == 7
    assert await models.SalesChannel.filter(code="leaf-app").count() == 1


async def test_settings_saved_at_once_are_all_saved_and_numbered(shop: Shop) -> None:
    changes = [{"remorse_minutes": number} for number in range(1, 11)] + [{"name": f"Leaf {n}"} for n in range(10)]

    await all_at_once(
        *(
            save_channel(shop.world, shop.retailer, SaveChannel(shop.channel.id, values=values))
            for values in changes
        )
    )

    channel = await shop.now(shop.channel)
    events = await models.OrderEvent.filter(aggregate="channel", aggregate_id=channel.id).order_by("order_version")
    assert [event.order_version for event in events] == list(range(1, 21))
    assert channel.version == 20


async def test_counting_does_not_begin_while_somebody_takes_long_to_read_the_stock(shop: Shop) -> None:
    reading, read = asyncio.Event(), asyncio.Event()

    async def back_up() -> None:
        async with in_transaction() as connection:
            await connection.execute_query("SELECT count(*) FROM stock_levels")
            reading.set()
            await read.wait()

    backup = asyncio.create_task(back_up())
    await reading.wait()
    with pytest.raises(Refused) as refusal:
        await count(shop, "CARD", managed=False)
    await count(shop, "CARD", on_hand=7)
    read.set()
    await backup
    await count(shop, "CARD", managed=False)

    (reason,) = refusal.value.reasons
    level = await level_of("CARD")
    assert [blocker.code for blocker in reason.blockers] == ["STOCK_IN_USE"]
    assert (level.on_hand, level.managed, level.version) == (7, False, 2)
