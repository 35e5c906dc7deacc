"""The audit trail of a line (S1): which events concern it.

Its own, those of the parcels it is in and of its fulfilment order, and those of the order as a whole; not those
that concern another line, parcel or fulfilment order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models import OrderEvent, OrderLine
from reads.bounded import select

_CONCERNS: Final = """
    SELECT found."id" AS "id", l."id" AS "line",
           row_number() OVER (PARTITION BY l."id" ORDER BY found."id" {way}) AS place
    FROM ({query}) AS found JOIN "order_lines" AS l ON l."order_id" = found."order_id"
    WHERE l."id" IN ({lines}) AND (
        found."line_id" = l."id" OR found."line_id" IS NULL AND CASE
            WHEN found."shipment_id" IS NOT NULL THEN EXISTS (
                SELECT 1 FROM "shipment_items" AS i
                WHERE i."shipment_id" = found."shipment_id" AND i."line_id" = l."id")
            WHEN found."fulfillment_order_id" IS NOT NULL
                THEN found."fulfillment_order_id" = l."fulfillment_order_id"
            ELSE TRUE END)
"""
_NEAREST: Final = f"FROM ({_CONCERNS}) AS ranked WHERE place <= {{limit}}"
_FIRST: Final = f'SELECT "id", "line" {_NEAREST} ORDER BY "id"'
_COUNTS: Final = f'SELECT "line", count(*) AS rows {_NEAREST} GROUP BY "line"'


async def first_events(
    events: QuerySet[OrderEvent], lines: Sequence[int], limit: int, *, newest: bool = False
) -> list[tuple[int, int]]:
    """(line, event) of the first or newest `limit` of these events that concern each line, in their order."""
    way = "DESC" if newest else "ASC"
    rows = await select(_FIRST, _of(events, lines), way=way, lines=_keys(lines), limit=limit)
    return [(row["line"], row["id"]) for row in rows]


async def counts(events: QuerySet[OrderEvent], lines: Sequence[int], limit: int) -> dict[int, int]:
    """How many of them concern each line, but never more than `limit`; lines without are absent."""
    rows = await select(_COUNTS, _of(events, lines), way="ASC", lines=_keys(lines), limit=limit)
    return {row["line"]: row["rows"] for row in rows}


def _of(events: QuerySet[OrderEvent], lines: Sequence[int]) -> QuerySet[OrderEvent]:
    """Of their orders alone: an order's events are found by its index."""
    return events.filter(order_id__in=Subquery(OrderLine.filter(id__in=list(lines)).values("order_id")))


def _keys(lines: Sequence[int]) -> str:
    return ", ".join(str(int(line)) for line in lines)
