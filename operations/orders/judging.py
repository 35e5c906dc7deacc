"""Everything that stands against an action on an order: asked by the mutation under the lock, and by whoever only
wants to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.catalog import CancelMode
from domain.issues import Obstacle
from domain.order_actions import ActionFacts, action_blockers
from domain.orders import OrderStage, OrderStatus, order_status
from domain.refusals import Reason, not_allowed
from models import OrderLine, Source
from operations.lines import NamedLine, shares_named
from operations.rows import OrderRows
from operations.settling import order_facts
from operations.stock import Share

_ORDER: Final = ("input", "orderId")


def against_processing(
    rows: OrderRows,
    obstacles: Sequence[Obstacle],
    *,
    stage: OrderStage,
    sourced: Collection[int],
    send_ready: bool = False,
) -> list[Reason]:
    """Against sending what was not sent, once the order is verified: `obstacles` and `stage` are those of then,
    `sourced` the numbers of lines with a source."""
    waiting = rows.unsent
    waits = stage is OrderStage.NEW and not (obstacles and rows.channel.auto_verify)
    facts = replace(
        _facts(rows, stage),
        unsent_units=sum(line.open for line in waiting),
        ready_units=sum(line.open for line in waiting if line.number in sourced),
        order_issues=tuple(obstacle.text for obstacle in obstacles if not obstacle.of_line),
        line_issues=tuple(obstacle.text for obstacle in obstacles if obstacle.of_line),
        awaits_verification=waits and bool(waiting),
        send_ready=send_ready,
    )
    return _reasons("process", facts)


def against_holding(rows: OrderRows) -> list[Reason]:
    """Against holding the order; for a fulfiller, its own part."""
    return _reasons("hold_own_part" if rows.viewer.scope.is_fulfiller else "hold", _facts(rows))


def against_releasing(rows: OrderRows) -> list[Reason]:
    """Against ending the hold; for a fulfiller, that of its own part."""
    return _reasons("release_own_part" if rows.viewer.scope.is_fulfiller else "release", _facts(rows))


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What a cancellation comes to: `shares` of lines, unless there are `reasons` against it."""

    shares: Sequence[Share] = ()
    reasons: Sequence[Reason] = ()
    done: bool = False
    """The order is cancelled already: nothing to do, and nothing against it."""


def judge_cancellation(
    rows: OrderRows, asked: Sequence[NamedLine] | None, sources: Mapping[int, Source]
) -> Cancellation:
    """Cancelling the lines asked for, or the whole order. `sources` are those of `lines_to_ask_about`, by key."""
    facts = replace(_facts(rows), whole_order=asked is None)
    if facts.status is OrderStatus.CANCELLED and asked is None:
        return Cancellation(done=True)
    wrong: list[Reason] = []
    if asked is None:
        shares = [(line, line.open) for line in rows.own_lines if line.open]
    else:
        shares, wrong = shares_named(rows, asked, "input", "lines", verb="Cancel")
    facts = replace(facts, awaiting_warehouse=_awaited(rows, shares, sources))
    return Cancellation(shares, [*_reasons("cancel", facts), *wrong])


def lines_to_ask_about(rows: OrderRows) -> list[OrderLine]:
    """Lines whose source may have to agree to a cancellation. A fulfiller agrees by asking."""
    if rows.viewer.scope.is_fulfiller:
        return []
    return [line for line in rows.lines if line.fulfillment_order_id is not None]


def _awaited(rows: OrderRows, shares: Iterable[Share], sources: Mapping[int, Source]) -> tuple[str, ...]:
    chosen = {line.id for line, _ in shares}
    keys = {line.source_id for line in lines_to_ask_about(rows) if line.id in chosen}
    asked = (sources[key] for key in sorted(key for key in keys if key is not None))
    return tuple(source.name for source in asked if source.cancel_mode is CancelMode.ON_REQUEST)


def against_closing(rows: OrderRows, *, due_minor: int, tracking_pending: bool) -> list[Reason]:
    """Against closing it by hand."""
    return _reasons("close", replace(_facts(rows), due_minor=due_minor, tracking_pending=tracking_pending))


def _facts(rows: OrderRows, stage: OrderStage | None = None) -> ActionFacts:
    """What every action is judged by; `stage`: where the order will stand by then."""
    scope, chosen = rows.viewer.scope, rows.own_lines
    facts = order_facts(rows, scope.company_id if scope.is_fulfiller else None)
    return ActionFacts(
        status=order_status(replace(facts, stage=stage or facts.stage)),
        open_units=sum(line.open for line in chosen),
        shipped_units=sum(line.shipped for line in chosen),
        open_lines=tuple((line.number, line.open) for line in chosen if line.open),
        unsent_units=0,
        own_parts=tuple(fo.status for fo in rows.own_fulfillments),
    )


def _reasons(action: str, facts: ActionFacts) -> list[Reason]:
    blockers = action_blockers(action, facts)
    return [not_allowed(blockers, _ORDER)] if blockers else []
