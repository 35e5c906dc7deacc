"""Files of suppliers and of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Generic, TypeVar

from domain.csv_cells import Cells, country, currency, whole
from domain.csv_file import Columns, CsvRow, RowWarning, invalid, read_csv
from domain.refusals import RowInvalid

D = TypeVar("D")
HEAVIEST_GRAMS: Final = 100_000_000
LONGEST_CM: Final = 100_000
SUPPLIER_COLUMNS: Final = Columns(
    required=("supplier", "name"), optional=("city", "region", "postcode", "country_code")
)
CATALOG_COLUMNS: Final = Columns(
    required=("product", "sku", "name"),
    optional=(
        *("category", "weight_grams", "length_cm", "width_cm", "height_cm"),
        *("price", "currency", "suppliers"),
    ),
)


@dataclass(frozen=True, slots=True)
class SupplierDraft:
    """A fulfiller with one source at its address. Empty address parts are None."""

    row: int
    code: str
    name: str
    city: str | None
    region: str | None
    postcode: str | None
    country_code: str | None


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant, the product it belongs to, and the codes of the suppliers that carry it."""

    row: int
    product: str
    sku: str
    name: str
    category: str | None
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    price_minor: int | None
    currency: str | None
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftFile(Generic[D]):
    """A file taken apart; with any error its drafts are not to be used."""

    drafts: tuple[D, ...]
    errors: tuple[RowInvalid, ...]
    warnings: tuple[RowWarning, ...]


def read_suppliers(text: str) -> DraftFile[SupplierDraft]:
    """Takes a file of suppliers apart: every error at once."""
    return _read(text, SUPPLIER_COLUMNS, _supplier, "supplier")


def read_catalog(text: str, default_currency: str | None) -> DraftFile[VariantDraft]:
    """Takes a catalogue apart: every error at once. `default_currency` counts where a row names none."""
    file = _read(text, CATALOG_COLUMNS, lambda cells: _variant(cells, default_currency), "sku")
    errors = sorted((*file.errors, *_two_categories(file.drafts)), key=lambda error: error.row)
    return DraftFile(file.drafts, tuple(errors), file.warnings)


def _read(text: str, columns: Columns, draft_of: Callable[[Cells], D], key: str) -> DraftFile[D]:
    file = read_csv(text, columns)
    readers = [Cells(row) for row in file.rows]
    drafts = tuple(draft_of(cells) for cells in readers)
    errors = [*file.errors, *(error for cells in readers for error in cells.errors)]
    errors.extend(_repeated(file.rows, key))
    return DraftFile(drafts, tuple(sorted(errors, key=lambda error: error.row)), file.warnings)


def _repeated(rows: Sequence[CsvRow], column: str) -> Iterator[RowInvalid]:
    seen: dict[Hashable, int] = {}
    for row in rows:
        value = row.cells[column]
        if value and value in seen:
            yield invalid(row.number, column, f"“{value}” is in row {seen[value]} already; keep one of them.")
        seen.setdefault(value, row.number)


def _two_categories(drafts: Sequence[VariantDraft]) -> Iterator[RowInvalid]:
    first: dict[str, VariantDraft] = {}
    for draft in drafts:
        other = first.setdefault(draft.product, draft)
        if other.category != draft.category:
            message = (
                f"{draft.product} is in “{other.category or ''}” in row {other.row}; a product has one category."
            )
            yield invalid(draft.row, "category", message)


def _supplier(cells: Cells) -> SupplierDraft:
    return SupplierDraft(
        row=cells.row.number,
        code=cells.needed("supplier", 64),
        name=cells.needed("name", 200),
        city=cells.text("city", 100) or None,
        region=cells.text("region", 100) or None,
        postcode=cells.text("postcode", 20) or None,
        country_code=cells.parsed("country_code", country),
    )


def _variant(cells: Cells, default_currency: str | None) -> VariantDraft:
    unit = cells.parsed("currency", currency) or default_currency
    if unit is None and cells.row.cells.get("price") and not cells.row.cells.get("currency"):
        cells.wrong("currency", "The value is missing; a price needs one.")
    price = cells.money("price", unit or "EUR")
    return VariantDraft(
        row=cells.row.number,
        product=cells.needed("product", 100),
        sku=cells.needed("sku", 100),
        name=cells.needed("name", 300),
        category=cells.text("category", 200) or None,
        weight_grams=cells.parsed("weight_grams", whole(0, HEAVIEST_GRAMS)),
        length_mm=cells.parsed("length_cm", _millimetres),
        width_mm=cells.parsed("width_cm", _millimetres),
        height_mm=cells.parsed("height_cm", _millimetres),
        price_minor=price,
        currency=unit if price is not None else None,
        suppliers=_codes(cells),
    )


def _codes(cells: Cells) -> tuple[str, ...]:
    codes = (code.strip() for code in cells.row.cells.get("suppliers", "").split("|"))
    return tuple(dict.fromkeys(code for code in codes if code))


def _millimetres(cell: str) -> int:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= LONGEST_CM:
        raise ValueError(f"“{cell}” is not a length in centimetres; write it like 12 or 12.5")
    return int((value * 10).quantize(Decimal(1), ROUND_HALF_UP))
