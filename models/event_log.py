"""The log in the database, read and numbered without the ORM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient

from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry
from domain.head import Head

_COLUMNS: Final = """
    position, id, event_id, kind, type, audience, order_id, order_version, aggregate, aggregate_id,
    channel_id, retailer_id, fulfiller_id, line_id, fulfillment_order_id, shipment_id,
    actor_kind, actor_id, actor_company_id, actor_name, summary, request_id, data, occurred_at, recorded_at
"""

SEQUENCE: Final = """
    WITH latest AS MATERIALIZED (
        SELECT position FROM log_head WHERE id = 1 FOR UPDATE SKIP LOCKED
    ), turn AS MATERIALIZED (
        SELECT latest.position FROM latest JOIN log_head AS seen ON seen.id = 1 AND seen.position = latest.position
    ), waiting AS MATERIALIZED (
        SELECT id FROM order_event WHERE position IS NULL ORDER BY id LIMIT $1
    ), places AS MATERIALIZED (
        SELECT waiting.id, turn.position + row_number() OVER (ORDER BY waiting.id) AS place FROM waiting, turn
    ), numbered AS (
        UPDATE order_event SET position = places.place FROM places
        WHERE order_event.id = places.id AND coalesce(order_event.position, 0) = 0
        RETURNING order_event.position
    ), done AS (
        SELECT count(*) AS rows, max(position) AS last FROM numbered
    )
    UPDATE log_head SET position = done.last FROM done WHERE log_head.id = 1 AND done.rows > 0
    RETURNING done.rows AS rows
"""
"""One statement, one round trip, one leader: whoever holds the row of log_head until the statement has committed.

The statement sees the database as it was when it began, but FOR UPDATE returns the row as it is now. When the two
differ, another leader has numbered rows in between, which this one would number again: it does nothing, and the
next call sees what happened. When they agree, nobody else can number until this commit. SKIP LOCKED: only the
leader works, nobody queues. It never waits for writers: uncommitted rows are not there yet.
MATERIALIZED and coalesce are for the planner. Its statistics mostly say that no row waits; left free, it joins by
the index of waiting rows, again for each row, and a batch of 100 takes 150 ms.
Needs READ COMMITTED (PostgreSQL's default); under a stricter level it fails and is tried again.
"""


_KINDS: Final = {kind.value: kind for kind in EventKind}
_AUDIENCES: Final = {audience.value: audience for audience in Audience}
_ACTOR_KINDS: Final = {kind.value: kind for kind in ActorKind}


@dataclass(frozen=True, slots=True)
class _Statements:
    head: str
    read: str
    oldest: str
    sequence: str | None


_OLDEST: Final = "SELECT coalesce(min(position), 0) AS position FROM order_event"
_STATEMENTS: Final = {
    "postgres": _Statements(
        head="SELECT epoch, position FROM log_head WHERE id = 1",
        read=f"SELECT {_COLUMNS} FROM order_event WHERE position > $1 ORDER BY position LIMIT $2",  # noqa: S608
        oldest=_OLDEST,
        sequence=SEQUENCE,
    ),
    "sqlite": _Statements(
        # The last id ever given, which a rollback takes back; still there when all rows are gone.
        head="""SELECT epoch, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'order_event'), 0) AS position
                FROM log_head WHERE id = 1""",
        read=f"SELECT {_COLUMNS} FROM order_event WHERE position > ? ORDER BY position LIMIT ?",  # noqa: S608
        oldest=_OLDEST,
        sequence=None,
    ),
}


class DatabaseLog:
    """`subscriptions.core.log.EventLog` on the tables order_event and log_head.

    Works on the connection it is given, which must be the pool's own, not a transaction's. On SQLite a read waits
    for the transaction under way on the same connection; a second, read-only connection does not.
    Raises what the driver raises, with tortoise's names where tortoise has one.
    """

    def __init__(self, connection: BaseDBAsyncClient) -> None:
        self._connection = connection
        self._statements = _STATEMENTS[connection.capabilities.dialect]

    async def head(self) -> Head:
        (row,) = await self._connection.execute_query_dict(self._statements.head)
        return Head(row["epoch"], row["position"])

    async def read(self, after: int, limit: int = 500) -> list[LogEntry]:
        rows = await self._connection.execute_query_dict(self._statements.read, [after, limit])
        return [_entry(row) for row in rows]

    async def sequence(self, limit: int = 1000) -> int:
        """On SQLite 0: there a trigger numbers a row when it is written."""
        if self._statements.sequence is None:
            return 0
        rows = await self._connection.execute_query_dict(self._statements.sequence, [limit])
        return int(rows[0]["rows"]) if rows else 0

    async def oldest(self) -> int:
        (row,) = await self._connection.execute_query_dict(self._statements.oldest)
        return int(row["position"])


def _entry(row: dict[str, Any]) -> LogEntry:
    return LogEntry(
        position=row["position"],
        id=row["id"],
        event_id=_uuid(row["event_id"]),
        kind=_KINDS[row["kind"]],
        type=row["type"],
        audience=_AUDIENCES[row["audience"]],
        order_id=row["order_id"],
        order_version=row["order_version"],
        channel_id=row["channel_id"],
        retailer_id=row["retailer_id"],
        fulfiller_id=row["fulfiller_id"],
        actor=Actor(_ACTOR_KINDS[row["actor_kind"]], row["actor_name"], row["actor_id"], row["actor_company_id"]),
        summary=row["summary"],
        occurred_at=_utc(row["occurred_at"]),
        recorded_at=_utc(row["recorded_at"]),
        line_id=row["line_id"],
        fulfillment_order_id=row["fulfillment_order_id"],
        shipment_id=row["shipment_id"],
        aggregate=row["aggregate"],
        aggregate_id=row["aggregate_id"],
        request_id=row["request_id"],
        data=_json(row["data"]),
    )


def _uuid(value: UUID | str) -> UUID:
    """asyncpg's own subclass and SQLite's text become the plain type."""
    return UUID(str(value))


def _utc(value: datetime | str) -> datetime:
    """SQLite keeps text, with the zone it was written in; PostgreSQL answers in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json(value: str | dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = orjson.loads(value) if isinstance(value, str) else value
    return decoded
