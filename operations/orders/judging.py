"""The facts by which an action on an order is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.order_actions import ActionFacts, action_blockers
from domain.orders import OrderStage, order_status
from domain.refusals import Reason, not_allowed
from models import OrderLine
from operations.orders.issues import open_issues
from operations.orders.verifying import unsent
from operations.settling import order_facts
from operations.unit import Unit


async def action_facts(unit: Unit, lines: Sequence[OrderLine] | None = None, **more: object) -> ActionFacts:
    """What an action on these lines (default: all the viewer may act on) is judged by."""
    chosen = unit.own_lines if lines is None else lines
    scope = unit.viewer.scope
    issues = [issue for issue in await open_issues(unit) if issue.blocking]
    waiting = unsent(unit)
    facts = ActionFacts(
        status=order_status(order_facts(unit, scope.company_id if scope.is_fulfiller else None)),
        open_units=sum(line.open for line in chosen),
        shipped_units=sum(line.shipped for line in chosen),
        open_lines=tuple((line.number, line.open) for line in chosen if line.open),
        unsent_units=sum(line.open for line in waiting),
        ready_units=sum(line.open for line in waiting if line.source_id is not None),
        order_issues=tuple(f"{issue.code}: {issue.message}" for issue in issues if issue.line_id is None),
        line_issues=tuple(f"{issue.code}: {issue.message}" for issue in issues if issue.line_id is not None),
        awaits_verification=unit.order.stage is OrderStage.NEW and not (issues and unit.channel.auto_verify),
    )
    return replace(facts, **more)  # type: ignore[arg-type]  # names and types are the dataclass's own


def refuse_unless_allowed(
    unit: Unit, action: str, facts: ActionFacts, *path: str, beside: Iterable[Reason] = ()
) -> None:
    """Raises Refused when the action may not be taken now, with every blocker and what is found `beside` them."""
    blockers = action_blockers(action, facts)
    unit.refuse_if([*([not_allowed(blockers, path)] if blockers else []), *beside])
