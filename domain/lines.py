"""Units of an order line: where each one is, and the law that none is ever lost or made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from domain.fulfillment import IN_THE_MAKING, MADE, FulfillmentStatus
from domain.listing import Listing


class LineStatus(Listing):
    """Where a line stands; the first that fits, from the top."""

    CANCELLED = "CANCELLED", "Every unit is cancelled."
    RETURNED = "RETURNED", "Every shipped unit came back."
    RETURN_REQUESTED = "RETURN_REQUESTED", "A return of units is asked for or approved."
    EXCHANGED = "EXCHANGED", "Units were exchanged."
    DELIVERED = "DELIVERED", "Nothing open, everything shipped has arrived."
    SHIPPED = "SHIPPED", "Nothing open, units are on their way."
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED", "Something shipped, something open."
    CANCEL_REQUESTED = "CANCEL_REQUESTED", "The warehouse was asked to cancel units."
    READY = "READY", "Made or picked, ready to ship."
    IN_PRODUCTION = "IN_PRODUCTION", "Being made."
    BATCHED = "BATCHED", "Has a place in a production batch."
    ALLOCATED = "ALLOCATED", "A source is chosen and its stock reserved."
    NEW = "NEW", "Nothing has happened to it yet."


@dataclass(frozen=True, slots=True)
class Quantities:
    """Counters of one line, in units. Every instance that leaves this module obeys the law."""

    ordered: int
    open: int = 0
    cancelled: int = 0
    shipped: int = 0
    with_customer: int = 0
    returned: int = 0
    delivered: int = 0
    cancel_requested: int = 0
    return_pending: int = 0
    reshipped: int = 0
    exchanged: int = 0

    @property
    def claimable(self) -> int:
        """Units that a return, exchange or reshipment may still draw on."""
        return self.with_customer - self.return_pending - self.reshipped

    @property
    def on_the_way(self) -> int:
        """Shipped units that have not arrived yet."""
        return self.shipped - self.delivered


class LawBroken(Exception):
    """A move would lose or make units. Operations check before they move, so this is a bug."""


def fresh(ordered: int) -> Quantities:
    """A line nobody has touched: everything open."""
    return Quantities(ordered=ordered, open=ordered)


def broken_laws(q: Quantities) -> Iterator[str]:
    """Every law of section 5 that the counters break, in words."""
    for field in fields(q):
        if getattr(q, field.name) < 0:
            yield f"{field.name} is negative ({getattr(q, field.name)})"
    if q.ordered != q.open + q.cancelled + q.shipped:
        yield f"ordered {q.ordered} is not open {q.open} + cancelled {q.cancelled} + shipped {q.shipped}"
    if q.shipped != q.with_customer + q.returned:
        yield f"shipped {q.shipped} is not with customer {q.with_customer} + returned {q.returned}"
    if q.delivered > q.shipped:
        yield f"delivered {q.delivered} is more than shipped {q.shipped}"
    if q.cancel_requested > q.open:
        yield f"cancel requested {q.cancel_requested} is more than open {q.open}"
    if q.return_pending + q.reshipped > q.with_customer:
        claimed = f"return pending {q.return_pending} + reshipped {q.reshipped}"
        yield f"{claimed} is more than with customer {q.with_customer}"


MOVES: Final[dict[str, dict[str, int]]] = {
    #               counter: change per unit
    "cancel": {"open": -1, "cancelled": +1},
    "ship": {"open": -1, "shipped": +1, "with_customer": +1},
    "unship": {"open": +1, "shipped": -1, "with_customer": -1},
    "deliver": {"delivered": +1},
}
"""Everything that can happen to a unit. A unit that comes back undelivered counts as delivered once received."""


def move(q: Quantities, name: str, units: int) -> Quantities:
    """Moves `units` units. Raises LawBroken when the line does not have them; the line is then as it was."""
    if units < 1:
        raise LawBroken(f"cannot {name} {units} units")
    change = MOVES[name]
    moved = Quantities(
        **{field.name: getattr(q, field.name) + units * change.get(field.name, 0) for field in fields(q)}
    )
    if broken := list(broken_laws(moved)):
        raise LawBroken(f"cannot {name} {units} of {q}: {'; '.join(broken)}")
    return moved


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line's status follows from."""

    quantities: Quantities
    fulfillment: FulfillmentStatus | None = None
    """Status of the fulfilment order it is in, if any."""
    allocated: bool = False
    batched: bool = False


def line_status(line: LineFacts) -> LineStatus:
    """The line's status: a pure function, first match wins."""
    q = line.quantities
    rules = (
        (LineStatus.CANCELLED, q.cancelled == q.ordered),
        (LineStatus.RETURNED, not q.open and q.shipped > 0 and q.returned == q.shipped),
        (LineStatus.RETURN_REQUESTED, q.return_pending > 0),
        (LineStatus.EXCHANGED, q.exchanged > 0),
        (LineStatus.DELIVERED, not q.open and not q.on_the_way),
        (LineStatus.SHIPPED, not q.open),
        (LineStatus.PARTIALLY_SHIPPED, q.shipped > 0),
        (LineStatus.CANCEL_REQUESTED, q.cancel_requested > 0),
        (LineStatus.READY, line.fulfillment in MADE),
        (LineStatus.IN_PRODUCTION, line.fulfillment in IN_THE_MAKING),
        (LineStatus.BATCHED, line.batched),
        (LineStatus.ALLOCATED, line.allocated),
    )
    return next((status for status, fits in rules if fits), LineStatus.NEW)
