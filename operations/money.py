"""What is owed and due on an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.money import first_units
from domain.payments import CaptureMode, snapshot
from models import OrderLine

if TYPE_CHECKING:
    from operations.unit import Unit


def owed_for(line: OrderLine) -> int:
    """Value of a line's units that are not cancelled, in minor units. The first units are the ones kept."""
    return first_units(line.total_minor, line.ordered, line.ordered - line.cancelled)


async def due_of(unit: Unit) -> int:
    """What is still due on the order, in minor units. Nothing for channels that are paid outside."""
    if unit.channel.capture_mode is CaptureMode.OFFLINE:
        return 0
    owed = sum(owed_for(line) for line in unit.lines)
    if any(line.ordered > line.cancelled for line in unit.lines):
        owed += unit.order.shipping_minor
    sums = (payment.sums for payment in await unit.payments())
    return snapshot(unit.order.total_minor, owed, sums, unit.channel.capture_mode).due
