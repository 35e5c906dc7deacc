from __future__ import annotations

import asyncio

import pytest
from tortoise.connection import get_connection

import models
from operations.auditing import audit
from operations.channels import ensure_channel
from operations.system import system_viewer
from tests.shop import Shop


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def run(statement: str) -> None:
    await get_connection("default").execute_query(statement)


async def told() -> list[tuple[str | None, str]]:
    return [(finding.order, finding.message) for finding in (await audit()).findings]


async def busy(shop: Shop) -> models.Order:
    """An order in which a lot has happened: one part arrived, another was cancelled in part and waits."""
    order = await shop.processed(("MUG", 2), ("CARD", 5))
    _, card = await shop.lines(order)
    await shop.cancel(order, (card, 2))
    await shop.deliver(await shop.ship(order, shop.press))
    return await shop.now(order)


async def test_nothing_is_found_where_nothing_is_wrong(shop):
    await busy(shop)
    await shop.order(("CARD", 7))
    held = await shop.order()
    await shop.hold(held)
    await shop.cancel(await shop.processed(("CARD", 1)))
    await shop.unship(await shop.ship(await shop.processed(), shop.press))

    report = await audit()

    assert report.findings == ()
    assert (report.orders, report.events) == (5, await models.OrderEvent.all().count())


async def test_an_empty_database_is_as_it_should_be(orm):
    report = await audit()

    assert (report.findings, report.orders, report.events) == ((), 0, 0)


async def test_looking_changes_nothing(shop):
    order = await busy(shop)
    before = await shop.trace(order)

    await run("UPDATE orders SET total_minor = total_minor + 1")
    await audit()

    assert await shop.trace(order) == before


async def test_every_page_of_orders_is_looked_at(shop):
    orders = [await shop.order() for _ in range(5)]
    await run("UPDATE orders SET total_minor = total_minor + 1")
    seen: list[int] = []

    report = await audit(seen.append, page=2)

    assert [finding.order for finding in report.findings] == [order.number for order in orders]
    assert seen == [2, 2, 1]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE orders SET status = 'SHIPPED'", "status is SHIPPED, should be PARTIALLY_CLOSED"),
        ("UPDATE orders SET status_reason = 'WHY'", "status reason is WHY, should be empty"),
        ("UPDATE orders SET hold_reason = 'MANUAL'", "should be ON_HOLD"),
        ("UPDATE orders SET closed_at = placed_at", "status is PARTIALLY_CLOSED, should be COMPLETE"),
        ("UPDATE orders SET items_minor = 1", "total of items is 1, should be 7000"),
        ("UPDATE orders SET discount_minor = 1", "total discount is 1, should be 0"),
        ("UPDATE orders SET tax_minor = 1", "total tax is 1, should be 0"),
        ("UPDATE orders SET total_minor = 1", "grand total is 1, should be 7000"),
        ("UPDATE orders SET version = version + 1", "number of events"),
        ("UPDATE order_lines SET status = 'NEW' WHERE number = 1", "line 1: status is NEW, should be DELIVERED"),
        ("UPDATE order_lines SET total_minor = 1 WHERE number = 1", "line 1: total is 1, should be 2000"),
        ("UPDATE order_lines SET net_minor = 1 WHERE number = 1", "line 1: net + tax is 1, should be 2000"),
        ("UPDATE order_lines SET tax_minor = 1 WHERE number = 1", "line 1: tax is 1, should be 0"),
        ("UPDATE order_lines SET delivered = 1 WHERE number = 1", "line 1: units delivered is 1, should be 2"),
        (
            "UPDATE order_lines SET shipped = 1, with_customer = 1, open = 2 WHERE number = 2",
            "line 2: units shipped is 1, should be 0",
        ),
        ("UPDATE order_lines SET open = 2, cancelled = 3 WHERE number = 2", "reserved stock of CARD"),
        (
            "UPDATE stock_levels SET reserved = 4 WHERE managed",
            "reserved stock of CARD at Dock of Leeds is 4, should be 3",
        ),
        ("UPDATE stock_levels SET reserved = 4 WHERE NOT managed", "reserved stock of MUG"),
        (
            "UPDATE fulfillment_orders SET status = 'DISPATCHED' WHERE number LIKE '%-1'",
            "-1: status is DISPATCHED",
        ),
        ("UPDATE fulfillment_orders SET status = 'READY' WHERE number LIKE '%-2'", "-2: last status in the log"),
        ("UPDATE order_shares SET status = 'NEW'", "status is NEW, should be DELIVERED"),
        ("UPDATE order_shares SET status_reason = 'WHY'", "status reason is WHY"),
        ("DELETE FROM order_shares", "status is empty, should be"),
        ("UPDATE shipment_items SET quantity = 1", "line 1: units shipped is 2, should be 1"),
        ("DELETE FROM order_event WHERE order_version = 3", "number of events"),
        ("DELETE FROM order_event WHERE order_version = 3", "number of positions in the log"),
        ("DELETE FROM order_event WHERE order_version = 1", "first event number is 2, should be 1"),
        ("DELETE FROM order_event WHERE type = 'order.status_changed'", "last status in the log is NEW"),
    ],
)
async def test_damage_is_found(shop, damage, words):
    await busy(shop)
    await shop.log.sequence()

    await run(damage)

    assert any(words in message for _, message in await told()), await told()


async def test_a_gap_in_the_numbers_of_what_belongs_to_no_order_is_found(shop):
    viewer = system_viewer()
    await ensure_channel(shop.world, viewer, "olive")
    await run("UPDATE order_event SET order_version = 2 WHERE aggregate = 'channel'")

    ((order, message),) = await told()

    assert order is None
    assert message.startswith("channel ")


@pytest.mark.postgres
async def test_nothing_is_found_while_others_work(shop):
    orders = [await shop.order(("CARD", 1)) for _ in range(6)]

    async def work() -> None:
        for order in orders:
            await shop.process(order)
            await shop.deliver(await shop.ship(order, shop.dock))

    working = asyncio.create_task(work())
    reports = [await audit() for _ in range(5)]
    await working

    assert [report.findings for report in reports] == [()] * 5
