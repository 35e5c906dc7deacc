"""Lines with numbers of units, as inputs name them: one check for whatever is done with units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from domain.refusals import Blocker, InvalidInput, NotFound, QuantityExceeded, Reason, not_allowed
from models import OrderLine
from operations.rows import OrderRows
from operations.stock import Share


class NamedLine(Protocol):
    """Units of one line; without a quantity every open one."""

    @property
    def line_id(self) -> int | None: ...

    @property
    def quantity(self) -> int | None: ...


def shares_named(
    rows: OrderRows,
    asked: Sequence[NamedLine],
    *path: str,
    verb: str,
    misplaced: Callable[[OrderLine], Blocker | None] = lambda line: None,
) -> tuple[list[Share], list[Reason]]:
    """The shares that can be had, and everything against the others.

    `path` names the list in the input, `verb` what is done with units; `misplaced` says why it cannot be done with
    a line at all.
    """
    shares: list[Share] = []
    reasons: list[Reason] = []
    if not asked:
        message = f"Name at least one line, or leave {path[-1]} out."
        reasons.append(InvalidInput(message=message, path=path))
    lines = {line.id: line for line in rows.own_lines}
    times = Counter(share.line_id for share in asked)
    for place, share in enumerate(asked):
        line = lines.get(share.line_id) if share.line_id is not None else None
        reason = _against(line, share, times[share.line_id], (*path, str(place)), verb, misplaced)
        if reason:
            reasons.append(reason)
        elif line:
            shares.append((line, line.open if share.quantity is None else share.quantity))
    return shares, reasons


def _against(
    line: OrderLine | None,
    share: NamedLine,
    times: int,
    path: tuple[str, ...],
    verb: str,
    misplaced: Callable[[OrderLine], Blocker | None],
) -> Reason | None:
    if line is None:
        return NotFound(message="The order has no such line, or you may not see it.", path=(*path, "lineId"))
    if blocker := misplaced(line):
        return not_allowed([blocker], (*path, "lineId"))
    if times > 1:
        return InvalidInput(message="The line is named more than once.", path=(*path, "lineId"))
    if share.quantity is not None and share.quantity < 1:
        return InvalidInput(message=f"{verb} at least one unit.", path=(*path, "quantity"))
    if line.open < (share.quantity or 1):
        message = f"{line.open} units of line {line.number} are open."
        return QuantityExceeded(message=message, path=(*path, "quantity"), available=line.open)
    return None
