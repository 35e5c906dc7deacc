"""Every action on every thing, in one table.

A new action is a row here; its name and what it needs are in `domain/actions.py`, and its judge asks what its
mutation asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from tortoise.models import Model

from domain.access import Viewer
from domain.actions import ActionName, as_blockers
from domain.fulfillment import FulfillmentStatus
from domain.refusals import Blocker
from models import FulfillmentOrder, Order, OrderLine, Shipment
from operations.availability import judges
from operations.availability.judges import Judgement
from operations.availability.standing import Fact, Standing
from operations.permissions import denied


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a viewer may take an action on a thing now."""

    action: ActionName
    blockers: Sequence[Blocker] = ()
    max_quantity: int | None = None
    """Units it would take now; None: it is not about units."""
    to: FulfillmentStatus | None = None

    @property
    def allowed(self) -> bool:
        """Nothing stands against it."""
        return not self.blockers


@dataclass(frozen=True, slots=True)
class Row:
    """An action on one kind of thing. The judge may answer several times: once for each place it can lead to."""

    action: ActionName
    judge: Callable[[Standing, Any], Iterator[Judgement]]
    facts: tuple[Fact, ...] = ()
    of_units: bool = False


A, F = ActionName, Fact
ACTIONS: Final[dict[type[Model], tuple[Row, ...]]] = {
    Order: (
        Row(A.ORDER_PROCESS, judges.process, (F.ISSUES, F.PAYMENTS, F.DESTINATION, F.SOURCES, F.VERIFICATION)),
        Row(A.ORDER_HOLD, judges.hold),
        Row(A.ORDER_RELEASE, judges.release),
        Row(A.ORDER_CANCEL, judges.cancel, (F.SOURCES,), of_units=True),
        Row(A.ORDER_CLOSE, judges.close, (F.PAYMENTS, F.PARCELS)),
        Row(A.ORDER_COMMENT_ADD, judges.comment),
    ),
    OrderLine: (
        Row(A.ORDER_CANCEL, judges.cancel_line, (F.SOURCES,), of_units=True),
        Row(A.SHIPMENT_CREATE, judges.ship_line, (F.STOCK,), of_units=True),
    ),
    FulfillmentOrder: (
        Row(A.FULFILLMENT_ORDER_PROGRESS, judges.progress, (F.SUPPLIERS,)),
        Row(A.SHIPMENT_CREATE, judges.ship, (F.STOCK,), of_units=True),
    ),
    Shipment: (
        Row(A.SHIPMENT_DELETE, judges.delete),
        Row(A.TRACKING_RECORD, judges.track, (F.PARCELS, F.SERVICES)),
    ),
}


def facts_for(viewer: Viewer, kind: type[Model]) -> AbstractSet[Fact] | None:
    """What must be read to say what the viewer may do with things of a kind; None: nothing, it may do nothing."""
    possible = [row for row in ACTIONS[kind] if not denied(viewer, row.action)]
    return frozenset(fact for row in possible for fact in row.facts) if possible else None


def verdicts(viewer: Viewer, thing: Model, standing: Standing | None) -> Iterator[Verdict]:
    """One for each action on the thing, in the order of the table; several where it can lead to several places.

    `standing` is that of its order, with `facts_for` read; None where there is nothing to read. With a line that
    was removed nothing can be done.
    """
    if isinstance(thing, OrderLine) and thing.removed:
        return
    for row in ACTIONS[type(thing)]:
        refusals = tuple(as_blockers(denied(viewer, row.action)))
        if refusals or standing is None:
            yield Verdict(row.action, refusals, 0 if row.of_units else None)
            continue
        for judged in row.judge(standing, thing):
            blockers = tuple(as_blockers(judged.reasons))
            units = 0 if blockers else judged.units
            yield Verdict(row.action, blockers, units if row.of_units else None, judged.to)
