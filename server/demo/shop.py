"""The demo's shop floor: who acts there, what time it is, and every move they make, as operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domain.access import Viewer
from domain.fulfillment import FulfillmentStatus
from domain.orders import CancelReason, HoldReason
from domain.shipments import TrackingCode
from models import CarrierService, FulfillmentOrder, Order, OrderLine, SalesChannel, Shipment
from operations.fulfillment import ProgressFulfillment, progress
from operations.imports.orders import import_order
from operations.orders.cancelling import CancelLine, CancelOrder, cancel
from operations.orders.commenting import AddComment, add_comment
from operations.orders.holding import HoldOrder, ReleaseOrder, hold, release
from operations.orders.processing import ProcessOrder, process
from operations.parcel_items import ParcelItem
from operations.shipments import CreateShipment, DeleteShipment, create, delete
from operations.tracking import CarrierReport, RecordTracking, record
from operations.world import World
from server.demo.people import Staff
from server.demo.sayings import CARRIER_TEXTS, DEPOTS, INTERNAL, SHARED
from server.demo.shopping import Wish, place_order

F = FulfillmentStatus
_FIRST_STEPS: Final = {True: (F.STOCK_PICKING, F.IN_PRODUCTION), False: (F.READY,)}
"""From ACCEPTED, by whether the supplier produces."""
_NEXT_STEPS: Final = {
    F.STOCK_PICKING: (F.IN_PRODUCTION,),
    F.IN_PRODUCTION: (F.QC_PASSED, F.QC_PASSED, F.POST_PROCESSING, F.QC_QUERY),
    F.POST_PROCESSING: (F.QC_PASSED,),
    F.QC_QUERY: (F.REBATCH,),
    F.REBATCH: (F.IN_PRODUCTION,),
    F.CONSOLIDATING: (F.CONSOLIDATED,),
    F.CONSOLIDATED: (F.READY,),
}
"""What a supplier does next; after QC_PASSED it depends on the units."""
BETWEEN_REPORTS: Final = timedelta(hours=3)
UNFINISHED: Final = (F.ACCEPTED, F.QC_PASSED, *_NEXT_STEPS)


@dataclass(frozen=True, slots=True)
class Shop:
    """Moves on orders, each by the person who would make it. Every move may raise Refused."""

    world: World
    staff: Staff
    random: Random
    producers: frozenset[int]
    """Keys of the suppliers who make what they ship."""

    @property
    def now(self) -> datetime:
        """The shop's time."""
        return self.world.clock()

    async def order(self, channel: SalesChannel, reference: str, wish: Wish) -> int:
        """A customer orders in a channel. Answers the order's key."""
        draft = place_order(self.random, channel, reference, self.now, wish)
        return (await import_order(self.world, self.staff.system, channel, draft)).order_id

    async def process(self, order_id: int) -> None:
        """An agent sends the order to its suppliers."""
        await process(self.world, self._agent(), ProcessOrder(order_id))

    async def hold(self, order_id: int) -> None:
        """An agent holds the order."""
        reason = self.random.choice((HoldReason.MANUAL, HoldReason.REVIEW, HoldReason.PAYMENT))
        await hold(self.world, self._agent(), HoldOrder(order_id, reason, "Waits for an answer of the customer."))

    async def release(self, order_id: int) -> None:
        """An agent ends the hold."""
        await release(self.world, self._agent(), ReleaseOrder(order_id))

    async def cancel(self, order_id: int) -> None:
        """The customer, through an agent or the retailer, cancels the order."""
        reasons = (CancelReason.CUSTOMER_REQUEST, CancelReason.CUSTOMER_REQUEST, CancelReason.OUT_OF_STOCK)
        viewer = await self._agent_or_retailer(order_id)
        await cancel(self.world, viewer, CancelOrder(order_id, reason=self.random.choice(reasons)))

    async def cancel_line(self, order_id: int) -> None:
        """The customer, through an agent, cancels the last line; of a single line, one unit."""
        lines = await OrderLine.filter(order_id=order_id, open__gt=0).order_by("number")
        units = lines[-1].open if len(lines) > 1 else 1
        await cancel(self.world, self._agent(), CancelOrder(order_id, (CancelLine(lines[-1].id, units),)))

    async def note(self, order_id: int) -> None:
        """An agent writes down what only colleagues read."""
        await add_comment(self.world, self._agent(), AddComment(order_id, self.random.choice(INTERNAL)))

    async def discuss(self, order_id: int) -> None:
        """Agent, retailer or a supplier of the order writes something for the others."""
        sent = await FulfillmentOrder.filter(order_id=order_id).order_by("id")
        suppliers = [self._supplier(fulfillment_order) for fulfillment_order in sent]
        viewer = self.random.choice([*suppliers, await self._agent_or_retailer(order_id)])
        body = self.random.choice(SHARED[viewer.scope.company_kind])
        await add_comment(self.world, viewer, AddComment(order_id, body, shared=True))

    async def advance(self, fulfillment_order: FulfillmentOrder) -> None:
        """The supplier takes the next step of an unfinished fulfilment order."""
        command = ProgressFulfillment(fulfillment_order.id, await self._next(fulfillment_order))
        await progress(self.world, self._supplier(fulfillment_order), command)

    async def ship(self, fulfillment_order: FulfillmentOrder, items: Sequence[ParcelItem] | None = None) -> None:
        """The supplier makes a parcel of units, or of everything that is open."""
        service = await CarrierService.get_or_none(id=fulfillment_order.service_id, tracked=True)
        command = CreateShipment(
            fulfillment_order.id,
            None if items is None else tuple(items),
            tracking_number=f"{service.code}-{self.random.randrange(10**9):09d}" if service else None,
            box_number=str(self.random.randrange(1, 60)),
        )
        await create(self.world, self._supplier(fulfillment_order), command)

    async def take_back(self, shipment: Shipment) -> None:
        """The supplier deletes a parcel."""
        await delete(self.world, self.staff.fulfillers[shipment.fulfiller_id], DeleteShipment(shipment.id))

    async def report(self, shipment: Shipment, *codes: TrackingCode) -> None:
        """The carrier says where a tracked parcel is, and where it was in the hours before."""
        reports = tuple(
            CarrierReport(
                external_id=f"{shipment.number}-{code}-{int(time.timestamp())}",
                code=code,
                occurred_at=time,
                text=CARRIER_TEXTS[code],
                place=self.random.choice(DEPOTS),
            )
            for code, time in zip(codes, self._before(len(codes)), strict=True)
        )
        await record(self.world, self.staff.system, RecordTracking(shipment.id, reports))

    def _before(self, count: int) -> Iterator[datetime]:
        """Times that end with now, some hours between them."""
        return (self.now - BETWEEN_REPORTS * (count - place) for place in range(1, count + 1))

    async def _next(self, fulfillment_order: FulfillmentOrder) -> FulfillmentStatus:
        status = fulfillment_order.status
        if status is F.ACCEPTED:
            return self.random.choice(_FIRST_STEPS[fulfillment_order.fulfiller_id in self.producers])
        if status is F.QC_PASSED:
            lines = await OrderLine.filter(fulfillment_order_id=fulfillment_order.id)
            return F.READY if sum(line.open for line in lines) == 1 else F.CONSOLIDATING
        return self.random.choice(_NEXT_STEPS[status])

    def _agent(self) -> Viewer:
        return self.random.choice(self.staff.agents)

    def _supplier(self, fulfillment_order: FulfillmentOrder) -> Viewer:
        return self.staff.fulfillers[fulfillment_order.fulfiller_id]

    async def _agent_or_retailer(self, order_id: int) -> Viewer:
        order = await Order.get(id=order_id)
        return self.random.choice((self._agent(), self.staff.retailers[order.retailer_id]))


def can_advance(status: FulfillmentStatus) -> bool:
    """Whether a supplier has something left to make."""
    return status in UNFINISHED
