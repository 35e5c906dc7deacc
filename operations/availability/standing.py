"""An order as it was read, without a lock, by somebody who wants to know what it may do."""

from __future__ import annotations

from collections.abc import Sequence
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
from operations.stock import Levels


class Fact(Enum):
    """What some actions are judged by beside the order's lines and fulfilment orders."""

    ISSUES = auto()
    PAYMENTS = auto()
    DESTINATION = auto()
    PARCELS = auto()
    SOURCES = auto()
    SUPPLIERS = auto()
    SERVICES = auto()
    """Of the parcels; needs PARCELS."""
    VERIFICATION = auto()
    """What verification would find now; needs PAYMENTS, DESTINATION and SOURCES."""
    STOCK = auto()
    """Of what is in fulfilment orders."""


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
    """Resolved ones too, oldest first."""
    payments: Sequence[Payment] = ()
    address: Address | None = None
    """Where it goes."""
    plan: Plan = field(default_factory=lambda: Plan([]))
    """What verification would do."""
    parcels: Sequence[Shipment] = ()
    levels: Levels = field(default_factory=dict)
    producing: AbstractSet[int] = frozenset()
    """Keys of suppliers with a production of their own."""
    untracked: AbstractSet[int] = frozenset()
    """Keys of services that are not tracked."""
