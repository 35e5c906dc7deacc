"""The words the tests speak: a little shop with everybody in it, and what they do.

    shop = await Shop.open()
    order = await shop.order(("MUG", 2), ("CARD", 1))
    await shop.process(order)
    parcel = await shop.ship(order, shop.press)
    answer = await shop.ask(shop.agent, "query($id: ID!) { order(key: {id: $id}) { status } }", id=shop.id(order))

Actions go through the operations, as the agent or the fulfiller would take them; `ask` goes through the schema.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tortoise.connection import get_connections
from tortoise.models import Model

import models
from domain.access import Permission, Viewer
from domain.fulfillment import FulfillmentStatus
from domain.order_draft import AddressDraft, LineDraft, OrderDraft
from domain.shipments import TrackingCode
from gql.context import Context
from gql.ids import name_of, to_global
from models.event_log import DatabaseLog
from operations import fulfillment, shipments, tracking
from operations.imports.orders import import_order
from operations.orders import cancelling, closing, commenting, holding, processing
from operations.parcel_items import ParcelItem
from operations.world import World
from server.schema import schema
from subscriptions.core.brokers.in_process import InProcess
from subscriptions.core.brokers.listener import Listener
from subscriptions.core.hub import Hub
from subscriptions.core.sequencer import Sequencer
from tests.founding import STANDARD, found_channel, found_companies, found_goods, found_shipping, found_viewers

M = TypeVar("M", bound=Model)
Guard = dict[str, Any]
OPENING = datetime(2026, 3, 2, 9, tzinfo=UTC)
REFUSALS = """
    userErrors {
      __typename code message path retry
      ... on NotAllowed { blockers { code message path } }
      ... on QuantityExceeded { available }
      ... on PermissionDenied { permission }
      ... on DuplicateReference { existing number }
      ... on RowInvalid { row column }
      ... on VersionConflict { expected actual changedSince { type orderVersion } }
    }
