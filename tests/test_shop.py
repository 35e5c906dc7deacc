"""The test's shop works."""

from __future__ import annotations

from tortoise.context import TortoiseContext

from tests.shop import Shop


async def test_an_order_goes_all_the_way_from_arrival_to_delivery(orm: TortoiseContext) -> None:
    shop = await Shop.open()
    order = await shop.processed(("MUG", 2), ("CARD", 1))

    for fulfiller in (shop.press, shop.dock):
        await shop.deliver(await shop.ship(order, fulfiller))

    assert (await shop.now(order)).status == "COMPLETE"
    assert (await shop.trace(order))[0] == len(await shop.events(order))


async def test_the_feed_tells_what_happens(orm: TortoiseContext) -> None:
    shop = await Shop.open()
    order = await shop.order(("MUG", 1))

    async with shop.feed() as hub:
        follower = await hub.follow()
        await shop.hold(order)
        entry = await anext(follower)

    assert entry.order_id == order.id


async def test_anybody_may_ask(orm: TortoiseContext) -> None:
    shop = await Shop.open()
    order = await shop.order()
    document = "query($id: ID!) { order(key: {id: $id}) { status number } }"

    answer = await shop.ask(shop.agent, document, id=shop.id(order))

    assert answer.of("order") == {"status": "RECEIVED", "number": order.number}
