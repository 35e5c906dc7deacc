"""Stock of managed levels: reserved on promise, taken when shipped, given back when cancelled.

Every change is one conditional statement, so that concurrent orders never reserve the same unit twice.
Unmanaged levels are always available and never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.routing import LARGEST_COUNT
from models import OrderLine, StockLevel
from models.statements import execute, fetch, listed, query

Share = tuple[OrderLine, int]
"""A line and a number of its units."""
Place = tuple[int | None, int | None]
"""Variant and source: where a line's goods are counted."""
Levels = Mapping[Place, int]
"""Units on hand at managed levels; of `on_hand_at`."""


async def reserve(stock_level_id: int, units: int, *, beyond_stock: bool) -> bool:
    """Reserves units of a managed level. False when there are not enough and back-orders are not allowed, or when
    more would be on back-order than can be counted."""
    statement = _RESERVE if beyond_stock else f'{_RESERVE} AND "on_hand" - "reserved" >= $2'
    return await execute(statement, stock_level_id, units, LARGEST_COUNT - units) == 1


@dataclass(frozen=True, slots=True)
class Level:
    """A managed stock level. Everybody locks them in the order of their keys, so that nobody waits in a circle."""

    key: int
    place: Place
    on_hand: int


async def levels_of(lines: Iterable[OrderLine]) -> Levels:
    """What there is at the managed levels that lines draw on."""
    return on_hand_at(await managed_levels(variants_of(lines)))


def variants_of(lines: Iterable[OrderLine]) -> list[int]:
    """Keys of the variants that lines draw from a source."""
    return sorted({line.variant_id for line in lines if line.variant_id and line.source_id})


async def managed_levels(variants: Sequence[int]) -> list[Level]:
    """The managed levels of variants, at whatever source."""
    rows = await query(f"{_MANAGED} IN ({listed(len(variants))})", *variants) if variants else []
    return [Level(row["id"], (row["variant_id"], row["source_id"]), row["on_hand"]) for row in rows]


def on_hand_at(levels: Iterable[Level]) -> Levels:
    """Units by place, in the order of locking."""
    return {level.place: level.on_hand for level in sorted(levels, key=lambda level: level.key)}


def counted(shares: Sequence[Share], levels: Levels) -> list[Share]:
    """The lines and units that come from managed levels, in the order of these."""
    places = {place: number for number, place in enumerate(levels)}
    managed = [share for share in shares if _place(share[0]) in places]
    return sorted(managed, key=lambda share: places[_place(share[0])])


def missing(shares: Sequence[Share], levels: Levels) -> list[tuple[OrderLine, int]]:
    """Lines of which fewer are on hand than units go out, each with how many there are."""
    left, short = dict(levels), []
    for line, units in counted(shares, levels):
        place = _place(line)
        if left[place] < units:
            short.append((line, left[place]))
        else:
            left[place] -= units
    return short


def on_hand(line: OrderLine, levels: Levels) -> int | None:
    """Units of a line's goods that are there; None: not counted."""
    return levels.get(_place(line))


def _place(line: OrderLine) -> Place:
    return line.variant_id, line.source_id


async def release(line: OrderLine, units: int) -> None:
    """Units that will not be shipped: available again."""
    await execute(f'{_CHANGE} "reserved" = "reserved" - $3 {_OF_LINE}', line.variant_id, line.source_id, units)


async def take(line: OrderLine, units: int) -> int | None:
    """Units leave the source. Answers None; or, with nothing changed, how many there are when that is too few."""
    if await execute(_TAKE, line.variant_id, line.source_id, units):
        return None
    short = await fetch(StockLevel, _OF_LINE, line.variant_id, line.source_id)
    return short[0].on_hand if short else None


async def give_back(line: OrderLine, units: int) -> None:
    """Units of a deleted parcel: on the shelf and reserved again."""
    await execute(_GIVE_BACK, line.variant_id, line.source_id, units)


_MANAGED: Final = (
    'SELECT "id", "variant_id", "source_id", "on_hand" FROM "stock_levels" WHERE "managed" AND "variant_id"'
)
_CHANGE: Final = 'UPDATE "stock_levels" SET'
_OF_LINE: Final = 'WHERE "variant_id" = $1 AND "source_id" = $2 AND "managed"'
_RESERVE: Final = f'{_CHANGE} "reserved" = "reserved" + $2 WHERE "id" = $1 AND "managed" AND "reserved" <= $3'
_TAKE: Final = f"""
    {_CHANGE} "on_hand" = "on_hand" - $3, "reserved" = "reserved" - $3 {_OF_LINE} AND "on_hand" >= $3
"""
_GIVE_BACK: Final = f'{_CHANGE} "on_hand" = "on_hand" + $3, "reserved" = "reserved" + $3 {_OF_LINE}'
