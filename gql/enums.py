"""Closed lists of `domain` as GraphQL enums: a member's meaning is its description. Import before any type."""

from __future__ import annotations

from typing import Final

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from domain.access import CompanyKind, Permission
from domain.actions import ActionName
from domain.addresses import AddressRole
from domain.catalog import (
    AppeasementBasis,
    CancelMode,
    ConnectionStatus,
    DeliveryMode,
    EntryStatus,
    ExchangeFlow,
    ItemKind,
    SourceKind,
    VariantStatus,
)
from domain.events import ActorKind, Audience, EventKind
from domain.fulfillment import FulfillmentStatus
from domain.issues import IssueCode
from domain.lines import LineStatus
from domain.listing import Listing
from domain.orders import CustomerType, HoldReason, OrderOrigin, OrderStatus, OrderType
from domain.payments import CaptureMode, OperationStatus, PaymentEvent, PaymentStatus
from domain.shipments import ShipmentStatus, TrackingCode

SHOWN: Final[tuple[type[Listing], ...]] = (
    ActionName,
    ActorKind,
    AddressRole,
    AppeasementBasis,
    Audience,
    CancelMode,
    CaptureMode,
    CompanyKind,
    ConnectionStatus,
    CustomerType,
    DeliveryMode,
    EntryStatus,
    EventKind,
    ExchangeFlow,
    FulfillmentStatus,
    HoldReason,
    IssueCode,
    ItemKind,
    LineStatus,
    OperationStatus,
    OrderOrigin,
    OrderStatus,
    OrderType,
    PaymentEvent,
    PaymentStatus,
    Permission,
    ShipmentStatus,
    SourceKind,
    TrackingCode,
    VariantStatus,
)


def expose(listing: type[Listing]) -> type[Listing]:
    """Make a closed list an enum of the schema; its docstring describes it. Harmless when done twice."""
    if hasattr(listing, "__strawberry_definition__"):
        return listing
    strawberry.enum(listing, description=" ".join((listing.__doc__ or "").split()))
    definition: StrawberryEnumDefinition = listing.__strawberry_definition__  # type: ignore[attr-defined]  # set by strawberry.enum
    for value in definition.values:
        value.description = listing[value.name].meaning
    return listing


for _listing in SHOWN:
    expose(_listing)
