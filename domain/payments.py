"""Payments: what was authorised, captured and is still due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.listing import Listing


class CaptureMode(Listing):
    """When a channel takes its customers' money."""

    ON_SHIPMENT = "ON_SHIPMENT", "Each parcel captures its value; the first one also the shipping charge."
    ON_PROCESS = "ON_PROCESS", "Processing captures all of it."
    OFFLINE = "OFFLINE", "Paid in full outside; Ordergraph only records it."


class PaymentStatus(Listing):
    """How far a payment is."""

    AUTHORISED = "AUTHORISED", "The money is reserved."
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED", "Part of it was taken."
    CAPTURED = "CAPTURED", "All of it was taken."
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED", "Part of it was given back."
    REFUNDED = "REFUNDED", "All of it was given back."
    VOIDED = "VOIDED", "The reservation was released."
    FAILED = "FAILED", "The gateway refused it."


class PaymentEvent(Listing):
    """What was asked of a payment gateway."""

    AUTHORISE = "AUTHORISE", "Reserve money."
    CAPTURE = "CAPTURE", "Take reserved money."
    REFUND = "REFUND", "Give money back."
    VOID = "VOID", "Release a reservation."


class OperationStatus(Listing):
    """How far a command to a gateway is."""

    PENDING = "PENDING", "Sent, not answered."
    SUCCEEDED = "SUCCEEDED", "Confirmed."
    FAILED = "FAILED", "Refused or failed."


@dataclass(frozen=True, slots=True)
class Sums:
    """The amounts of one payment, in minor units."""

    authorised: int = 0
    captured: int = 0
    refunded: int = 0

    @property
    def refundable(self) -> int:
        """What can still be given back."""
        return self.captured - self.refunded


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order's money at a glance, in minor units (S2, payments section)."""

    total: int
    captured: int
    due: int
    refunded: int


def snapshot(total: int, owed: int, payments: Iterable[Sums], mode: CaptureMode) -> Snapshot:
    """The snapshot of an order.

    `total` is the order's grand total, `owed` the value of units not cancelled plus charges still owed. Due is
    what is owed and not captured, never below 0; an OFFLINE order counts as paid in full.
    """
    sums = list(payments)
    captured = sum(payment.captured for payment in sums)
    due = 0 if mode is CaptureMode.OFFLINE else max(0, owed - captured)
    return Snapshot(total=total, captured=captured, due=due, refunded=sum(payment.refunded for payment in sums))
