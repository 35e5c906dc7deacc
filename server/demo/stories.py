"""What happens to the orders of the demo's month: one row per kind of order, told in steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from domain.fulfillment import SHIPPABLE, FulfillmentStatus
from domain.payments import CaptureMode
from domain.shipments import FINAL, TrackingCode
from models import FulfillmentOrder, OrderLine, Shipment
from operations.parcel_items import ParcelItem
from server.demo.shop import Shop, can_advance
from server.demo.shopping import (
    FLAWS,
    MISPAID,
    Wish,
    several_of_one,
    several_suppliers,
    something_made,
    something_printed,
)

Step = Callable[[Shop, int], Awaitable[bool]]
"""One thing that happens to an order. Answers whether the same has to happen once more."""


ANY, TRACKED = Wish(), Wish(tracked=True)
MADE, SEVERAL = Wish(something_made, tracked=True), Wish(several_suppliers, tracked=True)
MANY, LETTER = Wish(several_of_one, tracked=True), Wish(something_printed)


@dataclass(frozen=True, slots=True)
class Story:
    """Orders alike: how many, how long ago they were placed (hours), and what happened to them since."""

    count: int
    age: tuple[float, float]
    steps: tuple[str, ...] = ()
    wish: Wish = ANY
    capture: CaptureMode | None = None
    """Only in channels that take money so; None: in all."""
    rejected: bool = False
    """Whether the supplier says no."""


HOME: Final = ("process", "begin", "ship", "home")
DONE: Final = (140.0, 715.0)
OFFLINE, ONLINE = CaptureMode.OFFLINE, CaptureMode.ON_SHIPMENT

STORIES: Final = (
    # NEW: something stands in their way
    *(Story(3, (1, 70), (), Wish(flaw=flaw)) for flaw in FLAWS),
    # RECEIVED
    Story(19, (0.3, 20)),
    Story(3, (2, 20), ("note",), Wish(flaw=MISPAID)),
    # ON_HOLD
    Story(8, (5, 60), ("hold", "note")),
    Story(4, (10, 60), ("process", "hold")),
    # FAILED
    Story(4, (8, 60), ("process", "discuss"), Wish(something_made), rejected=True),
    # PROCESSING
    Story(20, (6, 40), ("process",)),
    Story(4, (8, 40), ("process", "discuss")),
    # IN_PRODUCTION
    Story(20, (20, 70), ("process", "begin", "produce"), MADE),
    Story(4, (20, 70), ("process", "begin", "produce", "discuss"), SEVERAL),
    # READY_TO_SHIP
    Story(12, (40, 100), ("process", "make")),
    Story(2, (40, 100), ("process", "make", "discuss"), MADE),
    # PARTIALLY_SHIPPED
    Story(8, (40, 110), ("process", "ship_first"), SEVERAL),
    Story(6, (50, 120), ("process", "make", "ship_some"), MANY),
    # PARTIALLY_CLOSED
    Story(9, (100, 170), ("process", "ship_first", "home"), SEVERAL),
    # SHIPPED
    Story(6, (50, 70), ("process", "make", "ship"), TRACKED),
    Story(12, (60, 90), ("process", "make", "ship", "travel"), TRACKED),
    Story(8, (80, 110), ("process", "make", "ship", "travel", "van"), TRACKED),
    Story(5, (90, 130), ("process", "make", "ship", "travel", "van", "miss", "note"), TRACKED),
    Story(3, (150, 300), ("process", "make", "ship", "travel", "miss", "turn_back", "discuss"), TRACKED),
    # DELIVERED: money is still due
    Story(26, DONE, HOME, TRACKED, ONLINE),
    Story(8, DONE, ("process", "make", "ship", "home"), TRACKED, ONLINE),
    Story(5, DONE, ("process", "make", "ship", "travel", "miss", "home"), TRACKED, ONLINE),
    Story(4, DONE, ("process", "cancel_line", "begin", "ship", "home"), SEVERAL, ONLINE),
    # COMPLETE
    Story(34, DONE, HOME, TRACKED, OFFLINE),
    Story(8, DONE, ("process", "make", "ship", "home"), TRACKED, OFFLINE),
    Story(8, DONE, ("hold", "release", *HOME, "note"), TRACKED, OFFLINE),
    Story(6, DONE, ("discuss", "process", "discuss", "begin", "ship", "home"), SEVERAL, OFFLINE),
    Story(4, DONE, ("process", "make", "ship", "unship", "ship", "home"), TRACKED, OFFLINE),
    Story(7, DONE, ("process", "ship"), LETTER, OFFLINE),
    # CANCELLED
    Story(11, (24, 600), ("cancel",)),
    Story(5, (30, 600), ("process", "cancel", "note")),
    Story(4, (30, 600), ("hold", "cancel")),
)

HOURS: Final[dict[str, tuple[float, float]]] = {
    "process": (0.3, 5),
    "begin": (1, 6),
    "produce": (1, 3),
    "make": (0.5, 2.5),
    "ship": (1, 6),
    "ship_first": (4, 16),
    "ship_some": (1, 6),
    "unship": (0.2, 1),
    "travel": (3, 9),
    "van": (16, 34),
    "home": (20, 48),
    "miss": (2, 6),
    "turn_back": (40, 60),
    "hold": (0.2, 3),
    "release": (2, 20),
    "cancel": (0.5, 8),
    "cancel_line": (0.5, 3),
    "note": (0.2, 2),
    "discuss": (0.2, 3),
}
"""Hours from what happened before to each step, least and most."""


async def fulfillments(order_id: int) -> list[FulfillmentOrder]:
    """The order's fulfilment orders, oldest first."""
    return await FulfillmentOrder.filter(order_id=order_id).order_by("id")


