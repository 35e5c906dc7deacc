"""Events in the database of a test."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from domain.events import ActorKind, Audience, EventKind
from models.events import OrderEvent

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


async def happen(version: int, **columns: Any) -> OrderEvent:
    """One event of order 7."""
    given = {
        "event_id": uuid4(),
        "kind": EventKind.STATUS,
        "type": "order.processed",
        "audience": Audience.SHARED,
        "aggregate": "order",
        "aggregate_id": 7,
        "order_id": 7,
        "order_version": version,
        "actor_kind": ActorKind.SYSTEM,
        "actor_name": "Ordergraph",
        "summary": "Processed",
        "data": {},
        "occurred_at": NOON,
        "recorded_at": NOON,
    }
    return await OrderEvent.create(**{**given, **columns})


@asynccontextmanager
async def connections(url: str, count: int) -> AsyncGenerator[list[asyncpg.Connection], None]:
    opened = [await asyncpg.connect(url) for _ in range(count)]
    try:
        yield opened
    finally:
        for connection in opened:
            await connection.close()


INSERT = """
    INSERT INTO order_event (event_id, kind, type, audience, aggregate, aggregate_id, order_id, order_version,
        actor_kind, actor_name, summary, data, occurred_at, recorded_at)
    SELECT gen_random_uuid(), 'STATUS', 'order.processed', 'SHARED', 'order', $1::bigint, $1::bigint,
        coalesce(max(order_version), 0) + 1, 'SYSTEM', 'Ordergraph', '', '{}', now(), now()
    FROM order_event WHERE order_id = $1::bigint
"""


INSERT_MANY = """
    INSERT INTO order_event (event_id, kind, type, audience, aggregate, aggregate_id, order_id, order_version,
        actor_kind, actor_name, summary, data, occurred_at, recorded_at)
    SELECT gen_random_uuid(), 'STATUS', 'order.processed', 'SHARED', 'order', $1::bigint, $1::bigint,
        version, 'SYSTEM', 'Ordergraph', '', '{}', now(), now()
    FROM generate_series(1, $2) AS version
"""
