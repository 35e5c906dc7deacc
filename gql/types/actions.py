"""What the viewer may do with a thing now, and why not."""

from __future__ import annotations

from typing import Any

import strawberry
from tortoise.models import Model

from domain.actions import ActionName
from domain.fulfillment import FulfillmentStatus
from gql.errors import Blocker
from gql.fields import Info, plain, row_of, unplanned
from gql.standings import standings
from operations.availability.table import Verdict, facts_for, verdicts


@strawberry.type(
    description="Whether the viewer may take an action on a thing now: whether its mutation would succeed, called "
    "at once with the thing and nothing it can do without. Judged by the rules of the mutation itself: only what "
    "happens meanwhile, and the `guard`, can still refuse it."
)
class AvailableAction:
    """Made of `operations.availability.table.Verdict`."""

    is_type_of = row_of(Verdict)

    action: ActionName = plain(about="The mutation.")
    allowed: bool = plain(about="Whether it would succeed.")
    blockers: list[Blocker] = plain(
        about="Everything that stands against it, as the mutation would say; empty when it is allowed."
    )
    max_quantity: int | None = plain(
        about="How many units it would take: all of them, where the mutation is told no number. 0 when it is not "
        "allowed; null for actions that are not about units."
    )
    to: FulfillmentStatus | None = plain(
        about="Where `FULFILLMENT_ORDER_PROGRESS` leads: there is one entry for each next status, and one without "
        "where there is none. Null for other actions."
    )


def available_actions(kind: type[Model], *, about: str) -> Any:
    """The verdicts on a row of `kind`, which is an order or belongs to one."""
    order = "id" if kind.__name__ == "Order" else "order_id"

    async def resolve(root: Any, info: Info) -> list[Verdict]:
        viewer = info.context.viewer
        facts = facts_for(viewer, kind)
        if facts is None:
            return list(verdicts(viewer, root, None))
        standing = await info.context.loaders.together(standings, viewer, facts).load(getattr(root, order))
        return list(verdicts(viewer, root, standing)) if standing else []

    return unplanned(resolve, about=about, reason="the rules of the mutations decide")
