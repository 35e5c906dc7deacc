"""What is true of the database as a whole: reserved stock and the numbering of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tortoise.connection import get_connection

from models.event_log import DatabaseLog
from models.statements import query
from operations.audit.findings import Finding, differs

PAGE: Final = 500


async def stock_findings() -> list[Finding]:
    """Reserved stock of a managed level is what open lines were promised from it; an unmanaged one has none."""
    findings: list[Finding] = []
    after = 0
    while rows := await query(_LEVELS, after):
        findings.extend(one for row in rows for one in _level(row))
        after = rows[-1]["id"]
    return findings


async def log_findings() -> list[Finding]:
    """Positions are dense up to the head, and whatever owns events numbers them 1, 2, 3 ..."""
    log = DatabaseLog(get_connection("default"))
    head = await log.head()
    (row,) = await query(_POSITIONS, head.position)
    findings = list(_positions(row, head.position))
    for gap in await query(_GAPS):
        message = (
            f"{gap['aggregate']} {gap['aggregate_id']}: {gap['count']} events, the last is number {gap['last']}"
        )
        findings.append(Finding(message))
    return findings


def _level(row: dict[str, Any]) -> Sequence[Finding]:
    promised = row["promised"] if row["managed"] else 0
    return list(differs(f"reserved stock of {row['sku']} at {row['name']}", row["reserved"], promised))


def _positions(row: dict[str, Any], head: int) -> Sequence[Finding]:
    kept = row["last"] - row["first"] + 1 if row["count"] else 0
    return [
        *differs("last position in the log", row["last"], head),
        *differs("number of positions in the log", row["count"], kept),
    ]


_LEVELS: Final = f"""
    SELECT v."id", v."managed", v."reserved", a."sku", s."name", coalesce((
        SELECT sum(l."open") FROM "order_lines" l
        WHERE l."variant_id" = v."variant_id" AND l."source_id" = v."source_id" AND NOT l."removed"
    ), 0) AS "promised"
    FROM "stock_levels" v JOIN "variants" a ON a."id" = v."variant_id" JOIN "sources" s ON s."id" = v."source_id"
    WHERE v."id" > $1 AND (v."managed" OR v."reserved" <> 0) ORDER BY v."id" LIMIT {PAGE}
"""  # noqa: S608
_POSITIONS: Final = """
    SELECT count(*) AS "count", coalesce(min("position"), 0) AS "first", coalesce(max("position"), 0) AS "last"
    FROM "order_event" WHERE "position" <= $1
"""
"""Rows above the head were committed after it was read."""
_GAPS: Final = """
    SELECT "aggregate", "aggregate_id", count(*) AS "count", max("order_version") AS "last"
    FROM "order_event" WHERE "aggregate" <> 'order' GROUP BY "aggregate", "aggregate_id"
    HAVING count(*) <> max("order_version") OR min("order_version") <> 1
"""
