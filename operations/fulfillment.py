"""Suppliers move their fulfilment orders through production."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Permission, Viewer
from domain.fulfillment import FulfillmentStatus, blockers
from domain.refusals import Refused, not_allowed
from models import Company
from operations.permissions import absent, require
from operations.retrying import retried
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
    require(viewer, Permission.FULFILLMENT_MANAGE)
    order_id = await order_of_fulfillment(viewer, command.fulfillment_order_id)
    if order_id is None:
        raise absent("fulfilment order", "input", "fulfillmentOrderId")
    async with order_unit(world, viewer, order_id, "input", "fulfillmentOrderId") as unit:
        fulfillment_order = unit.fulfillment(command.fulfillment_order_id)
        if fulfillment_order is None:
            raise absent("fulfilment order", "input", "fulfillmentOrderId")
        supplier = await Company.get(id=fulfillment_order.fulfiller_id)
        facts = fulfillment_facts(
            fulfillment_order,
            unit.lines_of(fulfillment_order),
            produces=supplier.produces,
            order_held=unit.order.hold_reason is not None,
        )
        if against := blockers(facts, "progress", command.status):
            raise Refused(not_allowed(against, ("input", "status")))
        summary = f"{fulfillment_order.number} is {command.status}"
        set_fulfillment_status(
            unit, fulfillment_order, command.status, "fulfillment_order.status_changed", summary
        )
        return int(fulfillment_order.id)
