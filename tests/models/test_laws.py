"""The database itself refuses counters that break the law, whoever writes them."""

from __future__ import annotations

import random
from dataclasses import asdict, fields, replace

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from domain.lines import Quantities, broken_laws
from models import COUNTERS, OrderLine, StockLevel
from tests.models import filling, shapes

LAWFUL = Quantities(**filling.LAWFUL["order_lines"])
BROKEN = {
    "a unit is lost": replace(LAWFUL, open=3),
    "a unit is made": replace(LAWFUL, cancelled=3),
    "a shipped unit is nowhere": replace(LAWFUL, with_customer=1),
    "more arrived than shipped": replace(LAWFUL, delivered=4),
    "more asked to cancel than open": replace(LAWFUL, cancel_requested=5),
    "more claimed than there is": replace(LAWFUL, reshipped=2),
    "nothing ordered": Quantities(ordered=0),
    "fewer than none cancelled": replace(LAWFUL, cancelled=-1, open=7),
    "fewer than none returned": replace(LAWFUL, with_customer=4, returned=-1),
    "fewer than none exchanged": replace(LAWFUL, exchanged=-1),
}


@pytest.fixture
async def connection(orm: TortoiseContext) -> BaseDBAsyncClient:
    """A database with rows in every table."""
    filled = orm.db()
    await filling.fill(filled, await shapes.columns(filled))
    return filled


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_counters_that_break_the_law_are_neither_stored_nor_changed_to(
    broken: Quantities, connection: BaseDBAsyncClient
) -> None:
    columns = (await shapes.columns(connection))["order_lines"]
    fourth = filling.row(OrderLine, 4, columns) | {"order_id": 1} | asdict(broken)

    with pytest.raises(IntegrityError):
        await OrderLine.filter(id=1).update(**asdict(broken))
    with pytest.raises(IntegrityError):
        await filling.insert(connection, "order_lines", fourth)

    assert [line.quantities for line in await OrderLine.all()] == [LAWFUL] * filling.ROWS


async def test_the_database_and_the_rules_agree_on_what_is_lawful(connection: BaseDBAsyncClient) -> None:
    dice = random.Random(20260321)
    disagreed = []

    for _ in range(400):
        tried = _perhaps_lawful(dice)
        lawful = not list(broken_laws(tried)) and tried.ordered > 0
        try:
            await OrderLine.filter(id=1).update(**asdict(tried))
            stored = True
        except IntegrityError:
            stored = False
        if stored is not lawful:
            disagreed.append(tried)

    assert disagreed == []


@pytest.mark.parametrize("broken", [{"on_hand": -1}, {"reserved": -1}], ids=str)
async def test_stock_never_falls_below_nothing(broken: dict[str, int], connection: BaseDBAsyncClient) -> None:
    columns = (await shapes.columns(connection))["stock_levels"]
    fourth = filling.row(StockLevel, 4, columns) | {"variant_id": 1, "source_id": 2} | broken

    with pytest.raises(IntegrityError):
        await StockLevel.filter(id=1).update(**broken)
    with pytest.raises(IntegrityError):
        await filling.insert(connection, "stock_levels", fourth)

    assert await StockLevel.all().count() == filling.ROWS


def test_every_counter_of_the_rules_is_a_column() -> None:
    assert tuple(field.name for field in fields(Quantities)) == COUNTERS
    assert set(COUNTERS) <= set(OrderLine._meta.fields_db_projection)


def _perhaps_lawful(dice: random.Random) -> Quantities:
    """Lawful about half the time; otherwise one or two counters off by one."""
    still_open, cancelled, with_customer, returned = (dice.randrange(4) for _ in range(4))
    shipped = with_customer + returned
    return_pending = dice.randint(0, with_customer)
    counters = {
        "ordered": still_open + cancelled + shipped,
        "open": still_open,
        "cancelled": cancelled,
        "shipped": shipped,
        "with_customer": with_customer,
        "returned": returned,
        "delivered": dice.randint(0, shipped),
        "cancel_requested": dice.randint(0, still_open),
        "return_pending": return_pending,
        "reshipped": dice.randint(0, with_customer - return_pending),
        "exchanged": dice.randrange(3),
    }
    for _ in range(dice.choice((0, 0, 1, 2))):
        counters[dice.choice(list(counters))] += dice.choice((-1, 1))
    return Quantities(**counters)
