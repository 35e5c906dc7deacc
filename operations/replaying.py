"""Fulfilment history done again through the system's own actions, in time order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from domain.access import Permission, Viewer
from domain.csv_file import RowWarning, invalid
from domain.fulfilment_files import STEP_ORDER, PartHistory, Step, read_history
from domain.orders import CancelReason, OrderStage
from domain.refusals import Reason, Refused, refuse_if
from domain.shipments import FINAL, TrackingCode
from models import Order, SalesChannel
from models.statements import listed, query
from operations import shipments, tracking
from operations.orders.cancelling import CancelLine, CancelOrder, cancel
from operations.orders.processing import ProcessOrder, process
from operations.permissions import require_order_wide
from operations.shipments import CreateShipment
from operations.tracking import CarrierReport, RecordTracking
from operations.world import World

CHUNK: Final = 200
NEEDED: Final = (Permission.ORDERS_PROCESS, Permission.SHIPMENTS_MANAGE, Permission.ORDERS_CANCEL)


@dataclass(slots=True)
class Part:
    """One supplier's part of an order, as the history tells of it and as it is here."""

    history: PartHistory
    order_id: int
    open_units: int
    moving: list[int] = field(default_factory=list)
    """Keys of its parcels that have not arrived."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of one part that has not been taken yet."""

    at: datetime
    step: Step
    part: Part


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """A file looked through: what is left to do, in time order."""

    actions: tuple[Action, ...]
    warnings: tuple[RowWarning, ...]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What was done, per step, and the rows whose step was refused."""

    done: Mapping[Step, int]
    refused: tuple[Reason, ...]
    warnings: tuple[RowWarning, ...]


async def plan_replay(viewer: Viewer, channel: SalesChannel, text: str) -> ReplayPlan:
    """Looks a file through and leaves out what has happened already.

    Raises Refused with every wrong row, for orders the channel does not have, and suppliers that have no part in
    theirs.
    """
    for permission in NEEDED:
        require_order_wide(viewer, permission)
    file = read_history(text)
    refuse_if(file.errors)
    actions: list[Action] = []
    errors: list[Reason] = []
    for start in range(0, len(file.parts), CHUNK):
        chunk = file.parts[start : start + CHUNK]
        here = await _Here.read(channel, {part.external_ref for part in chunk})
        for history in chunk:
            if problem := here.problem(history):
                errors.append(problem)
            else:
                actions.extend(here.left_to_do(history))
    refuse_if(errors)
    actions.sort(key=lambda action: (action.at, STEP_ORDER[action.step], action.part.history.row))
    return ReplayPlan(tuple(_processed_once(actions)), file.warnings)


async def replay(
    world: World, viewer: Viewer, plan: ReplayPlan, advance: Callable[[], None] = lambda: None
) -> ReplayReport:
    """Takes every step at its own time. After a refusal the rest of that order is left out."""
    done: Counter[Step] = Counter()
    refused: list[Reason] = []
    stuck: set[int] = set()
    for action in plan.actions:
        part = action.part
        if part.order_id not in stuck:
            try:
                await _TAKE[action.step](replace(world, clock=_at(action.at)), viewer, part)
                done[action.step] += 1
            except Refused as refusal:
                stuck.add(part.order_id)
                refused.extend(_refused(action, reason) for reason in refusal.reasons)
        advance()
    return ReplayReport(done, tuple(refused), plan.warnings)


def _refused(action: Action, reason: Reason) -> Reason:
    return invalid(action.part.history.row, "", f"{action.step} was refused: {reason.message}")


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _processed_once(actions: Sequence[Action]) -> Iterator[Action]:
    """An order is processed as a whole, when its first part was."""
    processed: set[int] = set()
    for action in actions:
        if action.step is Step.PROCESS:
            if action.part.order_id in processed:
                continue
            processed.add(action.part.order_id)
        yield action


async def _process(world: World, viewer: Viewer, part: Part) -> None:
    await process(world, viewer, ProcessOrder(part.order_id))


async def _ship(world: World, viewer: Viewer, part: Part) -> None:
    for place, row in enumerate(await query(_FULFILLMENTS, part.order_id, part.history.supplier), start=1):
        command = CreateShipment(row["id"], tracking_number=_tracking_number(part.history, place))
        part.moving.append(await shipments.create(world, viewer, command))


async def _deliver(world: World, viewer: Viewer, part: Part) -> None:
    for shipment_id in part.moving:
        report = CarrierReport(
            external_id=f"{part.history.external_ref}-{part.history.supplier}-delivered",
            code=TrackingCode.DELIVERED,
            occurred_at=world.clock(),
        )
        await tracking.record(world, viewer, RecordTracking(shipment_id, (report,)))


async def _cancel(world: World, viewer: Viewer, part: Part) -> None:
    lines = tuple(CancelLine(row["id"]) for row in await query(_LINES, part.order_id, part.history.supplier))
    await cancel(world, viewer, CancelOrder(part.order_id, lines, CancelReason.WAREHOUSE_DECLINED))


_TAKE: Final = {
    Step.PROCESS: _process,
    Step.SHIP: _ship,
    Step.DELIVER: _deliver,
    Step.CANCEL: _cancel,
}


def _tracking_number(history: PartHistory, place: int) -> str:
    """Made up, and the same whenever it is made up again."""
    text = f"{history.external_ref}/{history.supplier}/{place}"
    return f"RP{hashlib.sha256(text.encode()).hexdigest()[:12].upper()}"


@dataclass(frozen=True, slots=True)
class _Here:
    """Some orders as they are now."""

    orders: Mapping[str, dict[str, Any]]
    open_units: Mapping[tuple[int, str], int]
    moving: Mapping[tuple[int, str], list[int]]

    @classmethod
    async def read(cls, channel: SalesChannel, references: set[str]) -> _Here:
        rows = Order.filter(channel_id=channel.id, external_ref__in=sorted(references))
        orders = {
            row["external_ref"]: row for row in await rows.values("id", "external_ref", "stage", "placed_at")
        }
        keys = [order["id"] for order in orders.values()]
        open_units: dict[tuple[int, str], int] = {}
        moving: dict[tuple[int, str], list[int]] = {}
        if keys:
            for row in await query(_PARTS.format(places=listed(len(keys))), *keys):
                open_units[row["order_id"], row["code"]] = int(row["open_units"])
            for row in await query(_PARCELS.format(places=listed(len(keys))), *keys):
                if row["status"] not in FINAL:
                    moving.setdefault((row["order_id"], row["code"]), []).append(row["id"])
        return cls(orders, open_units, moving)

    def problem(self, history: PartHistory) -> Reason | None:
        order = self.orders.get(history.external_ref)
        if order is None:
            message = f"The channel has no order “{history.external_ref}”; import the orders first."
            return invalid(history.row, "order.external_ref", message)
        if (order["id"], history.supplier) not in self.open_units:
            message = f"No line of order “{history.external_ref}” is for the supplier “{history.supplier}”."
            return invalid(history.row, "supplier", message)
        return None

    def left_to_do(self, history: PartHistory) -> Iterator[Action]:
        """Steps that would still change something."""
        order = self.orders[history.external_ref]
        key = (order["id"], history.supplier)
        part = Part(history, order["id"], self.open_units[key], list(self.moving.get(key, ())))
        for step, at in history.steps(order["placed_at"].astimezone(UTC)):
            if self._is_left(step, part, order):
                yield Action(at, step, part)

    def _is_left(self, step: Step, part: Part, order: dict[str, Any]) -> bool:
        if step is Step.PROCESS:
            return part.open_units > 0 and order["stage"] != OrderStage.SENT
        if step is Step.DELIVER:
            return part.open_units > 0 or bool(part.moving)
        return part.open_units > 0


_OF_SUPPLIER: Final = """
    FROM "order_lines" l
    LEFT JOIN "sources" s ON s."id" = l."source_id" LEFT JOIN "companies" c ON c."id" = s."company_id"
