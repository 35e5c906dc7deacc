"""Events written to the log, all of one action in one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise.connection import get_connection

from domain.events import ActorKind, Audience, EventKind
from models.statements import listed, placed


@dataclass(slots=True)
class NewEvent:
    """A row for the table order_event; the database gives it its id and, later, its position."""

    event_id: UUID
    kind: EventKind
    type: str
    audience: Audience
    aggregate: str
    aggregate_id: int
    order_version: int
    actor_kind: ActorKind
    actor_name: str
    summary: str
    data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    order_id: int | None = None
    channel_id: int | None = None
    retailer_id: int | None = None
    fulfiller_id: int | None = None
    line_id: int | None = None
    fulfillment_order_id: int | None = None
    shipment_id: int | None = None
    actor_id: int | None = None
    actor_company_id: int | None = None
    request_id: str | None = None


_COLUMNS: Final = tuple(field.name for field in fields(NewEvent))
_VALUES: Final = attrgetter(*_COLUMNS)
_INSERT: Final = f"""
    INSERT INTO "order_event" ({", ".join(f'"{name}"' for name in _COLUMNS)}) VALUES ({listed(len(_COLUMNS))})
"""  # noqa: S608


async def append(events: Iterable[NewEvent]) -> None:
    """Appends events in their order, in the running transaction.

    Raises IntegrityError when an aggregate has an event of that version already.
    """
    connection = get_connection("default")
    dialect = connection.capabilities.dialect
    rows = [_row(event, plain=dialect == "sqlite") for event in events]
    if rows:
        await connection.execute_many(placed(_INSERT, dialect), rows)


def _row(event: NewEvent, *, plain: bool) -> list[Any]:
    values = list(_VALUES(event))
    values[_DATA] = orjson.dumps(event.data).decode()
    if plain:
        values[_EVENT_ID] = str(event.event_id)
    return values


_DATA: Final = _COLUMNS.index("data")
_EVENT_ID: Final = _COLUMNS.index("event_id")
