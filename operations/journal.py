"""Events of things that belong to no order: companies, channels, products and variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tortoise.models import Model

from domain.access import Viewer
from domain.event_types import EVENT_TYPES
from domain.events import Audience
from models.event_writing import NewEvent, append
from operations.acting import stamped
from operations.permissions import actor_of
from operations.recording import change
from operations.world import World, utc_now


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing. By default the retailer's, shared with its fulfiller if it has one."""

    aggregate: str
    aggregate_id: int
    type: str
    summary: str
    retailer_id: int | None
    version: int = 1
    """The thing's version after it."""
    fulfiller_id: int | None = None
    channel_id: int | None = None
    audience: Audience | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def readers(self) -> Audience:
        """Who may read it."""
        return self.audience or (Audience.RETAILER if self.fulfiller_id is None else Audience.SHARED)


def apply(row: Model, values: Mapping[str, Any]) -> dict[str, list[object]]:
    """Sets columns of a row. Answers what really changed, as {column: [before, after]}."""
    changes = {}
    for name, value in values.items():
        if (before := getattr(row, name)) != value:
            changes[name] = change(before, value)
            setattr(row, name, value)
    return changes


async def write_changes(world: World, viewer: Viewer, changes: Iterable[Change]) -> None:
    """Appends the changes to the log, in the running transaction. The caller wakes the feed after it."""
    actor, now, recorded = actor_of(viewer), world.clock(), utc_now()
    events = [
        NewEvent(
            event_id=uuid4(),
            kind=EVENT_TYPES[one.type],
            type=one.type,
            audience=one.readers,
            aggregate=one.aggregate,
            aggregate_id=one.aggregate_id,
            order_version=one.version,
            channel_id=one.channel_id,
            retailer_id=one.retailer_id,
            fulfiller_id=one.fulfiller_id,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_company_id=actor.company_id,
            actor_name=actor.name,
            summary=one.summary[:500],
            data=one.data,
            occurred_at=now,
            recorded_at=recorded,
        )
        for one in changes
    ]
    await append(stamped(events))
