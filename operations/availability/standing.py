"""An order as it was read, without a lock, by somebody who wants to know what it may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto

from domain.access import Viewer
from models import (
    Address,
    FulfillmentOrder,
    Order,
    OrderIssue,
    OrderLine,
    Payment,
    SalesChannel,
    Shipment,
)
from operations.market import Market
from operations.orders.checking import Plan
from operations.rows import OrderRows
from operations.stock import Place


class Fact(Enum):
    """What some actions are judged by beside the order's own rows. Read in this order, for many orders at once."""

    ISSUES = auto()
    PAYMENTS = auto()
    PARCELS = auto()
    SOURCES = auto()
    VERIFICATION = auto()
    """What verification would find now; needs PAYMENTS and SOURCES."""
    STOCK = auto()
    SUPPLIERS = auto()
    SERVICES = auto()
    """Of the parcels; needs PARCELS."""


@dataclass(slots=True)
class Standing(OrderRows):
    """Facts nobody asked for are empty."""

    viewer: Viewer
    order: Order
    channel: SalesChannel
    lines: list[OrderLine]
    fulfillments: list[FulfillmentOrder]
    market: Market
    issues: Sequence[OrderIssue] = ()
    """Open ones, oldest first."""
    payments: Sequence[Payment] = ()
    address: Address | None = None
    """Where it goes."""
    plan: Plan = field(default_factory=lambda: Plan([]))
    """What verification would do."""
    parcels: Sequence[Shipment] = ()
    levels: Mapping[Place, int] = field(default_factory=dict)
    """Units on hand; of `stock.levels_of`."""
    producing: AbstractSet[int] = frozenset()
    """Keys of suppliers with a production of their own."""
    untracked: AbstractSet[int] = frozenset()
    """Keys of services that are not tracked."""
