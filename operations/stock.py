"""Stock of managed levels: reserved on promise, taken when shipped, given back when cancelled.

Every change is one conditional statement, so that concurrent orders never reserve the same unit twice.
Unmanaged levels are always available and never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from models import OrderLine, StockLevel

Share = tuple[OrderLine, int]
"""A line and a number of its units."""
LARGEST_COUNT: Final = 2**31 - 1
"""What a column of the stock levels holds."""


async def reserve(stock_level_id: int, units: int, *, beyond_stock: bool) -> bool:
    """Reserves units of a managed level. False when there are not enough and back-orders are not allowed, or when
    more would be on back-order than can be counted."""
    level = StockLevel.filter(id=stock_level_id, managed=True, reserved__lte=LARGEST_COUNT - units)
    if not beyond_stock:
        level = level.filter(on_hand__gte=F("reserved") + units)
    return await level.update(reserved=F("reserved") + units) == 1


async def in_order(shares: Sequence[Share]) -> list[Share]:
    """Lines and units in the order in which everybody locks stock levels, so that nobody waits in a circle."""
    if len(shares) < 2:
        return list(shares)
    levels = StockLevel.filter(
        variant_id__in={line.variant_id for line, _ in shares if line.variant_id},
        source_id__in={line.source_id for line, _ in shares if line.source_id},
    )
    rows = await levels.values_list("variant_id", "source_id", "id")
    keys = {(variant_id, source_id): key for variant_id, source_id, key in rows}
    return sorted(shares, key=lambda share: keys.get((share[0].variant_id, share[0].source_id), 0))


async def release(line: OrderLine, units: int) -> None:
    """Units that will not be shipped: available again."""
    await _of(line).update(reserved=F("reserved") - units)


async def take(line: OrderLine, units: int) -> int | None:
    """Units leave the source. Answers None; or, with nothing changed, how many there are when that is too few."""
    level = _of(line)
    if await level.filter(on_hand__gte=units).update(on_hand=F("on_hand") - units, reserved=F("reserved") - units):
        return None
    short = await level.first()
    return short.on_hand if short else None


async def give_back(line: OrderLine, units: int) -> None:
    """Units of a deleted parcel: on the shelf and reserved again."""
    await _of(line).update(on_hand=F("on_hand") + units, reserved=F("reserved") + units)


def _of(line: OrderLine) -> QuerySet[StockLevel]:
    return StockLevel.filter(variant_id=line.variant_id, source_id=line.source_id, managed=True)
