"""Each action on each thing, judged as its mutation would be when called with that thing and nothing it can do
without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.fulfillment import FulfillmentStatus, next_steps
from domain.refusals import Blocker, BlockerCode, Reason, not_allowed
from models import FulfillmentOrder, Order, OrderLine, Shipment
from operations.availability.standing import Standing
from operations.fulfillment import against_progress
from operations.money import due
from operations.orders.cancelling import CancelLine
from operations.orders.checking import stage_checked
from operations.orders.issues import obstacles_after
from operations.orders.judging import (
    against_closing,
    against_holding,
    against_processing,
    against_releasing,
    judge_cancellation,
)
from operations.parcel_items import ParcelItem, against_deletion, against_tracking, judge_parcel, shippable
from operations.settling import tracking_pending


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one action comes to."""

    reasons: Iterable[Reason] = ()
    units: int = 0
    """How many it would take."""
    to: FulfillmentStatus | None = None
    """Where it leads, for an action that can lead to several places."""


def process(standing: Standing, _order: Order) -> Iterator[Judgement]:
    plan, order = standing.plan, standing.order
    known = [issue for issue in standing.issues if issue.resolved_at is None]
    kept = {line.number for line in standing.unsent if line.source_id is not None and line not in plan.unmapped}
    yield Judgement(
        against_processing(
            standing,
            obstacles_after(known, plan.findings),
            stage=stage_checked(order.stage, blocked=plan.blocked, auto_verify=standing.channel.auto_verify),
            sourced=kept | {promise.wanted.number for promise in plan.promises},
        )
    )


def hold(standing: Standing, _order: Order) -> Iterator[Judgement]:
    yield Judgement(against_holding(standing))


def release(standing: Standing, _order: Order) -> Iterator[Judgement]:
    yield Judgement(against_releasing(standing))


def cancel(standing: Standing, _order: Order) -> Iterator[Judgement]:
    cancellation = judge_cancellation(standing, None, standing.market.sources)
    yield Judgement(cancellation.reasons, sum(units for _, units in cancellation.shares))


def close(standing: Standing, _order: Order) -> Iterator[Judgement]:
    pending = tracking_pending(standing.channel, standing.parcels)
    yield Judgement(
        against_closing(standing, due_minor=due(standing, standing.payments), tracking_pending=pending)
    )


def comment(_standing: Standing, _order: Order) -> Iterator[Judgement]:
    yield Judgement()


def cancel_line(standing: Standing, line: OrderLine) -> Iterator[Judgement]:
    cancellation = judge_cancellation(standing, [CancelLine(line.id)], standing.market.sources)
    yield Judgement(cancellation.reasons, sum(units for _, units in cancellation.shares))


def ship_line(standing: Standing, line: OrderLine) -> Iterator[Judgement]:
    """Alone, in a parcel of its fulfilment order."""
    fulfillment_order = standing.fulfillment(line.fulfillment_order_id)
    if fulfillment_order is None:
        yield Judgement([not_allowed([_without_part(line)])])
        return
    units = shippable(line, standing.levels)
    item = ParcelItem(line.id, max(units, 1))
    yield Judgement(judge_parcel(standing, fulfillment_order, [item], standing.levels)[1], units)


def _without_part(line: OrderLine) -> Blocker:
    if line.open:
        message = f"Line {line.number} was not sent to a supplier yet; process the order first."
        return Blocker(BlockerCode.NOT_SHIPPABLE_YET, message)
    return Blocker(BlockerCode.NOTHING_OPEN, f"No unit of line {line.number} is open any more.")


def progress(standing: Standing, fulfillment_order: FulfillmentOrder) -> Iterator[Judgement]:
    """Once per listed step; once without one where there is none."""
    produces = fulfillment_order.fulfiller_id in standing.producing
    for status in next_steps(fulfillment_order.status, "progress") or (None,):
        yield Judgement(against_progress(standing, fulfillment_order, status, produces=produces), to=status)


def ship(standing: Standing, fulfillment_order: FulfillmentOrder) -> Iterator[Judgement]:
    """Everything open of it."""
    shares, reasons = judge_parcel(standing, fulfillment_order, None, standing.levels)
    yield Judgement(reasons, sum(units for _, units in shares))


def delete(_standing: Standing, shipment: Shipment) -> Iterator[Judgement]:
    yield Judgement(against_deletion(shipment))


def track(standing: Standing, shipment: Shipment) -> Iterator[Judgement]:
    yield Judgement(against_tracking(shipment, tracked=shipment.service_id not in standing.untracked))
