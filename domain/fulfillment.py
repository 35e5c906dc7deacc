"""Life of a fulfilment order (FO): the part of an order that one source ships."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.listing import Listing
from domain.refusals import Blocker, BlockerCode


class FulfillmentStatus(Listing):
    """Where a fulfilment order stands."""

    PENDING = "PENDING", "Made, not yet sent to its supplier."
    SENT = "SENT", "Sent; the supplier has not answered."
    ACCEPTED = "ACCEPTED", "The supplier took it."
    STOCK_PICKING = "STOCK_PICKING", "Blanks are being picked."
    IN_PRODUCTION = "IN_PRODUCTION", "Being made."
    POST_PROCESSING = "POST_PROCESSING", "Being finished."
    QC_PASSED = "QC_PASSED", "Passed quality control."
    QC_QUERY = "QC_QUERY", "Quality control has a question."
    REBATCH = "REBATCH", "Goes back into production."
    CONSOLIDATING = "CONSOLIDATING", "Units are being gathered."
    CONSOLIDATED = "CONSOLIDATED", "All units are together."
    READY = "READY", "Ready to ship."
    SENT_TO_CARRIER = "SENT_TO_CARRIER", "Announced to the carrier."
    DISPATCHED = "DISPATCHED", "Nothing open, something shipped."
    DELIVERED = "DELIVERED", "Everything shipped has arrived."
    ON_HOLD = "ON_HOLD", "Held; goes back to where it was."
    FAILED = "FAILED", "The supplier could not or would not take it."
    CANCELLED = "CANCELLED", "Its last open unit was cancelled and nothing had shipped."


S = FulfillmentStatus
IN_THE_MAKING: Final = frozenset(
    {S.IN_PRODUCTION, S.POST_PROCESSING, S.QC_PASSED, S.QC_QUERY, S.REBATCH, S.CONSOLIDATING}
)
"""Something is being made: from IN_PRODUCTION to CONSOLIDATING, with the ways back."""
MADE: Final = frozenset({S.CONSOLIDATED, S.READY, S.SENT_TO_CARRIER})
"""Made, picked or binned: ready to ship."""
SHIPPABLE: Final = frozenset({S.ACCEPTED, S.STOCK_PICKING, *IN_THE_MAKING, *MADE})
"""Parcels can be made from here: the supplier accepted it and it is neither held nor over."""
OVER: Final = frozenset({S.DISPATCHED, S.DELIVERED, S.CANCELLED})


@dataclass(frozen=True, slots=True)
class FulfillmentFacts:
    """What is known of a fulfilment order when a step is decided."""

    status: FulfillmentStatus
    open_units: int
    shipped_units: int
    delivered_units: int = 0
    produces: bool = False
    """Whether its supplier has a production of its own."""
    order_held: bool = False


Guard = Callable[[FulfillmentFacts], Iterator[Blocker]]


def order_released(facts: FulfillmentFacts) -> Iterator[Blocker]:
    """A held order is neither sent nor worked on."""
    if facts.order_held:
        yield Blocker(BlockerCode.ON_HOLD, "The order is on hold; release it first.")


def without_production(facts: FulfillmentFacts) -> Iterator[Blocker]:
    """Only suppliers without production go straight from ACCEPTED to READY."""
    if facts.produces:
        yield Blocker(BlockerCode.PRODUCTION_REQUIRED, "This supplier produces: the next step is IN_PRODUCTION.")


def single_unit(facts: FulfillmentFacts) -> Iterator[Blocker]:
    """Only a single unit needs no consolidation."""
    if facts.open_units > 1:
        yield Blocker(
            BlockerCode.SEVERAL_UNITS, f"{facts.open_units} units must be consolidated: go on to CONSOLIDATING."
        )


@dataclass(frozen=True, slots=True)
class FulfillmentStep:
    """One row of the life cycle."""

    source: FulfillmentStatus
    action: str
    target: FulfillmentStatus
    guards: tuple[Guard, ...] = (order_released,)


def _progress(source: FulfillmentStatus, target: FulfillmentStatus, *guards: Guard) -> FulfillmentStep:
    return FulfillmentStep(source, "progress", target, (order_released, *guards))


STEPS: Final = (
    FulfillmentStep(S.PENDING, "send", S.SENT),
    FulfillmentStep(S.SENT, "accept", S.ACCEPTED, ()),
    FulfillmentStep(S.SENT, "reject", S.FAILED, ()),
    FulfillmentStep(S.PENDING, "fail", S.FAILED, ()),
    FulfillmentStep(S.SENT, "fail", S.FAILED, ()),
    FulfillmentStep(S.ACCEPTED, "fail", S.FAILED, ()),
    FulfillmentStep(S.FAILED, "retry", S.SENT),
    _progress(S.ACCEPTED, S.STOCK_PICKING),
    _progress(S.ACCEPTED, S.IN_PRODUCTION),
    _progress(S.ACCEPTED, S.READY, without_production),
    _progress(S.STOCK_PICKING, S.IN_PRODUCTION),
    _progress(S.IN_PRODUCTION, S.POST_PROCESSING),
    _progress(S.IN_PRODUCTION, S.QC_PASSED),
    _progress(S.IN_PRODUCTION, S.QC_QUERY),
    _progress(S.POST_PROCESSING, S.QC_PASSED),
    _progress(S.POST_PROCESSING, S.QC_QUERY),
    _progress(S.QC_QUERY, S.REBATCH),
    _progress(S.REBATCH, S.IN_PRODUCTION),
    _progress(S.QC_PASSED, S.CONSOLIDATING),
    _progress(S.QC_PASSED, S.READY, single_unit),
    _progress(S.CONSOLIDATING, S.CONSOLIDATED),
    _progress(S.CONSOLIDATED, S.READY),
    _progress(S.READY, S.SENT_TO_CARRIER),
)
"""The listed steps are the only ones; what follows from parcels and cancellations is in `settled`."""


def next_steps(status: FulfillmentStatus, action: str) -> list[FulfillmentStatus]:
    """Where `action` can lead from `status`, guards aside."""
    return [step.target for step in STEPS if step.source is status and step.action == action]


def blockers(facts: FulfillmentFacts, action: str, target: FulfillmentStatus | None) -> list[Blocker]:
    """Everything that stands against a step; empty when it may be taken. Without a target: against any step."""
    for step in STEPS:
        if (step.source, step.action, step.target) == (facts.status, action, target):
            return [blocker for guard in step.guards for blocker in guard(facts)]
    possible = ", ".join(next_steps(facts.status, action)) or "none"
    where = f"{action} to {target}" if target else action
    message = f"A fulfilment order in {facts.status} cannot {where}; possible from here: {possible}."
    return [Blocker(BlockerCode.STEP_NOT_LISTED, message), *order_released(facts)]


def shipping_blockers(facts: FulfillmentFacts, number: str) -> list[Blocker]:
    """Why no parcel can be made of it now, whatever is in it. `number` is how messages call it."""
    found = list(order_released(facts))
    if facts.status not in SHIPPABLE:
        code, why = _UNSHIPPABLE.get(facts.status, _NOT_YET)
        found.append(Blocker(code, f"{number} is {facts.status}: {why}."))
    return found


_NOT_YET: Final = (BlockerCode.NOT_SHIPPABLE_YET, "parcels are made once its supplier has accepted it")
_UNSHIPPABLE: Final = {
    S.ON_HOLD: (BlockerCode.ON_HOLD, "release it first"),
    **dict.fromkeys(OVER, (BlockerCode.NOTHING_OPEN, "no unit of it is open any more")),
}


def settled(facts: FulfillmentFacts) -> FulfillmentStatus:
    """The status that parcels, tracking and cancellations cause; otherwise unchanged.

    DISPATCHED, DELIVERED and CANCELLED are never set by hand. A fulfilment order whose parcel is deleted has
    its goods packed already: it is READY again.
    """
    if facts.open_units:
        return S.READY if facts.status in (S.DISPATCHED, S.DELIVERED) else facts.status
    if not facts.shipped_units:
        return S.CANCELLED
    return S.DELIVERED if facts.delivered_units >= facts.shipped_units else S.DISPATCHED
