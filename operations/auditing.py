"""The verifier: everything that follows from something else is computed anew and compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from models import Order, OrderEvent
from operations.audit.findings import Finding
from operations.audit.orders import findings_of
from operations.audit.pages import next_keys, read_orders
from operations.audit.whole import log_findings, stock_findings

PAGE: Final = 200
LOOKS: Final = 3
"""Whoever writes meanwhile can make an order look wrong: what is found must be found as often as this."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was found, and how much was looked at."""

    findings: tuple[Finding, ...]
    orders: int
    events: int


async def count_orders() -> int:
    """How many orders an audit will look at."""
    return await Order.all().count()


async def audit(advance: Callable[[int], None] = lambda _: None, *, page: int = PAGE) -> AuditReport:
    """Looks through the whole database without changing anything, a page of orders at a time.

    Recomputes quantities, totals, statuses and event numbers of every order, reserved stock, and the positions of
    the log. `advance` is called with the number of orders looked at.
    """
    findings: list[Finding] = []
    orders = last = 0
    while keys := await next_keys(last, page):
        findings.extend(await _orders(keys))
        orders, last = orders + len(keys), keys[-1]
        advance(len(keys))
    findings.extend(await _lasting(stock_findings))
    findings.extend(await _lasting(log_findings))
    return AuditReport(tuple(findings), orders, await OrderEvent.all().count())


async def _orders(keys: Sequence[int]) -> list[Finding]:
    """Findings about some orders, each looked at again while it seems wrong."""
    findings: list[Finding] = []
    for _ in range(LOOKS):
        found = {one.unit.order_id: list(findings_of(one)) for one in await read_orders(keys)}
        keys = [key for key, about in found.items() if about]
        findings = [finding for about in found.values() for finding in about]
        if not keys:
            break
    return findings


async def _lasting(look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """Findings that were there at every look."""
    findings = await look()
    for _ in range(LOOKS - 1):
        if not findings:
            break
        again = set(await look())
        findings = [finding for finding in findings if finding in again]
    return findings
