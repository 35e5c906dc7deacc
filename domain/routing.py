"""Which source a line goes to, or why to none (promising, S4; shipping mappings, S1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.catalog import DeliveryMode, VariantStatus
from domain.issues import Finding, IssueCode

LARGEST_COUNT: Final = 2**31 - 1
"""What a column of the stock levels holds."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A source of a connected fulfiller that carries the variant."""

    stock_level_id: int
    source_id: int
    source_name: str
    fulfiller_id: int
    fulfiller_code: str
    available: int | None
    """Units; None: unmanaged, always available."""
    delivers: bool
    """Whether it delivers to the order's country."""
    service_id: int | None
    """What the channel's shipping method maps to at this fulfiller; None: nothing."""
    place: int
    """Place of the first routing rule that fits; large when none does."""
    same_region: bool = False
    same_country: bool = False
    supplier_cost_minor: int | None = None
    reserved: int = 0
    """Units of the level that are promised already."""
    status: VariantStatus = VariantStatus.ACTIVE
    """Whether the fulfiller goes on with the variant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line that needs a source. `number` is the line's number, for messages and paths."""

    number: int
    sku: str
    units: int
    mode: DeliveryMode
    variant: VariantStatus | None
    """None: the catalogue has no such SKU."""
    supplier_code: str | None
    shipping_method: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A line's source and service. The first promises of an order leave less for its others."""

    wanted: Wanted

    offer: Offer
    service_id: int | None


def route(wanted: Wanted, offers: Sequence[Offer], *, allow_backorder: bool) -> Promise | Finding:
    """The best source, or the one issue that stands in the way.

    Routing rules come first, then the nearest (region, country), then the most stock. A back-order is made only
    when no source has enough.
    """
    if wanted.variant is None:
        return _finding(wanted, IssueCode.UNKNOWN_SKU, f"The catalogue has no SKU {wanted.sku}.")
    if wanted.variant is VariantStatus.DISABLED:
        return _finding(wanted, IssueCode.PRODUCT_DISABLED, f"{wanted.sku} was withdrawn.")
    carrying = [
        offer for offer in offers if wanted.supplier_code in (None, offer.fulfiller_code) and offer.delivers
    ]
    if not carrying:
        return _finding(wanted, IssueCode.NO_SUPPLIER, _nobody(wanted))
    carrying = [offer for offer in carrying if offer.status is not VariantStatus.DISABLED]
    if not carrying:
        return _finding(wanted, IssueCode.PRODUCT_DISABLED, f"{wanted.sku} was withdrawn by who could deliver it.")
    going_on = [offer for offer in carrying if offer.status is VariantStatus.ACTIVE]
    stocked = [offer for offer in going_on if _has(offer, wanted.units)]
    if not stocked and allow_backorder:
        stocked = going_on
    if not stocked or wanted.variant is VariantStatus.OUT_OF_STOCK:
        best = max((offer.available or 0 for offer in carrying), default=0)
        message = f"{wanted.units} of {wanted.sku} are wanted; the best source has {best}."
        return _finding(wanted, IssueCode.OUT_OF_STOCK, message)
    shipping = [offer for offer in stocked if wanted.mode is not DeliveryMode.SHIP or offer.service_id is not None]
    if not shipping:
        message = f"“{wanted.shipping_method or ''}” maps to no service of {stocked[0].fulfiller_code}."
        return _finding(wanted, IssueCode.SHIPPING_UNMAPPED, message)
    best_offer = min(shipping, key=_preference)
    return Promise(wanted, best_offer, best_offer.service_id if wanted.mode is DeliveryMode.SHIP else None)


def allot(promises: Sequence[Promise], *, allow_backorder: bool) -> tuple[list[Promise], list[Finding]]:
    """Which promises of one order can be kept together, and what there is too little for.

    In the order in which stock levels are locked, so that two orders never wait for each other.
    """
    kept, findings = [], []
    drawn: dict[int, int] = {}
    for promise in sorted(promises, key=lambda promise: promise.offer.stock_level_id):
        offer, units = promise.offer, promise.wanted.units
        before = drawn.get(offer.stock_level_id, 0)
        if offer.available is None:
            kept.append(promise)
        elif (allow_backorder or offer.available - before >= units) and (
            offer.reserved + before + units <= LARGEST_COUNT
        ):
            drawn[offer.stock_level_id] = before + units
            kept.append(promise)
        else:
            findings.append(gone(promise.wanted))
    return kept, findings


def gone(wanted: Wanted) -> Finding:
    """What was there when it was looked for went to somebody else, or to another line."""
    return _finding(
        wanted,
        IssueCode.OUT_OF_STOCK,
        f"{wanted.units} of {wanted.sku} are wanted; somebody else took the last ones.",
    )


def _has(offer: Offer, units: int) -> bool:
    return offer.available is None or offer.available >= units


def _preference(offer: Offer) -> tuple[int, bool, bool, int, int]:
    stock = 2**31 if offer.available is None else offer.available
    return (offer.place, not offer.same_region, not offer.same_country, -stock, offer.source_id)


def _nobody(wanted: Wanted) -> str:
    whom = f"the supplier {wanted.supplier_code}" if wanted.supplier_code else "a connected supplier"
    return f"{wanted.sku} is not carried by {whom} that delivers there; connect one or choose another."


def _finding(wanted: Wanted, code: IssueCode, message: str) -> Finding:
    return Finding(code, message, f"lines.{wanted.number}.sku", wanted.number)
