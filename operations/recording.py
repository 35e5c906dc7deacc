"""Events on their way into the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from domain.event_types import EVENT_TYPES
from domain.events import Actor, Audience
from models import FulfillmentOrder, Order, OrderLine, Shipment
from models.event_writing import NewEvent


@dataclass(slots=True)
class Draft:
    """An event not yet written; its rows may not have keys yet.

    What concerns a fulfilment order is shared with its fulfiller unless said otherwise.
    """

    type: str
    summary: str
    line: OrderLine | None = None
    fulfillment_order: FulfillmentOrder | None = None
    shipment: Shipment | None = None
    audience: Audience | None = None
    fulfiller_id: int | None = None
    actor: Actor | None = None
    """Who is named, where its reader is not to know who acts; None: who acts."""
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Whom it concerns is settled now: what is said of an unsent line is not for whoever gets it later."""
        concerned = self.fulfillment_order or self.line
        if self.fulfiller_id is None and concerned is not None:
            self.fulfiller_id = concerned.fulfiller_id

    def for_whom(self) -> Audience:
        """Who may read it."""
        if self.audience is not None:
            return self.audience
        return Audience.RETAILER if self.fulfiller_id is None else Audience.SHARED


def change(before: object, after: object) -> list[object]:
    """A changed field as the log keeps it: [before, after]."""
    return [before, after]


def moved(noun_status: tuple[str | None, str], **more: Any) -> dict[str, Any]:
    """Data of an event that changes a status: `from`, `to`, and what belongs to it."""
    before, after = noun_status
    return {"from": before, "to": after, "changes": {"status": change(before, after)}, **more}


def rows(
    order: Order, drafts: Iterable[Draft], actor: Actor, now: datetime, recorded: datetime
) -> Iterator[NewEvent]:
    """The drafts as rows, versions counting on densely from the order's. Raises KeyError for an unknown type."""
    for version, draft in enumerate(drafts, start=order.version + 1):
        fulfillment_order, named = draft.fulfillment_order, draft.actor or actor
        yield NewEvent(
            event_id=uuid4(),
            kind=EVENT_TYPES[draft.type],
            type=draft.type,
            audience=draft.for_whom(),
            aggregate="order",
            aggregate_id=order.id,
            order_id=order.id,
            order_version=version,
            channel_id=order.channel_id,
            retailer_id=order.retailer_id,
            fulfiller_id=draft.fulfiller_id,
            line_id=draft.line.id if draft.line else None,
            fulfillment_order_id=fulfillment_order.id if fulfillment_order else None,
            shipment_id=draft.shipment.id if draft.shipment else None,
            actor_kind=named.kind,
            actor_id=named.id,
            actor_company_id=named.company_id,
            actor_name=named.name,
            summary=draft.summary[:500],
            data=draft.data,
            occurred_at=now,
            recorded_at=recorded,
        )
