"""What every mutation that was done says of itself."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import strawberry

import models
from gql.fields import Info, answers, plain
from gql.scalars import Cursor
from gql.types.events import OrderEvent
from models.visibility import visible

MOST_EVENTS: Final = 100


async def _events(root: Receipt, info: Info) -> list[models.OrderEvent]:
    if not root.written:
        return []
    own = visible(models.OrderEvent, info.context.scope).filter(event_id__in=root.written)
    return await own.order_by("id").limit(MOST_EVENTS)


@strawberry.type(description="What a mutation did, and where to go on from.")
class Receipt:
    """Of a mutation that was done, now or before."""

    replayed: bool = plain(
        about="Whether nothing was done now, because the same call was done before under the same "
        "`guard.idempotencyKey`. Everything shown is read afresh all the same."
    )
    cursor: Cursor = plain(
        about="The log's head after the mutation, from before this payload was read: a subscription with `after` "
        "this cursor misses nothing that the payload does not show. It may push what it shows once more."
    )
    events: list[OrderEvent] = answers(
        _events,
        about=f"What the mutation wrote into the history, as far as the viewer may see it: the first "
        f"{MOST_EVENTS} events, in order.",
    )
    written: strawberry.Private[tuple[UUID, ...]]
