"""Order files: one row per line, rows of one order share its reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.catalog import DeliveryMode, ItemKind
from domain.csv_cells import (
    Cells,
    country,
    currency,
    day,
    moment,
    personalised,
    tax_rate,
    web_address,
    whole,
)
from domain.csv_file import Columns, CsvRow, RowWarning, invalid, read_csv
from domain.money import LARGEST_MINOR
from domain.order_draft import AddressDraft, LineDraft, OrderDraft, line_sums
from domain.orders import OrderOrigin
from domain.refusals import RowInvalid

REFERENCE: Final = "order.external_ref"
SALE: Final = "order.sale_datetime"
LARGEST_QUANTITY: Final = 100_000
STREET_LINES: Final = range(1, 6)
ADDRESS_PARTS: Final = ("company", *(f"address_{n}" for n in STREET_LINES), "city", "region", "postcode")
COLUMNS: Final = Columns(
    required=(REFERENCE, SALE, "item.sku", "item.quantity"),
    optional=(
        *(f"order.{name}" for name in ("currency", "origin", "replaces", "expected_delivery")),
        *(f"order.customer_{name}" for name in ("name", "email", "phone")),
        *(f"order.shipping_{name}" for name in (*ADDRESS_PARTS, "country_code", "method", "price")),
        *(f"order.billing_{name}" for name in ("name", *ADDRESS_PARTS, "country_code", "phone")),
        *(f"order.payment_{name}" for name in ("method", "amount")),
        *(f"item.{name}" for name in ("external_ref", "description", "unit_price", "tax_rate", "discount")),
        *(f"item.{name}" for name in ("type", "delivery_mode", "external_url", "supplier", "personalisation")),
    ),
    aliases={"order.sales_datetime": SALE},
)


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file of orders taken apart. `orders` are the good ones, in file order.

    There are none when a row cannot be told to any order: some order would come in without one of its lines.
    """

    orders: tuple[OrderDraft, ...]
    errors: tuple[RowInvalid, ...]
    warnings: tuple[RowWarning, ...]


def read_orders(text: str, default_currency: str | None) -> OrderFile:
    """Takes a file apart: every error at once, and the orders none of whose rows has any.

    `default_currency` counts where a row names none; None: then every order must name one.
    """
    file = read_csv(text, COLUMNS)
    errors = list(file.errors)
    groups: dict[str, list[CsvRow]] = {}
    for row in file.rows:
        groups.setdefault(row.cells[REFERENCE], []).append(row)
    unnamed = groups.pop("", [])
    errors.extend(invalid(row.number, REFERENCE, "The value is missing; every row needs one.") for row in unnamed)
    orders = []
    for rows in groups.values():
        draft, wrong = _order(rows, default_currency)
        errors.extend(wrong)
        if not wrong:
            orders.append(draft)
    if file.errors or unnamed:
        orders.clear()
    errors.sort(key=lambda error: error.row)
    return OrderFile(tuple(orders), tuple(errors), file.warnings)


def _order(rows: list[CsvRow], default_currency: str | None) -> tuple[OrderDraft, list[RowInvalid]]:
    """An order and everything wrong with it; with errors the draft is not to be used."""
    head = Cells(rows[0])
    unit = head.parsed("order.currency", currency) or default_currency
    if unit is None:
        if not rows[0].cells.get("order.currency"):
            head.wrong("order.currency", "The value is missing, and the channel has no currency yet; write one.")
        unit = "EUR"  # only so that amounts are looked at too
    readers = [Cells(row) for row in rows]
    lines = tuple(_line(cells, unit) for cells in readers)
    draft = _draft(head, unit, lines)
    errors = [*head.errors, *(error for cells in readers for error in cells.errors)]
    errors.extend(_disagreements(rows))
    errors.extend(_same_items(lines))
    if not errors and _total(draft) > LARGEST_MINOR:
        errors.append(invalid(draft.row, "item.unit_price", "The order's total is too large to be right."))
    return draft, errors


