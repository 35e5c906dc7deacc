"""Where the order machine stands: a copy of a small shop, tries that leave no trace, and what is always so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

import models
from domain.access import Viewer
from domain.events import Audience
from domain.fulfillment import OVER, STEPS, FulfillmentStatus
from domain.orders import STAGE_STEPS, OrderStage
from domain.refusals import Refused
from models.visibility import visible
from operations.auditing import audit
from server.database import config as tortoise_config
from tests.shop import Shop

T = TypeVar("T")
F = FulfillmentStatus
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


class Floor(RuleBasedStateMachine):
    """A few orders of a small shop, and everybody around them."""

    founded: Path
    """A database with the shop in it."""
    original: Shop

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stages: dict[int, OrderStage] = {}
        self.parts = self.parcels = 0

    async def founded_anew(self, channel: dict[str, Any]) -> None:
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