async def _once(done: Awaitable[None]) -> bool:
    await done
    return False


async def _make(shop: Shop, order_id: int) -> bool:
    """Every supplier one step further, until everything is ready."""
    unfinished = [one for one in await fulfillments(order_id) if can_advance(one.status)]
    for fulfillment_order in unfinished:
        await shop.advance(fulfillment_order)
    return bool(unfinished)


async def _begin(shop: Shop, order_id: int) -> bool:
    """Those who produce begin."""
    for fulfillment_order in await fulfillments(order_id):
        if fulfillment_order.fulfiller_id in shop.producers:
            await shop.advance(fulfillment_order)
    return False


async def _produce(shop: Shop, order_id: int) -> bool:
    """Blanks that are picked go into production."""
    for fulfillment_order in await fulfillments(order_id):
        if fulfillment_order.status is FulfillmentStatus.STOCK_PICKING:
            await shop.advance(fulfillment_order)
    return False


async def _ship(shop: Shop, order_id: int) -> bool:
    """Every supplier ships all it has, whether it told every step before or not."""
    for fulfillment_order in await fulfillments(order_id):
        if fulfillment_order.status in SHIPPABLE:
            await shop.ship(fulfillment_order)
    return False


async def _ship_first(shop: Shop, order_id: int) -> bool:
    """The one who produces nothing is first."""
    quick = [one for one in await fulfillments(order_id) if one.fulfiller_id not in shop.producers]
    return await _once(shop.ship(quick[0]))


async def _ship_some(shop: Shop, order_id: int) -> bool:
    """A first parcel with some of the units."""
    line = await OrderLine.filter(order_id=order_id).order_by("number").first()
    assert line is not None
    sent = await FulfillmentOrder.get(id=line.fulfillment_order_id)
    return await _once(shop.ship(sent, [ParcelItem(line.id, line.open // 2)]))


async def _unship(shop: Shop, order_id: int) -> bool:
    """The wrong label: the parcels are taken back."""
    for parcel in await _parcels(order_id):
        await shop.take_back(parcel)
    return False


def _reported(*codes: TrackingCode) -> Step:
    async def report(shop: Shop, order_id: int) -> bool:
        for parcel in await _parcels(order_id):
            if parcel.tracking_number and parcel.status not in FINAL:
                await shop.report(parcel, *codes)
        return False

    return report


async def _parcels(order_id: int) -> list[Shipment]:
    return await Shipment.filter(order_id=order_id, deleted_at=None).order_by("id")


STEPS: Final[dict[str, Step]] = {
    "process": lambda shop, order_id: _once(shop.process(order_id)),
    "begin": _begin,
    "produce": _produce,
    "make": _make,
    "ship": _ship,
    "ship_first": _ship_first,
    "ship_some": _ship_some,
    "unship": _unship,
    "travel": _reported(TrackingCode.IN_TRANSIT),
    "van": _reported(TrackingCode.OUT_FOR_DELIVERY),
    "home": _reported(TrackingCode.IN_TRANSIT, TrackingCode.OUT_FOR_DELIVERY, TrackingCode.DELIVERED),
    "miss": _reported(TrackingCode.EXCEPTION),
    "turn_back": _reported(TrackingCode.RETURNED_TO_SENDER),
    "hold": lambda shop, order_id: _once(shop.hold(order_id)),
    "release": lambda shop, order_id: _once(shop.release(order_id)),
    "cancel": lambda shop, order_id: _once(shop.cancel(order_id)),
    "cancel_line": lambda shop, order_id: _once(shop.cancel_line(order_id)),
    "note": lambda shop, order_id: _once(shop.note(order_id)),
    "discuss": lambda shop, order_id: _once(shop.discuss(order_id)),
}
