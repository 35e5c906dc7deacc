"""Why something was refused: every reason at once, each with the facts a client needs to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.access import Permission
from domain.listing import Listing


class BlockerCode(Listing):
    """What stands against an action in the state things are in."""

    WRONG_STATUS = "WRONG_STATUS", "The action is not possible in this status."
    ON_HOLD = "ON_HOLD", "The order is on hold; release it first."
    BLOCKING_ISSUE = "BLOCKING_ISSUE", "An issue must be resolved first."
    NOTHING_OPEN = "NOTHING_OPEN", "No unit is open any more."
    NOTHING_TO_SEND = "NOTHING_TO_SEND", "Every open unit has been sent already."
    UNITS_SHIPPED = "UNITS_SHIPPED", "Units have shipped; name the lines and open quantities to cancel instead."
    AWAITS_WAREHOUSE = "AWAITS_WAREHOUSE", "The warehouse must agree to this cancellation first."
    PAYMENT_DUE = "PAYMENT_DUE", "Money is still due."
    TRACKING_NOT_PASSED_ON = "TRACKING_NOT_PASSED_ON", "Tracking has not been passed on to the channel yet."
    NOT_SHIPPABLE_YET = "NOT_SHIPPABLE_YET", "The supplier has not accepted the fulfilment order yet."
    WRONG_FULFILLMENT_ORDER = "WRONG_FULFILLMENT_ORDER", "The line belongs to another fulfilment order."
    BUNDLE_INCOMPLETE = "BUNDLE_INCOMPLETE", "Lines of one bundle ship together."
    SHIPMENT_DELIVERED = "SHIPMENT_DELIVERED", "The parcel has been delivered."
    SHIPMENT_DELETED = "SHIPMENT_DELETED", "The parcel was deleted."
    STEP_NOT_LISTED = "STEP_NOT_LISTED", "The life cycle has no such step from here."
    PRODUCTION_REQUIRED = "PRODUCTION_REQUIRED", "This supplier produces; it cannot skip production."
    SEVERAL_UNITS = "SEVERAL_UNITS", "Several units must be consolidated first."
    NOT_TRACKED = "NOT_TRACKED", "The carrier service is not tracked."
    CAPTURE_SENT = "CAPTURE_SENT", "The money for this parcel has been captured already."
    ALREADY_CONNECTED = "ALREADY_CONNECTED", "The two companies are connected, or one of them was invited."
    AWAITS_PARTNER = "AWAITS_PARTNER", "It is the other company's turn."
    CURRENCY_IN_USE = "CURRENCY_IN_USE", "The channel has orders in its currency."
    STOCK_IN_USE = "STOCK_IN_USE", "Something that takes long is reading the stock."
    SERVICE_NOT_OFFERED = "SERVICE_NOT_OFFERED", "The fulfiller does not offer this carrier service."
    PERMISSION_DENIED = (
        "PERMISSION_DENIED",
        "The viewer may not do this, whatever the state; told beforehand only.",
    )
    QUANTITY_EXCEEDED = "QUANTITY_EXCEEDED", "Fewer units are open or in stock; told beforehand only."
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR", "Nobody else of the company could manage its roles and users then."
    CHANNELS_LIMITED = (
        "CHANNELS_LIMITED",
        "Your own role is limited to sales channels, which this would go beyond.",
    )
    KEY_REVOKED = "KEY_REVOKED", "The API client was revoked, which is for good."


@dataclass(frozen=True, slots=True)
class Blocker:
    """One fact that stands against an action."""

    code: BlockerCode
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason against. `path` points into the input; `retry` says whether trying again can help."""

    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed(Reason):
    """The state of things forbids it."""

    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityExceeded(Reason):
    """More units than there are."""

    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidInput(Reason):
    """The input itself cannot be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Reason):
    """No such thing, or none the viewer may see: both answer alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionDenied(Reason):
    """The viewer's role lacks a permission."""

    permission: Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateReference(Reason):
    """The channel has an order with this reference already; `existing` is its row key, `number` its number."""

    existing: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowInvalid(Reason):
    """A row of an imported file cannot be right. `row` counts from 1 with the header, as spreadsheets do."""

    row: int
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Reason):
    """The thing changed since the caller read it: `aggregate` and `aggregate_id` name it as the log does."""

    expected: int
    actual: int
    aggregate: str
    aggregate_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKeyReused(Reason):
    """The key belongs to another call: another mutation, another input, or somebody who sees other things."""


class Refused(Exception):
    """A business refusal: nothing was changed. Carries every reason at once."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons: tuple[Reason, ...] = reasons


def not_allowed(blockers: Iterable[Blocker], path: Sequence[str] = ()) -> NotAllowed:
    """Blockers as one reason that says them all."""
    found = tuple(blockers)
    return NotAllowed(message=" ".join(blocker.message for blocker in found), blockers=found, path=tuple(path))


def under(reason: Reason, *prefix: str) -> Reason:
    """The same reason, pointing from further out."""
    return replace(reason, path=(*prefix, *reason.path))


def refuse_if(reasons: Iterable[Reason]) -> None:
    """Raises Refused when there is any reason against."""
    found = tuple(reasons)
    if found:
        raise Refused(*found)
