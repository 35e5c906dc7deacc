"""What stops or endangers an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.listing import Listing


class IssueCode(Listing):
    """The standard code of an issue."""

    UNKNOWN_SKU = "UNKNOWN_SKU", "The catalogue has no such SKU."
    PRODUCT_DISABLED = "PRODUCT_DISABLED", "The variant was withdrawn."
    OUT_OF_STOCK = "OUT_OF_STOCK", "Not enough stock at any source."
    NO_SUPPLIER = "NO_SUPPLIER", "No connected supplier carries the variant."
    SHIPPING_UNMAPPED = "SHIPPING_UNMAPPED", "The channel's shipping method maps to no service of the supplier."
    ADDRESS_INCOMPLETE = "ADDRESS_INCOMPLETE", "The delivery address lacks something."
    PERSONALISATION_INCOMPLETE = "PERSONALISATION_INCOMPLETE", "A personalised line lacks its input."
    PAYMENT_NOT_AUTHORISED = "PAYMENT_NOT_AUTHORISED", "No payment is authorised."
    TOTALS_MISMATCH = "TOTALS_MISMATCH", "Payment and order total differ."
    DUPLICATE_SUSPECTED = "DUPLICATE_SUSPECTED", "Looks like another order of the same customer."
    DISPATCH_DATE_PAST = "DISPATCH_DATE_PAST", "The required dispatch date had passed when the order arrived."
    SUPPLIER_REJECTED = "SUPPLIER_REJECTED", "The supplier will not make or send it."
    SUPPLIER_FAILED = "SUPPLIER_FAILED", "The supplier could not be reached or failed."
    CAPTURE_FAILED = "CAPTURE_FAILED", "Money could not be taken after shipping."
    DISPATCH_OVERDUE = "DISPATCH_OVERDUE", "Should have left by now."
    DELIVERY_OVERDUE = "DELIVERY_OVERDUE", "Should have arrived by now."
    RETURNED_TO_SENDER = "RETURNED_TO_SENDER", "A parcel came back undelivered."


I = IssueCode  # noqa: E741  the list reads better
BLOCKING: Final = frozenset(
    {
        I.UNKNOWN_SKU,
        I.PRODUCT_DISABLED,
        I.OUT_OF_STOCK,
        I.NO_SUPPLIER,
        I.SHIPPING_UNMAPPED,
        I.ADDRESS_INCOMPLETE,
        I.PERSONALISATION_INCOMPLETE,
        I.PAYMENT_NOT_AUTHORISED,
    }
)
"""Before sending, these keep an order NEW. After sending no issue moves the stage."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue as verification finds it. `line` is the line's number; None: it concerns the whole order."""

    code: IssueCode
    message: str
    path: str
    line: int | None = None
    raw: str | None = None
    """Words of somebody else, which may name people: never part of the message, which the log repeats."""

    @property
    def blocking(self) -> bool:
        """Whether it keeps the order from being sent."""
        return self.code in BLOCKING


FOUND_BY_VERIFICATION: Final = BLOCKING | {I.TOTALS_MISMATCH, I.DUPLICATE_SUSPECTED, I.DISPATCH_DATE_PAST}
"""Verification raises these, and resolves them when it does not find them any more."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A blocking issue as it stands in the way of an action."""

    text: str
    of_line: bool
    """Whether it concerns one line, not the order as a whole."""
