"""Issues of an order, raised and resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.issues import FOUND_BY_VERIFICATION, Finding, Obstacle
from models import OrderIssue
from models.statements import fetch
from operations.unit import Unit


async def reconcile(unit: Unit, findings: Sequence[Finding]) -> None:
    """Raises what verification found newly and resolves what it does not find any more."""
    fresh, over = compared(await open_issues(unit), findings)
    for finding in fresh:
        await raise_issue(unit, finding)
    for issue in over:
        await resolve_issue(unit, issue)


def compared(known: Iterable[OrderIssue], findings: Iterable[Finding]) -> tuple[list[Finding], list[OrderIssue]]:
    """What verification found newly, and the open issues it does not find any more."""
    open_ones = {(issue.code, issue.path): issue for issue in known if issue.code in FOUND_BY_VERIFICATION}
    found = {(finding.code, finding.path): finding for finding in findings}
    fresh = [finding for key, finding in found.items() if key not in open_ones]
    return fresh, [issue for key, issue in open_ones.items() if key not in found]


def obstacles(issues: Iterable[OrderIssue], findings: Iterable[Finding] = ()) -> list[Obstacle]:
    """The blocking ones among open issues, and among findings that will be."""
    return [
        *(Obstacle(f"{one.code}: {one.message}", one.line_id is not None) for one in issues if one.blocking),
        *(Obstacle(f"{one.code}: {one.message}", one.line is not None) for one in findings if one.blocking),
    ]


def obstacles_after(known: Sequence[OrderIssue], findings: Sequence[Finding]) -> list[Obstacle]:
    """The blocking issues that are open once verification has found this."""
    fresh, over = compared(known, findings)
    return obstacles([issue for issue in known if issue not in over], fresh)


async def open_issues(unit: Unit) -> list[OrderIssue]:
    """What is not resolved yet, oldest first. A fresh order has none, and needs no statement to know it."""
    if unit.read_issues is None:
        unresolved = 'WHERE "order_id" = $1 AND "resolved_at" IS NULL ORDER BY "id"'
        unit.read_issues = await fetch(OrderIssue, unresolved, unit.order.id) if unit.order.version else []
    return [issue for issue in unit.read_issues if issue.resolved_at is None]


async def raise_issue(unit: Unit, finding: Finding) -> None:
    """Writes an issue and its event."""
    line = next((line for line in unit.lines if line.number == finding.line), None)
    fulfillment_order = unit.fulfillment(line.fulfillment_order_id) if line else None
    known = await open_issues(unit)
    issue = await OrderIssue.create(
        order_id=unit.order.id,
        line_id=line.id if line else None,
        fulfiller_id=line.fulfiller_id if line else None,
        code=finding.code,
        blocking=finding.blocking,
        path=finding.path,
        message=finding.message,
        raw_message=finding.raw,
        raised_at=unit.now,
        raised_by=unit.actor.name,
    )
    unit.read_issues = [*known, issue]
    unit.record(
        "issue.raised",
        finding.message,
        line=line,
        fulfillment_order=fulfillment_order,
        data={"code": finding.code, "path": finding.path, "blocking": finding.blocking},
    )


async def resolve_issue(unit: Unit, issue: OrderIssue) -> None:
    """Marks an issue as resolved and writes the event."""
    issue.resolved_at, issue.resolved_by = unit.now, unit.actor.name
    await issue.save(update_fields=["resolved_at", "resolved_by"])
    unit.record(
        "issue.resolved",
        f"Resolved: {issue.message}",
        line=next((line for line in unit.lines if line.id == issue.line_id), None),
        data={"code": issue.code, "path": issue.path, "blocking": issue.blocking},
    )
