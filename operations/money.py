"""What is owed and due on an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from domain.money import first_units
from domain.payments import CaptureMode, snapshot
from models import Order, OrderLine, Payment
from operations.rows import OrderRows

if TYPE_CHECKING:
    from operations.unit import Unit


def owed_for(line: OrderLine) -> int:
    """Value of a line's units that are not cancelled, in minor units. The first units are the ones kept."""
    return first_units(line.total_minor, line.ordered, line.ordered - line.cancelled)


def owed(order: Order, lines: Sequence[OrderLine]) -> int:
    """Value of the units that are not cancelled, and shipping unless all are, in minor units."""
    live = [line for line in lines if not line.removed and line.cancelled < line.ordered]
    return sum(owed_for(line) for line in live) + (order.shipping_minor if live else 0)


async def due_of(unit: Unit) -> int:
    """What is still due on the order, in minor units. Nothing for channels that are paid outside."""
    if unit.channel.capture_mode is CaptureMode.OFFLINE:
        return 0
    return due(unit, await unit.payments())


def due(rows: OrderRows, payments: Iterable[Payment]) -> int:
    """The same with payments at hand."""
    sums = (payment.sums for payment in payments)
    return snapshot(rows.order.total_minor, owed(rows.order, rows.lines), sums, rows.channel.capture_mode).due
