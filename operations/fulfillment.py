"""Suppliers move their fulfilment orders through production."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Viewer
from domain.actions import ActionName
from domain.fulfillment import FulfillmentStatus, blockers
from domain.refusals import Reason, not_allowed
from models import Company, FulfillmentOrder
from operations.permissions import absent, require_action
from operations.retrying import retried
from operations.rows import OrderRows
from operations.settling import fulfillment_facts, set_fulfillment_status
from operations.unit import order_of_fulfillment, order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class ProgressFulfillment:
    """Move a fulfilment order one step on."""

    fulfillment_order_id: int | None
    status: FulfillmentStatus


@retried
async def progress(world: World, viewer: Viewer, command: ProgressFulfillment) -> int:
    """Takes one listed step of the life cycle. Answers the fulfilment order's key.

    Refused, with the steps that are possible, for any other; DISPATCHED and DELIVERED come from parcels and
    tracking alone.
    """
    require_action(viewer, ActionName.FULFILLMENT_ORDER_PROGRESS)
    order_id = await order_of_fulfillment(viewer, command.fulfillment_order_id)
    if order_id is None:
        raise absent("fulfilment order", "input", "fulfillmentOrderId")
    async with order_unit(world, viewer, order_id, "input", "fulfillmentOrderId") as unit:
        fulfillment_order = unit.fulfillment(command.fulfillment_order_id)
        if fulfillment_order is None:
            raise absent("fulfilment order", "input", "fulfillmentOrderId")
        supplier = await Company.get(id=fulfillment_order.fulfiller_id)
        unit.refuse_if(against_progress(unit, fulfillment_order, command.status, produces=supplier.produces))
        summary = f"{fulfillment_order.number} is {command.status}"
        set_fulfillment_status(
            unit, fulfillment_order, command.status, "fulfillment_order.status_changed", summary
        )
        return int(fulfillment_order.id)


def against_progress(
    rows: OrderRows, fulfillment_order: FulfillmentOrder, status: FulfillmentStatus | None, *, produces: bool
) -> list[Reason]:
    """Against a step to `status`, or to any. `produces`: whether its supplier does."""
    facts = fulfillment_facts(
        fulfillment_order,
        rows.lines_of(fulfillment_order),
        produces=produces,
        order_held=rows.order.hold_reason is not None,
    )
    against = blockers(facts, "progress", status)
    return [not_allowed(against, ("input", "status"))] if against else []