"""
ADDRESS = AddressDraft(
    name="Grace Hopper",
    street=("1 Harbour Street",),
    city="Hamburg",
    postcode="20457",
    country_code="DE",
    phone="+49 40 1234",
)


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    now: datetime = OPENING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Outcome:
    """What a client gets."""

    data: Any
    errors: list[dict[str, Any]]

    def of(self, mutation: str) -> Any:
        """The payload of one mutation; there must be no top-level error."""
        assert self.errors == [], self.errors
        return self.data[mutation]


@dataclass
class Shop:
    """Everybody around an order.

    `retailer` sells at `channel` what `press` makes (MUG, NAME-MUG, not counted), what `dock` has in stock (CARD,
    100 counted) and what `depot`, which must be asked before it cancels, ships (LAMP, not counted). `rival` is
    another retailer with a channel of its own; `stranger` is connected to both and carries nothing.
    """

    companies: dict[str, models.Company]
    viewers: dict[str, Viewer]
    channel: models.SalesChannel
    rival_channel: models.SalesChannel
    clock: Clock = field(default_factory=Clock)
    world: World = field(init=False)
    _wakes: list[Callable[[], None]] = field(default_factory=list)
    _references: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.world = World(clock=self.clock, wake=self._wake)

    @classmethod
    async def open(cls, **settings: Any) -> Shop:
        """Opens the shop in the test's database; `settings` are those of its channel."""
        companies = await found_companies()
        viewers = await found_viewers(companies)
        channel = await found_channel(companies["leaf"], **settings)
        rival_channel = await found_channel(companies["rival"])
        await found_goods(companies)
        await found_shipping(companies, channel, rival_channel)
        return cls(companies, viewers, channel, rival_channel)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()

    # ---- who is there

    @property
    def administrator(self) -> Viewer:
        return self.viewers["administrator"]

    @property
    def supervisor(self) -> Viewer:
        return self.viewers["supervisor"]

    @property
    def agent(self) -> Viewer:
        return self.viewers["agent"]

    @property
    def onlooker(self) -> Viewer:
        """Of the platform, with the role "viewer": may read, masked."""
        return self.viewers["viewer"]

    @property
    def retailer(self) -> Viewer:
        return self.viewers["leaf"]

    @property
    def partner(self) -> Viewer:
        """A program of the retailer that may only read."""
        return self.viewers["partner"]

    @property
    def rival(self) -> Viewer:
        return self.viewers["rival"]

    @property
    def press(self) -> Viewer:
        return self.viewers["press"]

    @property
    def dock(self) -> Viewer:
        return self.viewers["dock"]

    @property
    def depot(self) -> Viewer:
        return self.viewers["depot"]

    @property
    def stranger(self) -> Viewer:
        return self.viewers["stranger"]

    def with_permissions(self, viewer: Viewer, *permissions: Permission) -> Viewer:
        """The same viewer with these permissions alone."""
        return replace(viewer, scope=replace(viewer.scope, permissions=frozenset(permissions)))

    def limited_to(self, viewer: Viewer, *channels: models.SalesChannel) -> Viewer:
        """The same viewer with a role limited to channels."""
        return replace(viewer, scope=replace(viewer.scope, channel_ids=frozenset(one.id for one in channels)))

    # ---- what happens

    async def order(
        self,
        *lines: tuple[str, int],
        channel: models.SalesChannel | None = None,
        reference: str | None = None,
        **changes: Any,
    ) -> models.Order:
        """An order arrives: (SKU, quantity) per line, 10.00 each; `changes` are those of the draft."""
        wanted = lines or (("MUG", 1),)
        draft = OrderDraft(
            row=2,
            external_ref=reference or f"WEB-{next(self._references)}",
            placed_at=self.clock(),
            currency="EUR",
            lines=tuple(
                LineDraft(row=row, sku=sku, quantity=units, unit_price_minor=1000)
                for row, (sku, units) in enumerate(wanted, start=2)
            ),
            shipping=ADDRESS,
            shipping_method=STANDARD,
            customer_name=ADDRESS.name,
            customer_phone=ADDRESS.phone,
        )
        imported = await import_order(
            self.world, self.administrator, channel or self.channel, replace(draft, **changes)
        )
        return await models.Order.get(id=imported.order_id)

    async def processed(self, *lines: tuple[str, int], **changes: Any) -> models.Order:
        """An order that arrived and was sent to its suppliers."""
        order = await self.order(*lines, **changes)
        await self.process(order)
        return await self.now(order)

    async def process(
        self, order: models.Order, viewer: Viewer | None = None, *, send_ready: bool = False
    ) -> None:
        command = processing.ProcessOrder(order.id, send_ready=send_ready)
        await processing.process(self.world, viewer or self.agent, command)

    async def hold(self, order: models.Order, viewer: Viewer | None = None, **changes: Any) -> None:
        await holding.hold(self.world, viewer or self.agent, holding.HoldOrder(order.id, **changes))

    async def release(self, order: models.Order, viewer: Viewer | None = None) -> None:
        await holding.release(self.world, viewer or self.agent, holding.ReleaseOrder(order.id))

    async def cancel(
        self, order: models.Order, *lines: tuple[models.OrderLine, int | None], viewer: Viewer | None = None
    ) -> None:
        """Cancels the lines with their units, or the whole order."""
        named = tuple(cancelling.CancelLine(line.id, units) for line, units in lines) or None
        await cancelling.cancel(self.world, viewer or self.agent, cancelling.CancelOrder(order.id, named))

    async def close(self, order: models.Order, viewer: Viewer | None = None) -> None:
        await closing.close(self.world, viewer or self.agent, closing.CloseOrder(order.id))

    async def comment(
        self, order: models.Order, body: str, viewer: Viewer | None = None, *, shared: bool = False
    ) -> models.Comment:
        command = commenting.AddComment(order.id, body, shared)
        _, comment_id = await commenting.add_comment(self.world, viewer or self.agent, command)
        return await models.Comment.get(id=comment_id)

    async def progress(self, order: models.Order, viewer: Viewer, *statuses: FulfillmentStatus) -> None:
        """A fulfiller moves its fulfilment order on, step by step."""
        key = (await self.part(order, viewer)).id
        for status in statuses:
            command = fulfillment.ProgressFulfillment(key, status)
            await fulfillment.progress(self.world, viewer, command)

    async def ship(
        self, order: models.Order, viewer: Viewer, *lines: tuple[models.OrderLine, int], **changes: Any
    ) -> models.Shipment:
        """A fulfiller ships these units of its part, or all that is open of it."""
        items = tuple(ParcelItem(line.id, units) for line, units in lines) or None
        command = shipments.CreateShipment((await self.part(order, viewer)).id, items, **changes)
        return await models.Shipment.get(id=await shipments.create(self.world, viewer, command))

    async def track(self, parcel: models.Shipment, *codes: TrackingCode) -> None:
        """The carrier reports, now and a second after each other."""
        reports = tuple(
            tracking.CarrierReport(f"{code}-{place}", code, self.clock() + timedelta(seconds=place))
            for place, code in enumerate(codes)
        )
        await tracking.record(self.world, self.supervisor, tracking.RecordTracking(parcel.id, reports))

    async def deliver(self, parcel: models.Shipment) -> None:
        await self.track(parcel, TrackingCode.DELIVERED)

    async def unship(self, parcel: models.Shipment, viewer: Viewer | None = None) -> None:
        command = shipments.DeleteShipment(parcel.id)
        await shipments.delete(self.world, viewer or self.supervisor, command)

    def later(self, **by: float) -> datetime:
        """Time passes."""
        self.clock.now += timedelta(**by)
        return self.clock.now

    # ---- what is there now

    async def now(self, row: M) -> M:
        """The row as it is in the database now."""
        return await type(row).get(id=row.pk)

    async def lines(self, order: models.Order) -> list[models.OrderLine]:
        return await models.OrderLine.filter(order_id=order.id).order_by("number")

    async def part(self, order: models.Order, viewer: Viewer) -> models.FulfillmentOrder:
        """A fulfiller's newest fulfilment order in an order."""
        own = models.FulfillmentOrder.filter(order_id=order.id, fulfiller_id=viewer.scope.company_id)
        found = await own.order_by("-id").first()
        assert found is not None, "it has no part in this order"
        return found

    async def events(self, order: models.Order) -> list[str]:
        """Types of the order's events, oldest first."""
        rows = models.OrderEvent.filter(order_id=order.id).order_by("order_version")
        return [str(type_) for type_ in await rows.values_list("type", flat=True)]

    async def trace(self, order: models.Order) -> tuple[int, int, int]:
        """What any change would change: the order's version, its events, all events."""
        fresh = await self.now(order)
        return fresh.version, len(await self.events(order)), await models.OrderEvent.all().count()

    async def stock(self, sku: str) -> models.StockLevel:
        level = await models.StockLevel.filter(variant__sku=sku).first()
        assert level is not None
        return level

    # ---- the API

    def id(self, row: Model) -> str:
        """A row's global id."""
        return to_global(name_of(type(row)), row.pk)

    async def ask(self, viewer: Viewer, document: str, /, **variables: Any) -> Outcome:
        """Executes a document as the server does."""
        context = Context(viewer=viewer, world=self.world, hub=Hub(self.log), log=self.log, request_id="request-1")
        result = await schema.execute(document, variable_values=variables, context_value=context)
        return Outcome(result.data, [dict(error.formatted) for error in result.errors or ()])

    async def do(
        self, viewer: Viewer, mutation: str, selection: str = "", /, guard: Guard | None = None, **input: Any
    ) -> Any:
        """Runs one mutation; its payload has every fact of `userErrors` beside what is selected."""
        document = f"""
            mutation($input: {mutation[0].upper()}{mutation[1:]}Input!, $guard: MutationGuard) {{
              {mutation}(input: $input, guard: $guard) {{
                {selection} warnings {{ code message path }} {REFUSALS}
              }}
            }}
        """
        return (await self.ask(viewer, document, input=input, guard=guard)).of(mutation)

    @property
    def log(self) -> DatabaseLog:
        return DatabaseLog(get_connections().get("default"))

    @asynccontextmanager
    async def feed(self, **sizes: int) -> AsyncIterator[Hub]:
        """A running hub that every commit wakes; on PostgreSQL behind a sequencer."""
        hub, broker = Hub(self.log, **sizes), InProcess()
        sequencer, listener = Sequencer(self.log, broker), Listener(broker, hub.wake)
        await hub.start()
        sequencer.start()
        listener.start()
        self._wakes += [sequencer.wake, hub.wake]
        try:
            yield hub
        finally:
            self._wakes.clear()
            await listener.stop()
            await sequencer.stop()
            await hub.stop()
