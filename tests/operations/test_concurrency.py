"""Many people act at once: nothing is lost, nothing is done twice, nothing is drawn that is not there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable

import pytest
from tortoise.connection import get_connections

import models
from domain.lines import broken_laws
from domain.refusals import Refused
from subscriptions.core.cursor import Cursor
from tests.founding import CARDS_IN_STOCK
from tests.shop import Shop

pytestmark = pytest.mark.postgres
WRITERS = 16


async def all_at_once(*actions: Awaitable[object]) -> list[object]:
    """Results, or the refusals in their place; anything else is raised."""
    outcomes = await asyncio.gather(*actions, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refused):
            raise outcome
    return outcomes


async def few_at_once(actions: Iterable[Awaitable[object]]) -> list[object]:
    """Like `all_at_once`, by as many people as there are writers."""
    turns = asyncio.Semaphore(WRITERS)

    async def in_turn(action: Awaitable[object]) -> object:
        async with turns:
            return await action

    return await all_at_once(*map(in_turn, actions))


def refused(outcomes: Iterable[object]) -> int:
    return sum(isinstance(outcome, Refused) for outcome in outcomes)


async def numbers_are_dense(order: models.Order) -> bool:
    """Whether the order's events are numbered 1, 2, 3 ... up to its version."""
    rows = models.OrderEvent.filter(order_id=order.id).order_by("order_version")
    numbers = await rows.values_list("order_version", flat=True)
    fresh = await models.Order.get(id=order.id)
    return list(numbers) == list(range(1, fresh.version + 1))


async def deadlocks() -> int:
    """How many the database has had to end."""
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    (row,) = await get_connections().get("default").execute_query_dict(counted)
    return int(row["deadlocks"])


async def test_fifty_actions_on_one_order_are_all_done_or_refused(shop: Shop) -> None:
    order = await shop.order(("CARD", 20), ("MUG", 5))
    cards, mugs = await shop.lines(order)

    comments = [shop.comment(order, f"Comment {n}") for n in range(20)]
    cancellations = [shop.cancel(order, (line, 1)) for line in [cards] * 12 + [mugs] * 8]
    holds = [action(order) for _ in range(5) for action in (shop.hold, shop.release)]
    outcomes = await all_at_once(
        *(one for group in zip(comments, cancellations, strict=True) for one in group), *holds
    )

    assert await models.Comment.filter(order_id=order.id).count() == 20
    events = Counter(await shop.events(order))
    cards, mugs = await shop.lines(order)
    assert refused(outcomes[:40]) == 3  # five mugs were there to be cancelled, eight were asked for
    assert (cards.open, cards.cancelled, mugs.open, mugs.cancelled) == (8, 12, 0, 5)
    assert (events["comment.added"], events["line.cancelled"]) == (20, 17)
    assert events["order.held"] + events["order.released"] == 10 - refused(outcomes[40:])
    assert [*broken_laws(cards.quantities), *broken_laws(mugs.quantities)] == []
    assert (await shop.stock("CARD")).reserved == cards.open
    assert await numbers_are_dense(order)


async def test_two_people_never_ship_the_same_unit(shop: Shop) -> None:
    order = await shop.processed(("CARD", 5))
    (line,) = await shop.lines(order)

    outcomes = await all_at_once(*(shop.ship(order, shop.dock, (line, 1)) for _ in range(10)))

    (line,) = await shop.lines(order)
    stock = await shop.stock("CARD")
    assert refused(outcomes) == 5
    assert (line.open, line.shipped) == (0, 5)
    assert (stock.on_hand, stock.reserved) == (CARDS_IN_STOCK - 5, 0)
    assert await numbers_are_dense(order)


async def test_an_order_is_sent_once_however_many_people_process_it(shop: Shop) -> None:
    order = await shop.order(("MUG", 1), ("CARD", 1))

    outcomes = await all_at_once(*(shop.process(order) for _ in range(10)))

    assert refused(outcomes) == 9
    assert await models.FulfillmentOrder.filter(order_id=order.id).count() == 2


async def test_followers_get_every_event_of_many_writers_once_and_in_order(shop: Shop) -> None:
    orders = [await shop.order(("MUG", 2), ("CARD", 1)) for _ in range(2 * WRITERS)]

    async with shop.feed() as hub:
        follower = await hub.follow(Cursor(hub.head.epoch, 0))
        await few_at_once(_from_process_to_delivery(shop, order) for order in orders)
        written = await models.OrderEvent.all().count()
        entries = [await anext(follower) for _ in range(written)]

    assert [entry.position for entry in entries] == list(range(1, written + 1))
    assert len({entry.event_id for entry in entries}) == written
    versions: dict[int | None, int] = {}
    for entry in entries:
        assert entry.order_version == versions.get(entry.order_id, 0) + 1
        versions[entry.order_id] = entry.order_version
    assert versions == {order.id: order.version for order in await models.Order.all()}
    assert all([(await shop.now(order)).status == "COMPLETE" for order in orders])


async def test_two_hundred_orders_share_a_hundred_units(shop: Shop) -> None:
    outcomes = await few_at_once(shop.order(("CARD", 1)) for _ in range(2 * CARDS_IN_STOCK))
    promised = await shop.stock("CARD")
    sent = await few_at_once(shop.process(order) for order in await models.Order.all())

    stock = await shop.stock("CARD")
    assert refused(outcomes) == 0
    assert promised.reserved == stock.reserved == CARDS_IN_STOCK
    assert refused(sent) == CARDS_IN_STOCK
    assert await models.Order.filter(status="PROCESSING").count() == CARDS_IN_STOCK
    assert await models.OrderIssue.filter(code="OUT_OF_STOCK", resolved_at=None).count() == CARDS_IN_STOCK
    assert len({order.number for order in await models.Order.all()}) == 2 * CARDS_IN_STOCK


async def test_units_given_back_are_taken_by_those_who_wait(shop: Shop) -> None:
    takers = [await shop.order(("CARD", 10)) for _ in range(CARDS_IN_STOCK // 10)]
    waiting = [await shop.order(("CARD", 10)) for _ in range(10)]

    await few_at_once(shop.cancel(order) for order in takers[:5])
    outcomes = await few_at_once(shop.process(order) for order in waiting)

    assert refused(outcomes) == 5
    assert (await shop.stock("CARD")).reserved == CARDS_IN_STOCK


async def _from_process_to_delivery(shop: Shop, order: models.Order) -> None:
    await shop.process(order)
    await shop.comment(order, "On its way", shared=True)
    for fulfiller in (shop.press, shop.dock):
        await shop.deliver(await shop.ship(order, fulfiller))


async def test_orders_of_the_same_goods_in_opposite_order_do_not_wait_in_a_circle(shop: Shop) -> None:
    await models.StockLevel.filter(variant__sku="MUG").update(managed=True, on_hand=1000)
    wanted = [("MUG", 2), ("CARD", 1)]

    async def come_and_go(number: int) -> None:
        order = await shop.order(*(wanted if number % 2 else reversed(wanted)))
        await shop.process(order)
        await shop.cancel(order)

    outcomes = await few_at_once(come_and_go(number) for number in range(60))

    assert refused(outcomes) == 0
    assert [(await shop.stock(sku)).reserved for sku in ("MUG", "CARD")] == [0, 0]
    assert await deadlocks() == 0
