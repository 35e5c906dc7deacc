"""An order's status.

Before anything is sent the stage is stored and moved by actions alone; afterwards the status is a pure function
of lines and fulfilment orders. Nobody ever sets a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.fulfillment import IN_THE_MAKING, MADE, FulfillmentFacts, FulfillmentStatus
from domain.lines import Quantities
from domain.listing import Listing


class OrderStatus(Listing):
    """Where an order stands."""

    NEW = "NEW", "Arrived; not yet verified, or has a blocking issue."
    RECEIVED = "RECEIVED", "Verified, no blocking issue, waiting to be processed."
    ON_HOLD = "ON_HOLD", "Held; the status reason says why."
    PROCESSING = "PROCESSING", "Sent to at least one supplier or warehouse, nothing shipped."
    IN_PRODUCTION = "IN_PRODUCTION", "Something is being made, nothing shipped."
    READY_TO_SHIP = "READY_TO_SHIP", "Everything open is made, picked or binned."
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED", "Something shipped, something still open."
    PARTIALLY_CLOSED = "PARTIALLY_CLOSED", "One fulfilment order is delivered, another still open."
    SHIPPED = "SHIPPED", "Nothing open, at least one unit with the customer or on its way."
    DELIVERED = "DELIVERED", "Nothing open, everything shipped has arrived."
    COMPLETE = "COMPLETE", "Closed."
    CANCELLED = "CANCELLED", "Every unit is cancelled."
    RETURNED = "RETURNED", "Nothing open, everything shipped came back."
    FAILED = "FAILED", "Payment or processing failed and needs a person."
    ABANDONED = "ABANDONED", "A draft never paid or confirmed in time."


class OrderStage(Listing):
    """The stored part of the status: how far an order is before it is sent."""

    NEW = "NEW", "Arrived."
    RECEIVED = "RECEIVED", "Verified, nothing blocks it."
    FAILED = "FAILED", "Failed before it was sent."
    ABANDONED = "ABANDONED", "Given up as a draft."
    SENT = "SENT", "Sent: from here on the status follows from lines and fulfilment orders."


class HoldReason(Listing):
    """Why an order is held."""

    MANUAL = "MANUAL", "Somebody held it."
    REMORSE = "REMORSE", "The customer may still change their mind."
    PAYMENT = "PAYMENT", "Waiting for a payment."
    REVIEW = "REVIEW", "Somebody has to look at it."
    AWAITING_RETURN = "AWAITING_RETURN", "Waiting for returned goods."
    OUT_OF_STOCK = "OUT_OF_STOCK", "Waiting for stock."
    REPLACEMENT_REVIEW = "REPLACEMENT_REVIEW", "A duplicate that must be looked at before it is made."


HELD_BY_HAND: Final = frozenset(
    {HoldReason.MANUAL, HoldReason.PAYMENT, HoldReason.REVIEW, HoldReason.OUT_OF_STOCK}
)
"""Reasons a person may give. The others belong to what sets and ends them: a clock, a return, a duplicate."""


class OrderType(Listing):
    """Why an order exists."""

    STANDARD = "STANDARD", "A customer bought something."
    EXCHANGE = "EXCHANGE", "Units of another order were exchanged."
    RESHIPMENT = "RESHIPMENT", "Units of another order ship again."
    REPLACEMENT = "REPLACEMENT", "A duplicate made again."


class OrderOrigin(Listing):
    """How an order came in."""

    WEB = "WEB", "Web shop."
    MOBILE = "MOBILE", "Mobile app."
    CALL = "CALL", "By telephone."
    STORE = "STORE", "At the till of a store."
    MARKETPLACE = "MARKETPLACE", "A marketplace that sells for many."
    API = "API", "A program."
    IMPORT = "IMPORT", "A file."
    MANUAL = "MANUAL", "Typed in by a person."


class CustomerType(Listing):
    """Whether the customer has an account."""

    GUEST = "GUEST", "Without an account."
    REGISTERED = "REGISTERED", "With an account."


class CancelReason(Listing):
    """Why units were cancelled."""

    CUSTOMER_REQUEST = "CUSTOMER_REQUEST", "The customer asked for it."
    OUT_OF_STOCK = "OUT_OF_STOCK", "The goods cannot be had."
    PAYMENT = "PAYMENT", "It was not paid."
    FRAUD = "FRAUD", "It looks fraudulent."
    WAREHOUSE_DECLINED = "WAREHOUSE_DECLINED", "The warehouse or supplier cannot deliver."
    OTHER = "OTHER", "Another reason; the note says which."


FULLY_SHIPPED: Final = "FULLY_SHIPPED"
PARTIALLY_SHIPPED: Final = "PARTIALLY_SHIPPED"
FULLY_CANCELLED: Final = "FULLY_CANCELLED"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order's status follows from. For a fulfiller: its own lines and fulfilment orders alone."""

    stage: OrderStage
    lines: tuple[Quantities, ...]
    fulfillments: tuple[FulfillmentFacts, ...] = ()
    hold: HoldReason | None = None
    closed: bool = False

    def total(self, counter: str) -> int:
        """Units of all lines in one counter."""
        return sum(getattr(line, counter) for line in self.lines)

    @property
    def live(self) -> tuple[FulfillmentFacts, ...]:
        """Fulfilment orders that count: cancelled ones are ignored."""
        return tuple(fo for fo in self.fulfillments if fo.status is not FulfillmentStatus.CANCELLED)


