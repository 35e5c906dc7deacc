"""Comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from domain import events
from domain.access import Scope
from domain.events import Audience
from gql.fields import Info, allowance, column, masked, relation_one, row_of, unplanned
from gql.masking import mask
from gql.types.events import Actor
from gql.types.nodes import Node, global_id
from models.visibility import visible
from reads.rules import destination

if TYPE_CHECKING:
    from gql.types.orders import Order


def _author(root: Any) -> events.Actor:
    return events.Actor(root.author_kind, root.author_name, root.author_id, root.author_company_id)


async def unread(root: Any, info: Info) -> int:
    """Comments of others that nobody of the viewer's company has read."""
    return await info.context.loaders.batched(_unread).load(root.id)


async def _unread(scope: Scope, keys: Sequence[int]) -> list[int]:
    wanted = {"order_id__in": list(keys)}
    read = dict(await visible(models.CommentReading, scope).filter(**wanted).values_list("order_id", "read_up_to"))
    comments = visible(models.Comment, scope).filter(**wanted)
    unread = Counter(
        order_id
        for order_id, key, company_id in await comments.values_list("order_id", "id", "author_company_id")
        if company_id != scope.company_id and key > read.get(order_id, 0)
    )
    return [unread[key] for key in keys]


@strawberry.type(description="Free text about an order, written by a person or program.")
class Comment(Node):
    """A comment."""

    is_type_of = row_of(models.Comment)

    id: strawberry.ID = global_id("Comment")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it is about."
    )
    body: str = masked(
        "body",
        mask=mask,
        shown=destination,
        about="The text, 1 to 4000 characters; masked without the permission `pii.view`.",
    )
    masked: bool = allowance(destination, negated=True, about="Whether the text is masked for this viewer.")
    shared: bool = column(about="Whether another company was meant to read it; otherwise it is internal.")
    audience: Audience = column(about="Who may read it.")
    author: Actor = unplanned(_author, about="Who wrote it.", reason="names depend on the viewer's company")
    created_at: datetime = column(about="When it was written.")
