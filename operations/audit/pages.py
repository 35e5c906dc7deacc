"""Orders with everything that belongs to them, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from tortoise.models import Model

from domain.events import Audience
from models import FulfillmentOrder, Order, OrderLine, OrderShare, SalesChannel
from models.statements import fetch, listed, query
from operations.permissions import SYSTEM
from operations.system import system_viewer
from operations.tracked import Tracked
from operations.unit import Unit
from operations.world import World

M = TypeVar("M", bound=Model)
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Numbering:
    """The event numbers of one order."""

    count: int = 0
    first: int = 1
    last: int = 0


@dataclass(frozen=True, slots=True)
class Audited:
    """One order as it is stored, and what the log and its parcels say of it."""

    unit: Unit
    told: Mapping[Key, str]
    """The last status that the log tells: of ("order", 0), and by key of "line", "fulfillment_order" and, by
    fulfiller, "share"."""
    numbering: Numbering
    shipped: Mapping[int, int]
    """Units in parcels that were not deleted, by line key."""
    delivered: Mapping[int, int]
    """Units in parcels that have arrived, by line key."""
    cancelled: Mapping[int, int]
    """Units the log tells were cancelled, by line key."""


async def next_keys(after: int, count: int) -> list[int]:
    """Keys of the next page of orders."""
    rows = await query('SELECT "id" FROM "orders" WHERE "id" > $1 ORDER BY "id" LIMIT $2', after, count)
    return [row["id"] for row in rows]


async def read_orders(keys: Sequence[int]) -> list[Audited]:
    """These orders with all that belongs to them."""
    if not keys:
        return []
    places = listed(len(keys))
    orders = await fetch(Order, f'WHERE "id" IN ({places}) ORDER BY "id"', *keys)
    of_orders = f'WHERE "order_id" IN ({places}) ORDER BY '
    lines = _by_order(await fetch(OrderLine, of_orders + '"number"', *keys))
    fulfillments = _by_order(await fetch(FulfillmentOrder, of_orders + '"id"', *keys))
    shares = _by_order(await fetch(OrderShare, of_orders + '"id"', *keys))
    channels = {row.id: row for row in await SalesChannel.filter(id__in={order.channel_id for order in orders})}
    told = await _told(keys, places)
    numbering = await _numbering(keys, places)
    shipped, delivered = await _parcelled(keys, places)
    cancelled = await _cancelled(keys, places)
    return [
        Audited(
            _unit(order, channels[order.channel_id], lines[order.id], fulfillments[order.id], shares[order.id]),
            told[order.id],
            numbering.get(order.id, Numbering()),
            shipped,
            delivered,
            cancelled,
        )
        for order in orders
    ]


def _by_order(rows: Sequence[M]) -> dict[int, list[M]]:
    grouped: dict[int, list[M]] = defaultdict(list)
    for row in rows:
        grouped[row.order_id].append(row)  # type: ignore[attr-defined]  # every model given here has it
    return grouped


def _unit(
    order: Order,
    channel: SalesChannel,
    lines: Sequence[OrderLine],
    fulfillments: Sequence[FulfillmentOrder],
    shares: Sequence[OrderShare],
) -> Unit:
    """The order as the rules take it. It is only looked at, never finished."""
    return Unit(
        world=World(),
        viewer=system_viewer(),
        actor=SYSTEM,
        now=order.updated_at,
        channel=channel,
        tracked_order=Tracked(order),
        tracked_lines=[Tracked(line) for line in lines],
        tracked_fulfillments=[Tracked(row) for row in fulfillments],
        tracked_shares=[Tracked(share) for share in shares],
    )


async def _told(keys: Sequence[int], places: str) -> dict[int, dict[Key, str]]:
    told: dict[int, dict[Key, str]] = defaultdict(dict)
    for row in await query(_STATUS_EVENTS.format(places=places), *keys):
        data = _data(row)
        if "to" in data:
            told[row["order_id"]][_about(row)] = data["to"]
    return told


async def _cancelled(keys: Sequence[int], places: str) -> dict[int, int]:
    cancelled: dict[int, int] = defaultdict(int)
    for row in await query(_CANCELLATIONS.format(places=places), *keys):
        cancelled[row["line_id"]] += _data(row)["quantity"]
    return cancelled


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(row["data"]) if isinstance(row["data"], str) else row["data"]
    return data


def _about(row: Mapping[str, Any]) -> Key:
    """Whose status an event tells."""
    noun = row["type"].partition(".")[0]
    if noun == "line":
        return "line", row["line_id"]
    if noun == "fulfillment_order":
        return "fulfillment_order", row["fulfillment_order_id"]
    return ("share", row["fulfiller_id"]) if row["audience"] == Audience.FULFILLER else ("order", 0)


async def _numbering(keys: Sequence[int], places: str) -> dict[int, Numbering]:
    rows = await query(_NUMBERS.format(places=places), *keys)
    return {row["order_id"]: Numbering(row["count"], row["first"], row["last"]) for row in rows}


async def _parcelled(keys: Sequence[int], places: str) -> tuple[dict[int, int], dict[int, int]]:
    shipped: dict[int, int] = defaultdict(int)
    delivered: dict[int, int] = defaultdict(int)
    for row in await query(_ITEMS.format(places=places), *keys):
        shipped[row["line_id"]] += row["quantity"]
        delivered[row["line_id"]] += row["quantity"] if row["arrived"] else 0
    return shipped, delivered


_STATUS_EVENTS: Final = """
    SELECT "order_id", "type", "audience", "line_id", "fulfillment_order_id", "fulfiller_id", "data"
    FROM "order_event"
    WHERE "order_id" IN ({places})
    AND ("type" IN ('order.status_changed', 'order.closed', 'line.status_changed')
        OR "type" LIKE 'fulfillment_order.%')
    ORDER BY "order_id", "order_version"
"""
_CANCELLATIONS: Final = """
    SELECT "line_id", "data" FROM "order_event" WHERE "order_id" IN ({places}) AND "type" = 'line.cancelled'
    AND "audience" <> 'FULFILLER'
"""
_NUMBERS: Final = """
    SELECT "order_id", count(*) AS "count", min("order_version") AS "first", max("order_version") AS "last"
    FROM "order_event" WHERE "order_id" IN ({places}) GROUP BY "order_id"
"""
_ITEMS: Final = """
    SELECT i."line_id", i."quantity", s."delivered_at" IS NOT NULL AS "arrived"
    FROM "shipment_items" i JOIN "shipments" s ON s."id" = i."shipment_id"
    WHERE s."order_id" IN ({places}) AND s."deleted_at" IS NULL
"""