def _draft(cells: Cells, unit: str, lines: tuple[LineDraft, ...]) -> OrderDraft:
    name = cells.text("order.customer_name", 200)
    phone = cells.text("order.customer_phone", 50)
    return OrderDraft(
        row=cells.row.number,
        external_ref=cells.needed(REFERENCE, 100),
        placed_at=cells.needed_parsed(SALE, moment, _NEVER),
        currency=unit,
        lines=lines,
        shipping=_address(cells, "shipping", name, phone),
        billing=_billing(cells, name),
        origin=cells.choice("order.origin", OrderOrigin) or OrderOrigin.IMPORT,
        replaces=cells.text("order.replaces", 40) or None,
        customer_name=name,
        customer_email=cells.text("order.customer_email", 254),
        customer_phone=phone,
        shipping_method=cells.text("order.shipping_method", 200) or None,
        shipping_minor=cells.money("order.shipping_price", unit) or 0,
        expected_delivery=cells.parsed("order.expected_delivery", day),
        payment_method=cells.text("order.payment_method", 64) or None,
        payment_minor=cells.money("order.payment_amount", unit),
    )


def _address(cells: Cells, kind: str, name: str, phone: str) -> AddressDraft:
    prefix = f"order.{kind}_"
    street = [cells.text(f"{prefix}address_{n}", 200) for n in STREET_LINES]
    return AddressDraft(
        name=name,
        company=cells.text(f"{prefix}company", 200),
        street=tuple(line for line in street if line),
        city=cells.text(f"{prefix}city", 100),
        region=cells.text(f"{prefix}region", 100),
        postcode=cells.text(f"{prefix}postcode", 20),
        country_code=cells.parsed(f"{prefix}country_code", country) or "",
        phone=phone,
    )


def _billing(cells: Cells, customer: str) -> AddressDraft | None:
    """None when the file says nothing about it."""
    if not any(value for name, value in cells.row.cells.items() if name.startswith("order.billing_")):
        return None
    name = cells.text("order.billing_name", 200) or customer
    return _address(cells, "billing", name, cells.text("order.billing_phone", 50))


def _line(cells: Cells, unit: str) -> LineDraft:
    draft = LineDraft(
        row=cells.row.number,
        sku=cells.needed("item.sku", 100),
        quantity=cells.needed_parsed("item.quantity", whole(1, LARGEST_QUANTITY), 1),
        unit_price_minor=cells.money("item.unit_price", unit),
        external_ref=cells.text("item.external_ref", 100) or None,
        description=cells.text("item.description", 300),
        discount_minor=cells.money("item.discount", unit) or 0,
        tax_rate=cells.parsed("item.tax_rate", tax_rate) or Decimal(0),
        kind=cells.choice("item.type", ItemKind),
        delivery_mode=cells.choice("item.delivery_mode", DeliveryMode),
        external_url=_link(cells),
        supplier=cells.text("item.supplier", 64) or None,
        personalisation=cells.parsed("item.personalisation", personalised),
    )
    if draft.unit_price_minor is not None and draft.discount_minor > draft.quantity * draft.unit_price_minor:
        cells.wrong("item.discount", "The discount is more than the line costs; write one for the whole line.")
    return draft


def _link(cells: Cells) -> str | None:
    return cells.parsed("item.external_url", web_address) if cells.text("item.external_url", 500) else None


def _disagreements(rows: list[CsvRow]) -> Iterator[RowInvalid]:
    """Cells about the order that differ from its first row."""
    first, *others = rows
    for row in others:
        for column, cell in row.cells.items():
            if column.startswith("order.") and cell != (said := first.cells[column]) and column in COLUMNS.known:
                message = (
                    f"This row says “{cell}”, row {first.number} of the same order says “{said}”; "
                    "all rows of an order must say the same about it."
                )
                yield invalid(row.number, column, message)


def _same_items(lines: Iterable[LineDraft]) -> Iterator[RowInvalid]:
    """Item references given twice in one order."""
    seen: dict[str, int] = {}
    for line in lines:
        if line.external_ref is None:
            continue
        if line.external_ref in seen:
            message = f"“{line.external_ref}” is the reference of row {seen[line.external_ref]} already."
            yield invalid(line.row, "item.external_ref", message)
        seen.setdefault(line.external_ref, line.row)


def _total(draft: OrderDraft) -> int:
    lines = (line_sums(line.quantity, line.unit_price_minor or 0, 0, Decimal(0)).gross for line in draft.lines)
    return sum(lines) + draft.shipping_minor


_NEVER: Final = moment("1970-01-01")
