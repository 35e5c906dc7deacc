"""Every status there is, whatever it is the status of: for feeds that carry several kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.fulfillment import FulfillmentStatus
from domain.lines import LineStatus
from domain.listing import Listing
from domain.orders import OrderStatus


class StatusKind(Listing):
    """What a status is the status of."""

    ORDER = "ORDER", "An order; for a fulfiller, its own part of it."
    FULFILLMENT_ORDER = "FULFILLMENT_ORDER", "A fulfilment order."
    LINE = "LINE", "A line of an order."


STATUSES: Final[tuple[tuple[str, type[Listing]], ...]] = (
    ("Order", OrderStatus),
    ("Fulfilment order", FulfillmentStatus),
    ("Line", LineStatus),
)


def _every() -> dict[str, tuple[str, str]]:
    """Each name once, with what it means to each thing that has it."""
    meanings: dict[str, list[str]] = {}
    for noun, statuses in STATUSES:
        for status in statuses:
            meanings.setdefault(status.value, []).append(f"{noun}: {status.meaning}")
    return {name: (name, " ".join(texts)) for name, texts in meanings.items()}


if TYPE_CHECKING:

    class StatusName(Listing):
        """A status of an order, a fulfilment order or a line."""

else:
    StatusName = Listing("StatusName", _every(), module=__name__)
    StatusName.__doc__ = "A status of an order, a fulfilment order or a line."