def order_status(facts: OrderFacts) -> OrderStatus:
    """The order's status; first match wins."""
    if facts.total("cancelled") == facts.total("ordered"):
        return OrderStatus.CANCELLED
    if facts.hold is not None:
        return OrderStatus.ON_HOLD
    if facts.stage is not OrderStage.SENT:
        return OrderStatus[facts.stage.name]
    if facts.closed:
        return OrderStatus.COMPLETE
    if not facts.total("open"):
        return _when_nothing_is_open(facts)
    if facts.total("shipped"):
        delivered = any(fo.status is FulfillmentStatus.DELIVERED for fo in facts.live)
        return OrderStatus.PARTIALLY_CLOSED if delivered else OrderStatus.PARTIALLY_SHIPPED
    return _before_shipping(facts)


def _when_nothing_is_open(facts: OrderFacts) -> OrderStatus:
    if not facts.total("with_customer"):
        return OrderStatus.RETURNED
    return OrderStatus.SHIPPED if any(line.on_the_way for line in facts.lines) else OrderStatus.DELIVERED


def _before_shipping(facts: OrderFacts) -> OrderStatus:
    open_ones = [fo.status for fo in facts.live if fo.open_units]
    all_sent = sum(fo.open_units for fo in facts.live) == facts.total("open")
    if open_ones and all(status is FulfillmentStatus.FAILED for status in open_ones):
        return OrderStatus.FAILED
    if open_ones and all_sent and all(status in MADE for status in open_ones):
        return OrderStatus.READY_TO_SHIP
    if any(status in IN_THE_MAKING for status in open_ones):
        return OrderStatus.IN_PRODUCTION
    return OrderStatus.PROCESSING


def status_reason(facts: OrderFacts, status: OrderStatus, cancel_reason: str | None = None) -> str | None:
    """The open text beside the status: why it is held, how much shipped, why it was cancelled."""
    if status is OrderStatus.ON_HOLD and facts.hold:
        return facts.hold.value
    if status is OrderStatus.CANCELLED:
        return f"{FULLY_CANCELLED}:{cancel_reason}" if cancel_reason else FULLY_CANCELLED
    if status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETE):
        return PARTIALLY_SHIPPED if facts.total("cancelled") else FULLY_SHIPPED
    return None


def part_reason(facts: OrderFacts, status: OrderStatus) -> str | None:
    """What a fulfiller is told of it: neither why the order is held nor why it was cancelled, which may be about
    money or about the lines of others."""
    return None if status is OrderStatus.ON_HOLD else status_reason(facts, status)


@dataclass(frozen=True, slots=True)
class StageStep:
    """One row of the life before sending."""

    source: OrderStage
    action: str
    target: OrderStage


T = OrderStage
STAGE_STEPS: Final = (
    StageStep(T.NEW, "verify", T.RECEIVED),
    StageStep(T.NEW, "send_ready", T.SENT),
    StageStep(T.NEW, "fail", T.FAILED),
    StageStep(T.NEW, "abandon", T.ABANDONED),
    StageStep(T.RECEIVED, "raise_issue", T.NEW),
    StageStep(T.RECEIVED, "send", T.SENT),
    StageStep(T.RECEIVED, "send_ready", T.SENT),
    StageStep(T.RECEIVED, "fail", T.FAILED),
    StageStep(T.FAILED, "reset", T.NEW),
    StageStep(T.FAILED, "verify", T.RECEIVED),
    StageStep(T.FAILED, "send", T.SENT),
    StageStep(T.ABANDONED, "reopen", T.NEW),
)
"""Holding keeps the stage and cancelling ends it: neither is a step. There is no way back from SENT."""


def stage_after(stage: OrderStage, action: str) -> OrderStage | None:
    """Where an action leads from a stage; None when the table has no such step."""
    return next((s.target for s in STAGE_STEPS if (s.source, s.action) == (stage, action)), None)


def closes_itself(facts: OrderFacts, *, tracked: bool, due_minor: int, tracking_pending: bool) -> bool:
    """Whether an order closes by itself: from DELIVERED, or from SHIPPED where no service is tracked."""
    if facts.closed or due_minor > 0 or tracking_pending:
        return False
    status = order_status(facts)
    return status is OrderStatus.DELIVERED or (status is OrderStatus.SHIPPED and not tracked)
