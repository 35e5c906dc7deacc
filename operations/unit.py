"""The unit of work: one transaction on one order.

The order's row is locked first, then rows change and events are drafted; at the end every status is computed anew,
the version rises by the number of events, events are written, and after the commit the feed is woken. A refusal or
a crash anywhere leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from tortoise.models import Model
from tortoise.transactions import in_transaction

from domain.access import Viewer
from domain.addresses import AddressRole
from domain.events import Actor, Audience
from domain.lines import move
from domain.orders import OrderStage
from domain.refusals import Reason, Refused, refuse_if
from models import (
    COUNTERS,
    Address,
    FulfillmentOrder,
    Order,
    OrderIssue,
    OrderLine,
    OrderShare,
    Payment,
    SalesChannel,
    Shipment,
)
from models.event_writing import append
from models.statements import fetch
from models.visible_row import visible_row
from operations.acting import expect_version, stamped
from operations.market import Market
from operations.permissions import SYSTEM, absent, actor_of
from operations.recording import Draft, rows
from operations.rows import OrderRows
from operations.settling import settle
from operations.tracked import Tracked, save_changed
from operations.world import World, utc_now

M = TypeVar("M", bound=Model)


@dataclass(slots=True)
class Unit(OrderRows):
    """An order under the lock, with everything its status follows from."""

    world: World
    viewer: Viewer
    actor: Actor
    now: datetime
    channel: SalesChannel
    tracked_order: Tracked[Order]
    tracked_lines: list[Tracked[OrderLine]]
    tracked_fulfillments: list[Tracked[FulfillmentOrder]]
    tracked_shares: list[Tracked[OrderShare]]
    against: tuple[Reason, ...] = ()
    """What is wrong with the call whatever it does with the order."""
    drafts: list[Draft] = field(default_factory=list)
    read_addresses: list[Address] | None = None
    """None: not read yet."""
    read_payments: list[Payment] | None = None
    """None: not read yet."""
    read_issues: list[OrderIssue] | None = None
    """None: not read yet."""
    market: Market = field(default_factory=Market)

    @property
    def order(self) -> Order:
        """The locked order."""
        return self.tracked_order.row

    @property
    def order_id(self) -> int:
        """Its row key."""
        return int(self.order.id)

    @property
    def lines(self) -> list[OrderLine]:
        """Every line of the order that counts, in line order."""
        return [tracked.row for tracked in self.tracked_lines if not tracked.row.removed]

    @property
    def fulfillments(self) -> list[FulfillmentOrder]:
        """The order's fulfilment orders, oldest first."""
        return [tracked.row for tracked in self.tracked_fulfillments]

    def refuse_if(self, reasons: Iterable[Reason] = ()) -> None:
        """Raises Refused when the input or the state of things has anything against it, with all of it at once."""
        refuse_if((*self.against, *reasons))

    async def address(self, role: AddressRole) -> Address | None:
        """Where the order goes, or who is billed."""
        if self.read_addresses is None:
            self.read_addresses = await fetch(Address, 'WHERE "order_id" = $1', self.order.id)
        return next((row for row in self.read_addresses if row.role is role), None)

    async def payments(self) -> list[Payment]:
        """The order's payments."""
        if self.read_payments is None:
            self.read_payments = await fetch(Payment, 'WHERE "order_id" = $1 ORDER BY "id"', self.order.id)
        return self.read_payments

    def record(self, type_: str, summary: str, **about: Any) -> None:
        """Drafts one event; it is written at the end, in the order of drafting."""
        draft = Draft(type_, summary, **about)
        if self.viewer.scope.is_fulfiller and draft.fulfiller_id not in (None, self.viewer.scope.company_id):
            draft.actor = SYSTEM  # suppliers of one order know nothing of each other
        self.drafts.append(draft)

    def record_shared(self, type_: str, summary: str, **about: Any) -> None:
        """Drafts one event for the retailer and a like one for every fulfiller that has a share of the order."""
        self.record(type_, summary, **about)
        for share in self.tracked_shares:
            self.record(type_, summary, audience=Audience.FULFILLER, fulfiller_id=share.row.fulfiller_id, **about)

    def move(self, line: OrderLine, name: str, units: int) -> None:
        """Moves units of a line between its counters. Raises LawBroken when the line does not have them."""
        moved = move(line.quantities, name, units)
        for counter in COUNTERS:
            setattr(line, counter, getattr(moved, counter))

    def add_fulfillment(self, fulfillment_order: FulfillmentOrder) -> None:
        """Takes a fulfilment order made just now into the unit."""
        self.tracked_fulfillments.append(Tracked(fulfillment_order))

    def add_line(self, line: OrderLine) -> None:
        """Takes a line inserted just now into the unit."""
        self.tracked_lines.append(Tracked(line))

    async def finish(self) -> None:
        """Computes statuses, saves what changed and writes the events."""
        await settle(self)
        if not self.drafts:
            return
        await save_changed(*self.tracked_fulfillments, *self.tracked_lines, *self.tracked_shares)
        await write_events(self.order, self.drafts, self.actor, self.now)
        self.order.version += len(self.drafts)
        self.order.updated_at = self.now
        await save_changed(self.tracked_order)


