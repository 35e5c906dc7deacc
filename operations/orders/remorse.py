"""Orders held so that their customers may still change their minds, released when that time is over."""

from __future__ import annotations

from typing import Final

from domain.orders import HoldReason, OrderStage, OrderStatus
from models import Order
from operations.orders.holding import release_order
from operations.orders.processing import send
from operations.orders.verifying import verify_order
from operations.retrying import retried
from operations.system import system_viewer
from operations.unit import order_unit
from operations.world import World

AT_ONCE: Final = 100


async def release_due(world: World) -> int:
    """Releases orders whose time is over, and sends them where their channel sends orders by itself.

    At most 100, the longest waiting first. Answers how many. One that fails holds up no other: all failures are
    raised together at the end.
    """
    due = Order.filter(status=OrderStatus.ON_HOLD, hold_reason=HoldReason.REMORSE, held_until__lte=world.clock())
    keys = await due.order_by("held_until", "id").limit(AT_ONCE).values_list("id", flat=True)
    released, failures = 0, []
    for key in keys:
        try:
            released += await _release(world, int(str(key)))
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Orders could not be released", failures)
    return released


@retried
async def _release(world: World, order_id: int) -> bool:
    """False when somebody was faster, or holds the order for another reason by now."""
    async with order_unit(world, system_viewer(), order_id) as unit:
        order = unit.order
        if order.hold_reason is not HoldReason.REMORSE or order.held_until is None or order.held_until > unit.now:
            return False
        release_order(unit)
        if unit.channel.auto_process:
            await verify_order(unit)
            if order.stage is OrderStage.RECEIVED:
                await send(unit)
        return True
