"""Whatever anybody does in whatever order: the invariants hold, and what is refused leaves no trace.

TEST_MACHINE_EXAMPLES=500 tries more than the few stories that are told by default.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

import models
from domain.access import Viewer
from domain.catalog import ConnectionStatus, VariantStatus
from domain.events import Audience
from domain.fulfillment import OVER, STEPS, FulfillmentStatus, next_steps
from domain.orders import STAGE_STEPS, CancelReason, HoldReason, OrderStage
from domain.payments import CaptureMode
from domain.refusals import Refused
from domain.shipments import TrackingCode
from models.visibility import visible
from operations import fulfillment, shipments, tracking
from operations.auditing import audit
from operations.orders import cancelling
from server.database import config as tortoise_config
from tests.founding import GOODS, STANDARD
from tests.shop import Shop

EXAMPLES = int(os.environ.get("TEST_MACHINE_EXAMPLES") or 15)
STEPS_PER_EXAMPLE = 30
MOST_ORDERS = 3
T = TypeVar("T")
F = FulfillmentStatus

ANYBODY = ["supervisor", "agent", "leaf", "press", "dock", "viewer", "rival"]
VIEWERS = st.sampled_from([None] * 9 + ANYBODY)
"""None: whoever should do it."""
PLACES = st.integers(0, 5)
"""Which of the things there are; counted round."""
UNITS = st.integers(0, 4)
LINES = st.lists(
    st.tuples(st.sampled_from(list(GOODS)), st.sampled_from([1, 1, 2, 3, 60])), min_size=1, max_size=3
)

COMPANIES = ("press", "dock", "depot")
TABLES = (
    models.Order,
    models.OrderLine,
    models.OrderShare,
    models.OrderIssue,
    models.FulfillmentOrder,
    models.Shipment,
    models.ShipmentItem,
    models.TrackingEvent,
    models.Payment,
    models.Comment,
    models.StockLevel,
)


def _reachable() -> set[tuple[OrderStage, OrderStage]]:
    """Stages that follow each other in one action or several."""
    steps = {(step.source, step.target) for step in STAGE_STEPS} | {(stage, stage) for stage in OrderStage}
    for _ in OrderStage:
        steps |= {(a, d) for a, b in steps for c, d in steps if b is c}
    return steps


STAGES = _reachable()
FULFILLMENT_STEPS = (
    {(step.source, step.target) for step in STEPS}
    | {(status, F.ON_HOLD) for status in F if status not in OVER}
    | {(F.ON_HOLD, status) for status in F if status not in OVER}
    | {(status, over) for status in F for over in OVER}
    | {(F.DISPATCHED, F.READY), (F.DELIVERED, F.READY)}
)


class Orders(RuleBasedStateMachine):
    """A few orders of a small shop, and everybody around them."""

    founded: Path
    """A database with the shop in it."""
    original: Shop

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stages: dict[int, OrderStage] = {}
        self.parts = self.parcels = 0

    @initialize(
        allow_backorder=st.booleans(),
        auto_process=st.booleans(),
        auto_verify=st.sampled_from([True, True, True, True, False]),
        capture_mode=st.sampled_from([CaptureMode.OFFLINE, CaptureMode.ON_SHIPMENT]),
        pushes=st.sampled_from([None, None, "https://shop.example/tracking"]),
        lines=LINES,
        sent=st.sampled_from([True, True, True, False]),
    )
    def open(self, pushes: str | None, lines: list[tuple[str, int]], sent: bool, **channel: Any) -> None:
        self.path = self.founded.with_suffix(".copy")
        shutil.copyfile(self.founded, self.path)
        self.run(self._open({**channel, "tracking_push_url": pushes}))
        self.arrive(lines, STANDARD, paid=True, named=True)
        if sent:
            self.process(0, None, send_ready=True)

    async def _open(self, channel: dict[str, Any]) -> None:
        EXECUTOR_CACHE.clear()
        self.context = TortoiseContext()
        await self.context.__aenter__()
        await self.context.init(config=tortoise_config(f"sqlite://{self.path}"))
        known = self.original
        await models.SalesChannel.filter(id=known.channel.id).update(**channel)
        self.shop = Shop(
            known.companies, known.viewers, await models.SalesChannel.get(id=known.channel.id), known.rival_channel
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.run(self.context.__aexit__(None, None, None))
        self.runner.close()

    # ---- what anybody tries

    def attempt(self, viewer: str | None, action: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        """Done, with an event for whatever changed; or refused, with a reason and no trace."""
        return self.run(self._attempt(viewer, action))

    async def _attempt(self, viewer: str | None, action: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        before, told = await self.dump(), await models.OrderEvent.all().count()
        try:
            await action()
        except Refused as refusal:
            assert refusal.reasons  # noqa: PT017  there is nothing to expect: either may happen
            assert await self.dump() == before
            assert await models.OrderEvent.all().count() == told
            if viewer in COMPANIES:
                self.names_no_other_supplier(viewer, str(refusal))
            return False
        if await self.dump() != before:
            assert await models.OrderEvent.all().count() > told
        return True

    async def dump(self) -> list[object]:
        return [[dict(row) async for row in table.all().order_by("id").values()] for table in TABLES]

    def viewer(self, name: str | None, thing: Any = None) -> Viewer:
        """The one of that name, or whoever should do something with a thing: its fulfiller, or the supervisor."""
        fulfiller_id = getattr(thing, "fulfiller_id", None)
        owner = next((code for code, company in self.shop.companies.items() if company.id == fulfiller_id), None)
        return self.shop.viewers[name or owner or "supervisor"]

    async def pick(self, model: type[Any], place: int) -> Any:
        rows = await model.all().order_by("-id").limit(6)
        return rows[place % len(rows)] if rows else None

    @precondition(lambda self: len(self.stages) < MOST_ORDERS)
    @rule(
        lines=LINES,
        method=st.sampled_from([*[STANDARD] * 4, "Letter", "Letter", "Pigeon"]),
        paid=st.sampled_from([True, True, True, False]),
        named=st.sampled_from([True, True, False]),
    )
    def arrive(self, lines: list[tuple[str, int]], method: str, paid: bool, named: bool) -> None:
        changes: dict[str, Any] = {"shipping_method": method, "payment_method": "card" if paid else None}

        async def arriving() -> None:
            order = await self.shop.order(*lines, **changes)
            if named:
                await models.OrderLine.filter(order_id=order.id).update(personalisation={"name": "Ada"})

        self.attempt(None, arriving)

    @rule(place=PLACES, viewer=VIEWERS, send_ready=st.booleans())
    def process(self, place: int, viewer: str | None, send_ready: bool) -> None:
        if order := self.run(self.pick(models.Order, place)):
            self.attempt(
                viewer, lambda: self.shop.process(order, self.viewer(viewer, order), send_ready=send_ready)
            )

    @rule(place=PLACES, viewer=VIEWERS, reason=st.sampled_from([None, None, HoldReason.MANUAL, *HoldReason]))
    def hold_or_release(self, place: int, viewer: str | None, reason: HoldReason | None) -> None:
        if order := self.run(self.pick(models.Order, place)):
            who = self.viewer(viewer)
            if reason:
                self.attempt(viewer, lambda: self.shop.hold(order, who, reason=reason))
            else:
                self.attempt(viewer, lambda: self.shop.release(order, who))

    @precondition(lambda self: self.parts)
    @rule(place=PLACES)
    def hold_a_part_or_release_it(self, place: int) -> None:
        if part := self.run(self.pick(models.FulfillmentOrder, place)):
            who = self.viewer(None, part)
            order = models.Order(id=part.order_id)
            if part.status is F.ON_HOLD:
                self.attempt(None, lambda: self.shop.release(order, who))
            else:
                self.attempt(None, lambda: self.shop.hold(order, who))

    @precondition(lambda self: self.parts)
    @rule(place=PLACES)
    def go_on(self, place: int) -> None:
        """The next thing that should happen."""
        self.run(self._go_on(place))

    async def _go_on(self, place: int) -> None:
        parts = [part async for part in models.FulfillmentOrder.all() if part.status not in OVER]
        parcels = [row async for row in models.Shipment.filter(status="CREATED")]
        things = [*parts, *parcels]
        if not things:
            return
        thing = things[place % len(things)]
        if isinstance(thing, models.Shipment):
            at = self.shop.later(minutes=1)
            command = tracking.RecordTracking(
                thing.id, (tracking.CarrierReport("arrived", TrackingCode.DELIVERED, at),)
            )
            await self._attempt(None, lambda: tracking.record(self.shop.world, self.viewer(None, thing), command))
        else:
            shipping = shipments.CreateShipment(thing.id)
            await self._attempt(
                None, lambda: shipments.create(self.shop.world, self.viewer(None, thing), shipping)
            )

    @precondition(lambda self: len(self.stages) == MOST_ORDERS)
    @rule(place=PLACES, viewer=VIEWERS, reason=st.sampled_from(CancelReason))
    def cancel(self, place: int, viewer: str | None, reason: CancelReason) -> None:
        if order := self.run(self.pick(models.Order, place)):
            command = cancelling.CancelOrder(order.id, None, reason)
            self.attempt(viewer, lambda: cancelling.cancel(self.shop.world, self.viewer(viewer, order), command))

    @rule(place=PLACES, viewer=VIEWERS, units=st.one_of(st.none(), UNITS), twice=st.booleans())
    def cancel_line(self, place: int, viewer: str | None, units: int | None, twice: bool) -> None:
        if line := self.run(self.pick(models.OrderLine, place)):
            named = (cancelling.CancelLine(line.id, units),) * (1 + (twice and units == 1))
            command = cancelling.CancelOrder(line.order_id, named)
            self.attempt(viewer, lambda: cancelling.cancel(self.shop.world, self.viewer(viewer, line), command))

    @precondition(lambda self: len(self.stages) == MOST_ORDERS)
    @rule(place=PLACES, viewer=VIEWERS, shared=st.booleans())
    def comment(self, place: int, viewer: str | None, shared: bool) -> None:
        if order := self.run(self.pick(models.Order, place)):
            self.attempt(
                viewer, lambda: self.shop.comment(order, "Mind the gap", self.viewer(viewer, order), shared=shared)
            )

    @precondition(lambda self: self.parcels)
    @rule(place=PLACES, viewer=VIEWERS)
    def close(self, place: int, viewer: str | None) -> None:
        if order := self.run(self.pick(models.Order, place)):
            self.attempt(viewer, lambda: self.shop.close(order, self.viewer(viewer, order)))

    @precondition(lambda self: self.parts)
    @rule(place=PLACES, viewer=VIEWERS, status=st.sampled_from([*[None] * 20, *F]), way=st.integers(0, 1))
    def progress(self, place: int, viewer: str | None, status: FulfillmentStatus | None, way: int) -> None:
        if part := self.run(self.pick(models.FulfillmentOrder, place)):
            steps = next_steps(part.status, "progress") or [F.READY]
            command = fulfillment.ProgressFulfillment(part.id, status or steps[way % len(steps)])
            self.attempt(viewer, lambda: fulfillment.progress(self.shop.world, self.viewer(viewer, part), command))

    @precondition(lambda self: self.parts)
    @rule(place=PLACES, viewer=VIEWERS)
    def ship(self, place: int, viewer: str | None) -> None:
        if part := self.run(self.pick(models.FulfillmentOrder, place)):
            command = shipments.CreateShipment(part.id, tracking_number="T 1")
            self.attempt(viewer, lambda: shipments.create(self.shop.world, self.viewer(viewer, part), command))

    @precondition(lambda self: self.parts)
    @rule(place=PLACES, other=PLACES, viewer=VIEWERS, units=UNITS)
    def ship_some(self, place: int, other: int, viewer: str | None, units: int) -> None:
        line = self.run(self.pick(models.OrderLine, place))
        part = self.run(self.pick(models.FulfillmentOrder, other))
        if line and part:
            key = line.fulfillment_order_id or part.id
            command = shipments.CreateShipment(key, (shipments.ParcelItem(line.id, units),))
            self.attempt(viewer, lambda: shipments.create(self.shop.world, self.viewer(viewer, part), command))

    @precondition(lambda self: self.parcels)
    @rule(place=PLACES, viewer=VIEWERS)
    def unship(self, place: int, viewer: str | None) -> None:
        if parcel := self.run(self.pick(models.Shipment, place)):
            self.attempt(viewer, lambda: self.shop.unship(parcel, self.viewer(viewer, parcel)))

    @precondition(lambda self: self.parcels)
    @rule(
        place=PLACES,
        viewer=VIEWERS,
        codes=st.lists(st.sampled_from([TrackingCode.DELIVERED, *TrackingCode]), min_size=1, max_size=3),
        minutes=st.integers(-60, 10),
    )
    def track(self, place: int, viewer: str | None, codes: list[TrackingCode], minutes: int) -> None:
        if parcel := self.run(self.pick(models.Shipment, place)):
            self.shop.later(minutes=5)
            at = self.shop.clock() + timedelta(minutes=minutes)
            reports = tuple(tracking.CarrierReport(f"{code}-{minutes}", code, at) for code in codes)
            command = tracking.RecordTracking(parcel.id, reports)
            self.attempt(viewer, lambda: tracking.record(self.shop.world, self.viewer(viewer, parcel), command))

    # ---- what happens around them

    @precondition(lambda self: len(self.stages) > 1)
    @rule(units=st.sampled_from([0, 50, 500]))
    def count_stock(self, units: int) -> None:
        self.run(self._change(models.StockLevel, {"managed": True}, on_hand=units))

    @precondition(lambda self: len(self.stages) > 1)
    @rule(
        sku=st.sampled_from(list(GOODS)),
        status=st.sampled_from(VariantStatus),
        fulfiller=st.sampled_from(COMPANIES),
        link=st.sampled_from(ConnectionStatus),
        method=st.sampled_from([STANDARD, "Letter"]),
        to=st.sampled_from("SL"),
        which=st.integers(0, 2),
    )
    def settings_change(
        self,
        sku: str,
        status: VariantStatus,
        fulfiller: str,
        link: ConnectionStatus,
        method: str,
        to: str,
        which: int,
    ) -> None:
        company = self.shop.companies[fulfiller].id
        if which == 0:
            self.run(self._map_shipping(company, method, to))
        elif which == 1:
            self.run(self._change(models.Variant, {"sku": sku}, status=status))
        else:
            self.run(self._change(models.Connection, {"fulfiller_id": company}, status=link))

    async def _change(self, model: type[Any], where: dict[str, Any], **values: Any) -> None:
        await model.filter(**where).update(**values)

    async def _map_shipping(self, fulfiller_id: int, method: str, to: str) -> None:
        key = {"fulfiller_id": fulfiller_id, "channel_id": self.shop.channel.id, "method": method}
        if await models.ShippingMapping.filter(**key).delete():
            return
        service = await models.CarrierService.filter(code__startswith=to).first()
        assert service
        await models.ShippingMapping.create(**key, service_id=service.id)

    # ---- what is always so

    @invariant()
    def everything_recomputed_is_as_stored(self) -> None:
        if hasattr(self, "shop"):
            assert self.run(audit()).findings == ()

    @invariant()
    def stages_move_as_listed(self) -> None:
        if hasattr(self, "shop"):
            now = dict(self.run(_stages()))
            for key, stage in now.items():
                assert (self.stages.get(key, OrderStage.NEW), stage) in STAGES
            self.stages = now
            self.parts, self.parcels = self.run(_made())

    @invariant()
    def every_status_in_the_log_follows_the_one_before(self) -> None:
        if hasattr(self, "shop"):
            self.run(self._follow_statuses())

    async def _follow_statuses(self) -> None:
        last: dict[tuple[object, ...], str] = {}
        async for event in models.OrderEvent.all().order_by("order_id", "order_version"):
            if "to" not in event.data:
                continue
            noun, before, after = event.type.partition(".")[0], event.data["from"], event.data["to"]
            reader = event.fulfiller_id if event.audience is Audience.FULFILLER else None
            about = (noun, event.order_id, event.line_id, event.fulfillment_order_id, event.shipment_id, reader)
            if noun == "line":
                about = (noun, event.line_id)
            assert last.setdefault(about, before) == before, (event.type, about)
            last[about] = after
            if noun == "fulfillment_order":
                assert (F(before), F(after)) in FULFILLMENT_STEPS

    @invariant()
    def suppliers_hear_nothing_of_each_other(self) -> None:
        if hasattr(self, "shop"):
            self.run(self._listen())

    async def _listen(self) -> None:
        for name in COMPANIES:
            company = self.shop.companies[name].id
            async for event in visible(models.OrderEvent, self.viewer(name).scope):
                self.names_no_other_supplier(name, f"{event.summary} {event.actor_name} {event.data}")
                assert event.actor_company_id in (None, company, *_others(self.shop))
            async for issue in visible(models.OrderIssue, self.viewer(name).scope):
                self.names_no_other_supplier(name, f"{issue.message} {issue.raised_by} {issue.resolved_by}")

    def names_no_other_supplier(self, name: str, text: str) -> None:
        for other in COMPANIES:
            assert other == name or other not in text.lower(), text


def _others(shop: Shop) -> Iterator[int]:
    """Companies that are no suppliers."""
    return (company.id for code, company in shop.companies.items() if code not in COMPANIES)


async def _made() -> tuple[int, int]:
    """How many fulfilment orders and parcels there are."""
    return await models.FulfillmentOrder.all().count(), await models.Shipment.all().count()


async def _stages() -> list[tuple[int, OrderStage]]:
    return [(order.id, order.stage) async for order in models.Order.all()]


@pytest.mark.sqlite
@pytest.mark.timeout(60 + 10 * EXAMPLES)
def test_whatever_is_done_to_orders_the_invariants_hold(database_url: str) -> None:
    founded = Path(database_url.removeprefix("sqlite://"))

    async def found() -> Shop:
        async with TortoiseContext() as context:
            await context.init(config=tortoise_config(database_url))
            return await Shop.open()

    with asyncio.Runner() as runner:
        original = runner.run(found())

    class Founded(Orders):
        pass

    Founded.founded, Founded.original = founded, original
    run_state_machine_as_test(
        Founded,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_PER_EXAMPLE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