"""
"""A line belongs to the supplier it was promised by, else to the one the channel asked for."""
_PARTS: Final = f"""
    SELECT l."order_id", coalesce(c."code", l."supplier_code") AS "code", sum(l."open") AS "open_units"
    {_OF_SUPPLIER}
    WHERE l."order_id" IN ({{places}}) GROUP BY l."order_id", coalesce(c."code", l."supplier_code")
"""
_LINES: Final = f"""
    SELECT l."id" {_OF_SUPPLIER}
    WHERE l."order_id" = $1 AND coalesce(c."code", l."supplier_code") = $2 AND l."open" > 0 ORDER BY l."number"
"""
_PARCELS: Final = """
    SELECT p."id", p."order_id", p."status", c."code"
    FROM "shipments" p JOIN "companies" c ON c."id" = p."fulfiller_id"
    WHERE p."order_id" IN ({places}) ORDER BY p."id"
"""
_FULFILLMENTS: Final = """
    SELECT f."id" FROM "fulfillment_orders" f JOIN "companies" c ON c."id" = f."fulfiller_id"
    WHERE f."order_id" = $1 AND c."code" = $2
    AND EXISTS (SELECT 1 FROM "order_lines" l WHERE l."fulfillment_order_id" = f."id" AND l."open" > 0)
    ORDER BY f."id"
"""
