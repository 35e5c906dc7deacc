"""Files of fulfilment history: what happened to one supplier's part of an order, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.csv_cells import Cells, day, moment
from domain.csv_file import Columns, CsvRow, RowWarning, invalid, read_csv
from domain.listing import Listing
from domain.refusals import RowInvalid


class FinalStatus(Listing):
    """Where a part of an order was when the history was written down."""

    APPROVED = "approved", "Paid."
    INVOICED = "invoiced", "Invoiced."
    PROCESSING = "processing", "With the supplier."
    SHIPPED = "shipped", "Handed to the carrier."
    DELIVERED = "delivered", "Arrived."
    CANCELED = "canceled", "Cancelled, before or after it was handed to the carrier."
    UNAVAILABLE = "unavailable", "The supplier could not deliver it."


class Step(Listing):
    """One action that makes history happen again. In the order in which they happen."""

    PROCESS = "process", "The order goes to its suppliers."
    SHIP = "ship", "The supplier hands its part to the carrier."
    DELIVER = "deliver", "The carrier reports the arrival."
    CANCEL = "cancel", "The supplier's part is cancelled."


STEP_ORDER: Final = {step: place for place, step in enumerate(Step)}
_STATUSES: Final = {status.value: status for status in FinalStatus}
_GIVEN_UP: Final = frozenset({FinalStatus.CANCELED, FinalStatus.UNAVAILABLE})
COLUMNS: Final = Columns(
    required=("order.external_ref", "supplier", "final_status"),
    optional=("approved_at", "handed_to_carrier_at", "delivered_at", "estimated_delivery"),
)


@dataclass(frozen=True, slots=True)
class PartHistory:
    """One supplier's part of one order. None: it did not happen, or nobody knows when."""

    row: int
    external_ref: str
    supplier: str
    final_status: FinalStatus
    approved_at: datetime | None = None
    handed_at: datetime | None = None
    delivered_at: datetime | None = None

    def steps(self, placed_at: datetime) -> list[tuple[Step, datetime]]:
        """What was done and when, in order: no step is earlier than the one before it.

        A time that is missing is the nearest known later one, else the nearest earlier one, at last when the order
        was placed. What was handed to the carrier cannot be cancelled any more, whatever the file says.
        """
        times = self._times(placed_at)
        steps = [(Step.PROCESS, times[0])]
        if self._handed:
            steps.append((Step.SHIP, times[1]))
        if self._delivered:
            steps.append((Step.DELIVER, times[2]))
        if not self._handed and self.final_status in _GIVEN_UP:
            steps.append((Step.CANCEL, times[0]))
        return steps

    @property
    def _delivered(self) -> bool:
        return self.delivered_at is not None or self.final_status is FinalStatus.DELIVERED

    @property
    def _handed(self) -> bool:
        return self._delivered or self.handed_at is not None or self.final_status is FinalStatus.SHIPPED

    def _times(self, placed_at: datetime) -> tuple[datetime, datetime, datetime]:
        known = (self.approved_at, self.handed_at, self.delivered_at)
        approved, handed, delivered = (
            next((time for time in (*known[place:], *reversed(known[:place])) if time), placed_at)
            for place in range(3)
        )
        handed = max(approved, handed)
        return approved, handed, max(handed, delivered)


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file taken apart; with any error its parts are not to be used."""

    parts: tuple[PartHistory, ...]
    errors: tuple[RowInvalid, ...]
    warnings: tuple[RowWarning, ...]


def read_history(text: str) -> HistoryFile:
    """Takes a file apart: every error at once."""
    file = read_csv(text, COLUMNS)
    readers = [Cells(row) for row in file.rows]
    parts = tuple(_part(cells) for cells in readers)
    errors = [*file.errors, *(error for cells in readers for error in cells.errors), *_repeated(file.rows)]
    return HistoryFile(parts, tuple(sorted(errors, key=lambda error: error.row)), file.warnings)


def _part(cells: Cells) -> PartHistory:
    cells.parsed("estimated_delivery", day)
    status = cells.needed_parsed("final_status", _status, FinalStatus.PROCESSING)
    return PartHistory(
        row=cells.row.number,
        external_ref=cells.needed("order.external_ref", 100),
        supplier=cells.needed("supplier", 64),
        final_status=status,
        approved_at=cells.parsed("approved_at", moment),
        handed_at=cells.parsed("handed_to_carrier_at", moment),
        delivered_at=cells.parsed("delivered_at", moment),
    )


def _status(cell: str) -> FinalStatus:
    if (status := _STATUSES.get(cell.lower())) is None:
        raise ValueError(f"“{cell}” is not one of {', '.join(_STATUSES)}")
    return status


def _repeated(rows: tuple[CsvRow, ...]) -> Iterator[RowInvalid]:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.cells["order.external_ref"], row.cells["supplier"])
        if key in seen:
            message = f"Row {seen[key]} tells of the same order and supplier already; keep one of them."
            yield invalid(row.number, "supplier", message)
        seen.setdefault(key, row.number)
