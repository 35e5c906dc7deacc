"""The log: what one row of it says, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.access import CompanyKind, Permission, Scope
from domain.listing import Listing


class EventKind(Listing):
    """What an event is about; its `type` says exactly what happened."""

    STATUS = "STATUS", "An order, fulfilment order or line changed its status."
    COMMENT = "COMMENT", "Somebody wrote a comment."
    EDIT = "EDIT", "Data of an order was corrected."
    ISSUE = "ISSUE", "An issue was raised or resolved."
    SUPPLIER = "SUPPLIER", "A fulfilment order was sent to, or answered by, its supplier."
    BATCH = "BATCH", "A production batch changed."
    ARTWORK = "ARTWORK", "Artwork was made or replaced."
    BIN = "BIN", "A unit was put into, or a bin was released from, a bin."
    SHIPMENT = "SHIPMENT", "A parcel was created, changed or deleted."
    TRACKING = "TRACKING", "A carrier reported something, or tracking data was added."
    PAYMENT = "PAYMENT", "Money was authorised, captured, refunded or released."
    CANCELLATION = "CANCELLATION", "Units were cancelled, or their cancellation was asked for or answered."
    RETURN = "RETURN", "A return moved on."
    REFUND = "REFUND", "A refund moved on."
    APPEASEMENT = "APPEASEMENT", "Money was given back without goods coming back."
    EXCHANGE = "EXCHANGE", "Units were exchanged for another variant."
    RESHIPMENT = "RESHIPMENT", "Units were shipped again, free of charge."
    REPLACEMENT = "REPLACEMENT", "An order was duplicated to be made again."
    NOTIFICATION = "NOTIFICATION", "A customer or company was told something."
    IMPORT = "IMPORT", "An order or catalogue arrived."
    EXPORT = "EXPORT", "Data was exported."
    DOCUMENT = "DOCUMENT", "A document was made."
    SETTINGS = "SETTINGS", "A setting was changed."
    ACCESS = "ACCESS", "A user, role or key was changed."
    CATALOGUE = "CATALOGUE", "A product or variant was changed."
    STOCK = "STOCK", "Stock was counted, reserved or released."


class Audience(Listing):
    """Which companies around an order may read an event or comment; channel limits of the role still apply."""

    PLATFORM = "PLATFORM", "The platform alone."
    RETAILER = "RETAILER", "The retailer and the platform."
    SHARED = "SHARED", "The retailer, the platform and the one fulfiller named beside it."
    FULFILLER = "FULFILLER", "The one fulfiller named beside it, alone."


class ActorKind(Listing):
    """Who did something."""

    USER = "USER", "A person."
    API_CLIENT = "API_CLIENT", "A program with a key."
    SYSTEM = "SYSTEM", "Ordergraph itself: a rule, a setting, a clock."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, and for which company."""

    kind: ActorKind
    name: str
    id: int | None = None
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One sequenced row of the log. Immutable; may be shared by every subscriber of a process."""

    position: int
    id: int
    event_id: UUID
    kind: EventKind
    type: str
    """What happened, `noun.participle`: `shipment.created`, `order.status_changed`."""
    audience: Audience
    order_id: int | None
    """None for changes that belong to no order: then `aggregate` and `aggregate_id` name their owner."""
    order_version: int
    """Dense per order (or per owning aggregate): 1, 2, 3..."""
    channel_id: int | None
    retailer_id: int | None
    fulfiller_id: int | None
    actor: Actor
    summary: str
    occurred_at: datetime
    recorded_at: datetime
    line_id: int | None = None
    fulfillment_order_id: int | None = None
    shipment_id: int | None = None
    aggregate: str = "order"
    aggregate_id: int | None = None
    request_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    """Changed fields with before and after, and what the type needs. No secrets, no personal data; <= 16 KiB."""


MONEY: Final = frozenset({EventKind.PAYMENT, EventKind.REFUND})
"""Kinds that only viewers with `payments.view` read."""
_NEEDED: Final = {
    **dict.fromkeys(MONEY, Permission.PAYMENTS_VIEW),
    EventKind.ACCESS: Permission.ROLES_MANAGE,
}


def hidden_kinds(scope: Scope) -> frozenset[EventKind]:
    """Kinds of events that a role's permissions do not suffice for."""
    return frozenset(kind for kind, permission in _NEEDED.items() if not scope.may(permission))


def may_read(scope: Scope, entry: LogEntry) -> bool:
    """The visibility rule of the log; `models.visibility` says the same in SQL."""
    if entry.kind in _NEEDED and not scope.may(_NEEDED[entry.kind]):
        return False
    if scope.channel_ids is not None and entry.channel_id not in scope.channel_ids:
        return False
    if scope.company_kind is CompanyKind.FULFILLER:
        return entry.fulfiller_id == scope.company_id and entry.audience in (
            Audience.SHARED,
            Audience.FULFILLER,
        )
    if scope.company_kind is CompanyKind.RETAILER:
        return entry.retailer_id == scope.company_id and entry.audience in (
            Audience.RETAILER,
            Audience.SHARED,
        )
    return entry.audience is not Audience.FULFILLER
