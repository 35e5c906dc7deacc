"""What `availableActions` says, held against what the mutations do when called at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any

from tortoise.transactions import in_transaction

import models
from domain.access import Viewer
from domain.actions import as_blockers
from domain.fulfillment import FulfillmentStatus
from domain.refusals import Refused
from domain.shipments import TrackingCode
from gql.ids import from_global
from operations import fulfillment, shipments, tracking
from operations.orders import cancelling, closing, commenting, holding, processing
from operations.parcel_items import ParcelItem
from tests.shop import Shop

ASKED = "availableActions { action allowed blockers { code message } maxQuantity to }"
EVERYTHING = f"""query($id: ID!) {{ order(key: {{ id: $id }}) {{
    id {ASKED} lines {{ id {ASKED} }} fulfillmentOrders {{ id {ASKED} }} shipments {{ id {ASKED} }}
}} }}"""
Blockers = list[tuple[str, str]]


class Undone(Exception):
    """Ends a transaction that is not to be kept."""


@dataclass(frozen=True)
class Said:
    """One entry of `availableActions`."""

    thing: Any
    action: str
    allowed: bool
    blockers: Blockers
    units: int | None
    to: str | None


async def hold_against_what_happens(shop: Shop, order: models.Order, viewer: Viewer) -> set[tuple[str, bool]]:
    """Whatever is said to be possible succeeds, whatever is not is refused for the reasons said; nothing is kept.

    Answers which actions were said to be possible, and which not.
    """
    answer = await shop.ask(viewer, EVERYTHING, id=shop.id(order))
    assert answer.errors == []
    said = [entry async for entry in _said(answer.data["order"])]
    for entry in said:
        refused, units = await _tried(shop, viewer, entry)
        happened = (refused == [], refused, units)
        expected = (entry.allowed, entry.blockers, entry.units or 0)
        if entry.action == "FULFILLMENT_ORDER_PROGRESS" and entry.to is None and entry.allowed is False:
            happened, expected = (_codes(refused),), (_codes(entry.blockers),)
        assert happened == expected, (viewer.name, entry)
    await _no_other_step_is_possible(shop, viewer, said)
    return {(entry.action, entry.allowed) for entry in said}


async def _said(order: dict[str, Any] | None) -> AsyncIterator[Said]:
    things = [] if order is None else [order, *order["lines"], *order["fulfillmentOrders"], *order["shipments"]]
    for thing in things:
        name, key = from_global(thing["id"])
        row = await getattr(models, name).get(id=key)
        for one in thing["availableActions"]:
            blockers = [(blocker["code"], blocker["message"]) for blocker in one["blockers"]]
            yield Said(row, one["action"], one["allowed"], blockers, one["maxQuantity"], one["to"])


async def _tried(shop: Shop, viewer: Viewer, entry: Said) -> tuple[Blockers, int]:
    """What stands against it, and how many units it moves."""
    command = await _call(shop, viewer, entry)
    if command is None:  # no input could say it
        return entry.blockers, 0
    moved = 0
    try:
        async with in_transaction():
            before = await _units()
            await command
            moved = sum(abs(now - then) for now, then in zip(await _units(), before, strict=True))
            raise Undone
    except Undone:
        return [], moved if entry.units is not None else 0
    except Refused as refusal:
        return [(blocker.code.value, blocker.message) for blocker in as_blockers(refusal.reasons)], 0


async def _call(shop: Shop, viewer: Viewer, entry: Said) -> Coroutine[Any, Any, object] | None:
    """The mutation with the thing, and nothing it can do without."""
    thing, world = entry.thing, shop.world
    if isinstance(thing, models.OrderLine) and entry.action == "SHIPMENT_CREATE":
        if thing.fulfillment_order_id is None:
            return None
        item = ParcelItem(thing.id, await _there(thing) or 1)
        return shipments.create(world, viewer, shipments.CreateShipment(thing.fulfillment_order_id, (item,)))
    if isinstance(thing, models.OrderLine):
        command = cancelling.CancelOrder(thing.order_id, (cancelling.CancelLine(thing.id),))
        return cancelling.cancel(world, viewer, command)
    report = tracking.CarrierReport("asked", TrackingCode.INFO, shop.clock())
    step = FulfillmentStatus(entry.to or "READY")
    calls = {
        "ORDER_PROCESS": lambda: processing.process(world, viewer, processing.ProcessOrder(thing.id)),
        "ORDER_HOLD": lambda: holding.hold(world, viewer, holding.HoldOrder(thing.id)),
        "ORDER_RELEASE": lambda: holding.release(world, viewer, holding.ReleaseOrder(thing.id)),
        "ORDER_CANCEL": lambda: cancelling.cancel(world, viewer, cancelling.CancelOrder(thing.id)),
        "ORDER_CLOSE": lambda: closing.close(world, viewer, closing.CloseOrder(thing.id)),
        "ORDER_COMMENT_ADD": lambda: commenting.add_comment(world, viewer, commenting.AddComment(thing.id, "!")),
        "FULFILLMENT_ORDER_PROGRESS": lambda: _progress(shop, viewer, thing, step),
        "SHIPMENT_CREATE": lambda: shipments.create(world, viewer, shipments.CreateShipment(thing.id)),
        "SHIPMENT_DELETE": lambda: shipments.delete(world, viewer, shipments.DeleteShipment(thing.id)),
        "TRACKING_RECORD": lambda: tracking.record(world, viewer, tracking.RecordTracking(thing.id, (report,))),
    }
    return calls[entry.action]()


def _progress(
    shop: Shop, viewer: Viewer, part: models.FulfillmentOrder, status: FulfillmentStatus
) -> Coroutine[Any, Any, object]:
    return fulfillment.progress(shop.world, viewer, fulfillment.ProgressFulfillment(part.id, status))


async def _there(line: models.OrderLine) -> int:
    """Units of a line that could go into a parcel."""
    level = await models.StockLevel.get_or_none(variant_id=line.variant_id, source_id=line.source_id, managed=True)
    return min(line.open, level.on_hand) if level else line.open


async def _units() -> list[int]:
    return [line.open async for line in models.OrderLine.all().order_by("id")]


async def _no_other_step_is_possible(shop: Shop, viewer: Viewer, said: list[Said]) -> None:
    steps = [one for one in said if one.action == "FULFILLMENT_ORDER_PROGRESS"]
    for part in {one.thing.id: one.thing for one in steps}.values():
        possible = {one.to for one in steps if one.allowed and one.thing.id == part.id}
        for status in FulfillmentStatus:
            if status.value not in possible:
                try:
                    async with in_transaction():
                        await _progress(shop, viewer, part, status)
                        raise Undone
                except Refused:
                    continue
                except Undone:
                    raise AssertionError((viewer.name, part.status, status)) from None


def _codes(blockers: Blockers) -> list[str]:
    return [code for code, _ in blockers]
