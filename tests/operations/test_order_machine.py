"""Whatever anybody does in whatever order: the invariants hold, and what is refused leaves no trace.

TEST_MACHINE_EXAMPLES=500 tries more than the few stories that are told by default.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tortoise.context import TortoiseContext

import models
from domain.catalog import ConnectionStatus, VariantStatus
from domain.fulfillment import OVER, FulfillmentStatus, next_steps
from domain.orders import CancelReason, HoldReason
from domain.payments import CaptureMode
from domain.shipments import TrackingCode
from operations import fulfillment, shipments, tracking
from operations.orders import cancelling
from operations.parcel_items import ParcelItem
from server.database import config as tortoise_config
from tests.founding import GOODS, STANDARD
from tests.operations.availability import hold_against_what_happens
from tests.operations.order_floor import COMPANIES, F, Floor
from tests.shop import Shop

EXAMPLES = int(os.environ.get("TEST_MACHINE_EXAMPLES") or 10)
STEPS_PER_EXAMPLE = 30
MOST_ORDERS = 3

ANYBODY = ["supervisor", "agent", "leaf", "press", "dock", "viewer", "rival"]
VIEWERS = st.sampled_from([None] * 9 + ANYBODY)
"""None: whoever should do it."""
PLACES = st.integers(0, 5)
"""Which of the things there are; counted round."""
UNITS = st.integers(0, 4)
LINES = st.lists(
    st.tuples(st.sampled_from(list(GOODS)), st.sampled_from([1, 1, 2, 3, 60])), min_size=1, max_size=3
)


class Orders(Floor):
    """A few orders of a small shop, and everybody around them."""

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
        self.run(self.founded_anew({**channel, "tracking_push_url": pushes}))
        self.arrive(lines, STANDARD, paid=True, named=True)
        if sent:
            self.process(0, None, send_ready=True)

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
            command = shipments.CreateShipment(key, (ParcelItem(line.id, units),))
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

    @rule(place=PLACES, viewer=st.sampled_from(["supervisor", "leaf", *COMPANIES, "viewer"]))
    def ask_what_is_possible(self, place: int, viewer: str) -> None:
        if order := self.run(self.pick(models.Order, place)):
            self.run(hold_against_what_happens(self.shop, order, self.viewer(viewer)))

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