async def write_events(order: Order, drafts: Iterable[Draft], actor: Actor, now: datetime) -> None:
    """Appends the drafts to the log. The caller counts the order's version on."""
    await append(stamped(rows(order, drafts, actor, now, utc_now())))


@asynccontextmanager
async def order_unit(
    world: World, viewer: Viewer, order_id: int | None, *path: str, against: Iterable[Reason] = ()
) -> AsyncIterator[Unit]:
    """A unit of work on one order the viewer may see.

    Raises Refused (not found) otherwise, pointing to `path` in the input. `against` is what is wrong with the
    input whatever the state of the order, and so is an order in another version than the caller expects: every
    refusal tells it beside its own reasons; nothing commits with it.
    Commits when the block ends, and wakes the feed; rolls back when it raises.
    """
    found = tuple(against)
    async with in_transaction():
        order = await visible_row(Order, viewer.scope, order_id, lock=True) if order_id is not None else None
        if order is None:
            raise absent("order", *path, beside=found)
        found = (*found, *expect_version("order", int(order.id), order.version))
        unit = await _open(world, viewer, order, found)
        with _beside(found):
            yield unit
            unit.refuse_if()
        await unit.finish()
    if unit.drafts:
        world.wake()


@contextmanager
def _beside(against: tuple[Reason, ...]) -> Iterator[None]:
    """A refusal that leaves out what was found before says it, too."""
    try:
        yield
    except Refused as refusal:
        untold = [reason for reason in against if reason not in refusal.reasons]
        raise Refused(*untold, *refusal.reasons) from None


async def _open(world: World, viewer: Viewer, order: Order, against: tuple[Reason, ...]) -> Unit:
    sent = order.stage is OrderStage.SENT  # before, nobody has a part of it
    return Unit(
        world=world,
        viewer=viewer,
        actor=actor_of(viewer),
        now=world.clock(),
        channel=(await fetch(SalesChannel, 'WHERE "id" = $1', order.channel_id))[0],
        tracked_order=Tracked(order),
        tracked_lines=[Tracked(row) for row in await fetch(OrderLine, _OF_ORDER + '"number"', order.id)],
        tracked_fulfillments=[Tracked(row) for row in await _of(FulfillmentOrder, order)] if sent else [],
        tracked_shares=[Tracked(row) for row in await _of(OrderShare, order)] if sent else [],
        against=against,
    )


async def _of(model: type[M], order: Order) -> list[M]:
    return await fetch(model, _OF_ORDER + '"id"', order.id)


_OF_ORDER: Final = 'WHERE "order_id" = $1 ORDER BY '


def new_order_unit(world: World, viewer: Viewer, channel: SalesChannel, order: Order) -> Unit:
    """A unit on an order inserted in the running transaction: `add_line` its lines, append its addresses and
    payments to `read_addresses` and `read_payments`, then `finish`.

    The caller opens the transaction and wakes the feed after it.
    """
    return Unit(
        world=world,
        viewer=viewer,
        actor=actor_of(viewer),
        now=order.received_at,
        channel=channel,
        tracked_order=Tracked(order),
        tracked_lines=[],
        tracked_fulfillments=[],
        tracked_shares=[],
        read_addresses=[],
        read_payments=[],
    )


async def order_of_fulfillment(viewer: Viewer, key: int | None) -> int | None:
    """The order of a fulfilment order the viewer may see."""
    return await _parent(FulfillmentOrder, viewer, key)


async def order_of_shipment(viewer: Viewer, key: int | None) -> int | None:
    """The order of a parcel the viewer may see."""
    return await _parent(Shipment, viewer, key)


async def _parent(model: type[FulfillmentOrder] | type[Shipment], viewer: Viewer, key: int | None) -> int | None:
    if key is None:
        return None
    row = await visible_row(model, viewer.scope, key)
    return row.order_id if row else None
