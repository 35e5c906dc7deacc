"""Life in the demo's channels: orders come in, are made, shipped and delivered while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final, TypeVar

from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.fulfillment import FulfillmentStatus
from domain.orders import OrderStatus
from domain.refusals import Refused
from domain.shipments import ShipmentStatus, TrackingCode
from models import FulfillmentOrder, Order, SalesChannel, Shipment
from operations.world import World
from server.demo.filling import open_shop
from server.demo.shop import UNFINISHED, Shop
from server.demo.shopping import FLAWS, RETAILER_OF, Wish
from server.logs import LOG

M = TypeVar("M", bound=Model)
S = OrderStatus
SENT: Final = (S.PROCESSING, S.IN_PRODUCTION, S.READY_TO_SHIP, S.PARTIALLY_SHIPPED, S.PARTIALLY_CLOSED)
OPEN: Final = (S.NEW, S.RECEIVED, S.ON_HOLD, S.FAILED, *SENT, S.SHIPPED)
"""Orders somebody still works on, or waits for."""
MOST_OPEN: Final = 190
"""From here on no order comes in until another is done."""
MOST_NEW: Final = 40
"""Orders that nobody mends: above this the oldest is cancelled."""
CHOICES: Final = 500
"""At most so many are looked at to take one."""
NEXT_REPORTS: Final = {
    ShipmentStatus.CREATED: (TrackingCode.IN_TRANSIT,),
    ShipmentStatus.IN_TRANSIT: (TrackingCode.OUT_FOR_DELIVERY,),
    ShipmentStatus.OUT_FOR_DELIVERY: (*[TrackingCode.DELIVERED] * 9, TrackingCode.EXCEPTION),
    ShipmentStatus.EXCEPTION: (TrackingCode.OUT_FOR_DELIVERY,),
}
"""What carriers may say next of a parcel."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between moves, least and most, and after a database error."""

    least: float = 1.0
    most: float = 3.0
    after_error: float = 5.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The shop and the orders, fulfilment orders and parcels that may be moved: those of simulated channels."""

    shop: Shop
    channels: list[SalesChannel]
    numbers: count[int]

    @property
    def orders(self) -> QuerySet[Order]:
        """All orders of these channels."""
        return Order.filter(channel_id__in=[channel.id for channel in self.channels])

    async def one_of(self, waiting: QuerySet[M]) -> M | None:
        """One of them, by chance."""
        keys = await waiting.limit(CHOICES).values_list("id", flat=True)
        return await waiting.model.get_or_none(id=self.shop.random.choice(keys)) if keys else None


@asynccontextmanager
async def simulation(world: World, pace: Pace | None = None) -> AsyncIterator[None]:
    """Moves the demo's channels as long as the block runs, one thing every few seconds; without any, nothing.

    Whatever is refused or fails, it goes on. Leaving the block stops it at once; a transaction under way is rolled
    back. Enter it when the database is open.
    """
    task = asyncio.create_task(_live(world, pace or Pace()))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _live(world: World, pace: Pace) -> None:
    random = Random()  # noqa: S311  nothing here is secret
    while True:
        try:
            scene = await _scene(world, random)
            if scene is None:
                return
            await _keep_moving(scene, pace)
        except Exception:
            LOG.exception("simulation stumbled")
            await asyncio.sleep(pace.after_error)


async def _scene(world: World, random: Random) -> Scene | None:
    channels = await SalesChannel.filter(simulated=True, code__in=list(RETAILER_OF)).order_by("id")
    if not channels:
        return None
    numbers = count(int(world.clock().timestamp()))
    return Scene(await open_shop(world, random), channels, numbers)


async def _keep_moving(scene: Scene, pace: Pace) -> None:
    """For ever, until the database fails."""
    while True:
        await move(scene)
        await asyncio.sleep(scene.shop.random.uniform(pace.least, pace.most))


async def move(scene: Scene) -> None:
    """One thing happens: moves are tried in a random order, heavy ones sooner, until one finds something to do."""
    random = scene.shop.random
    for act in sorted(MOVES, key=lambda act: random.random() ** (1 / MOVES[act]), reverse=True):
        try:
            if await act(scene):
                return
        except Refused as refusal:
            LOG.info("simulation was refused", extra={"move": act.__name__, "reasons": len(refusal.reasons)})


async def _arrive(scene: Scene) -> bool:
    """A customer orders; now and then something is wrong with it."""
    if await scene.orders.filter(status__in=OPEN).count() >= MOST_OPEN:
        return False
    shop, random = scene.shop, scene.shop.random
    channel = random.choice(scene.channels)
    flaws = [flaw for flaw in FLAWS if flaw.fits(channel)]
    wish = Wish(flaw=random.choice(flaws)) if random.random() < 0.06 else Wish(tracked=True)
    await shop.order(channel, f"S-{next(scene.numbers)}", wish)
    return True


async def _process(scene: Scene) -> bool:
    order = await scene.one_of(scene.orders.filter(status=S.RECEIVED))
    if order is not None:
        await scene.shop.process(order.id)
    return order is not None


async def _release(scene: Scene) -> bool:
    order = await scene.one_of(scene.orders.filter(status=S.ON_HOLD))
    if order is not None:
        await scene.shop.release(order.id)
    return order is not None


async def _make(scene: Scene) -> bool:
    sent = _sent(scene).filter(status__in=UNFINISHED)
    fulfillment_order = await scene.one_of(sent)
    if fulfillment_order is not None:
        await scene.shop.advance(fulfillment_order)
    return fulfillment_order is not None


async def _ship(scene: Scene) -> bool:
    fulfillment_order = await scene.one_of(_sent(scene).filter(status=FulfillmentStatus.READY))
    if fulfillment_order is not None:
        await scene.shop.ship(fulfillment_order)
    return fulfillment_order is not None


async def _travel(scene: Scene) -> bool:
    channels = [channel.id for channel in scene.channels]
    under_way = Shipment.filter(
        order__channel_id__in=channels, tracking_number__isnull=False, status__in=NEXT_REPORTS
    )
    parcel = await scene.one_of(under_way)
    if parcel is not None:
        await scene.shop.report(parcel, scene.shop.random.choice(NEXT_REPORTS[parcel.status]))
    return parcel is not None


async def _cancel(scene: Scene) -> bool:
    """Orders nobody mended, when there are many; else a customer who thinks again."""
    stuck = scene.orders.filter(status__in=(S.NEW, S.FAILED))
    given_up = await stuck.count() > MOST_NEW
    order = await scene.one_of(stuck if given_up else scene.orders.filter(status=S.RECEIVED))
    if order is not None:
        await scene.shop.cancel(order.id)
    return order is not None


async def _discuss(scene: Scene) -> bool:
    order = await scene.one_of(scene.orders.filter(status__in=SENT))
    if order is not None:
        await scene.shop.discuss(order.id)
    return order is not None


def _sent(scene: Scene) -> QuerySet[FulfillmentOrder]:
    channels = [channel.id for channel in scene.channels]
    return FulfillmentOrder.filter(order__channel_id__in=channels, order__status__in=SENT)


Move = Callable[[Scene], Awaitable[bool]]
"""One thing that may happen. Answers False when there is nothing for it to happen to."""
MOVES: Final[dict[Move, float]] = {
    _arrive: 10,
    _process: 8,
    _make: 25,
    _ship: 10,
    _travel: 40,
    _discuss: 4,
    _cancel: 0.6,
    _release: 0.6,
}
"""Weights. What an order goes through later weighs more, so that work is done as fast as it comes in."""
