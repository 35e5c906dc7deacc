"""Closing an order by hand, where it did not close by itself."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Viewer
from domain.actions import ActionName
from operations.money import due_of
from operations.orders.judging import against_closing
from operations.permissions import require_action
from operations.retrying import retried
from operations.settling import close as close_now
from operations.settling import tracking_state
from operations.unit import order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Close an order that is shipped, delivered or returned."""

    order_id: int | None


@retried
async def close(world: World, viewer: Viewer, command: CloseOrder) -> int:
    """Closes it: COMPLETE. Refused while money is due or tracking is not passed on. Answers its key."""
    require_action(viewer, ActionName.ORDER_CLOSE)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        _, pending = await tracking_state(unit)
        unit.refuse_if(against_closing(unit, due_minor=await due_of(unit), tracking_pending=pending))
        close_now(unit)
        return unit.order_id
