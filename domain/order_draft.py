"""An order as it arrives, before anybody has looked at it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from domain.catalog import DeliveryMode, ItemKind
from domain.money import tax_inside
from domain.orders import OrderOrigin


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """Where goods or bills go. Empty parts are empty texts; `street` has up to five lines."""

    name: str = ""
    company: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One article. `row` is where it stood; amounts are gross minor units, the discount is for the whole line."""

    row: int
    sku: str
    quantity: int
    unit_price_minor: int | None = None
    """None: what the catalogue says."""
    external_ref: str | None = None
    description: str = ""
    discount_minor: int = 0
    tax_rate: Decimal = Decimal(0)
    kind: ItemKind | None = None
    delivery_mode: DeliveryMode | None = None
    external_url: str | None = None
    supplier: str | None = None
    personalisation: dict[str, Any] | None = None


@dataclass(frozen=True)
class OrderDraft:
    """One order with its lines in file order."""

    row: int
    """Its first row."""
    external_ref: str
    placed_at: datetime
    currency: str
    lines: tuple[LineDraft, ...]
    shipping: AddressDraft
    billing: AddressDraft | None = None
    origin: OrderOrigin = OrderOrigin.IMPORT
    replaces: str | None = None
    customer_name: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    shipping_method: str | None = None
    shipping_minor: int = 0
    expected_delivery: date | None = None
    payment_method: str | None = None
    payment_minor: int | None = None

    @cached_property
    def digest(self) -> str:
        """The same for the same content, wherever in a file it stood and however amounts were written.

        What was left out does not count, so that columns may be added to files one day.
        """
        text = json.dumps(_said(self), sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def customer_names(self) -> tuple[str, str]:
        """First and last name: the last word is the last name."""
        first, _, last = self.customer_name.rpartition(" ")
        return first.strip(), last


@dataclass(frozen=True, slots=True)
class LineSums:
    """What a line comes to, in minor units: net + tax = total exactly."""

    gross: int
    net: int
    tax: int
    total: int


def line_sums(quantity: int, unit_price: int, discount: int, tax_rate: Decimal) -> LineSums:
    """The sums of a line: prices are gross, the tax is inside what is left after the discount."""
    gross = quantity * unit_price
    total = gross - discount
    tax = tax_inside(total, tax_rate)
    return LineSums(gross, total - tax, tax, total)


_PLACE_ONLY = "row"


def _said(draft: object) -> dict[str, object]:
    return dict(_parts(draft))


def _parts(draft: object) -> Iterator[tuple[str, object]]:
    assert is_dataclass(draft)
    for part in fields(draft):
        value = getattr(draft, part.name)
        if part.name == _PLACE_ONLY or value is None or value == "" or value == () or value == 0:
            continue
        if isinstance(value, Decimal):
            value = str(value.normalize())
        if isinstance(value, tuple):
            value = [_said(one) if is_dataclass(one) else one for one in value]
        yield part.name, _said(value) if is_dataclass(value) else value
