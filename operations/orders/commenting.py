"""Comments: free text beside an order, internal or shared with the companies around it (S0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.access import Scope, Viewer
from domain.actions import ActionName
from domain.events import Audience
from domain.texts import text_reasons
from models import Comment
from operations.permissions import require_action
from operations.retrying import retried
from operations.unit import Unit, order_unit
from operations.world import World

LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class AddComment:
    """Write a comment of 1 to 4000 characters."""

    order_id: int | None
    body: str
    shared: bool = False
    """Whether the other companies around the order may read it."""


@retried
async def add_comment(world: World, viewer: Viewer, command: AddComment) -> tuple[int, int]:
    """Writes a comment. Answers the keys of the order and of the comment.

    An internal one is read by the author's company alone. A shared one of a fulfiller goes to the retailer and the
    platform; a shared one of these goes to each other and to every fulfiller of the order.
    """
    require_action(viewer, ActionName.ORDER_COMMENT_ADD)
    against = text_reasons(command.body, LONGEST, "input", "body", least=1, noun="A comment")
    async with order_unit(world, viewer, command.order_id, "input", "orderId", against=against) as unit:
        unit.refuse_if()
        audience, fulfiller_id = _readers(viewer.scope, shared=command.shared)
        comment = await _write(unit, command.body.strip(), command.shared, audience, fulfiller_id)
        summary = f"{'A shared' if command.shared else 'An internal'} comment was written"
        data = {"commentId": comment.id, "shared": command.shared}
        if audience is Audience.SHARED and fulfiller_id is None:
            unit.record_shared("comment.added", summary, data=data)
        else:
            unit.record("comment.added", summary, audience=audience, fulfiller_id=fulfiller_id, data=data)
        return unit.order_id, int(comment.id)


def _readers(scope: Scope, *, shared: bool) -> tuple[Audience, int | None]:
    """Audience, and the one fulfiller meant; a shared comment without one is for every fulfiller of the order."""
    if scope.is_fulfiller:
        return (Audience.SHARED if shared else Audience.FULFILLER), scope.company_id
    if shared:
        return Audience.SHARED, None
    return (Audience.RETAILER if scope.is_retailer else Audience.PLATFORM), None


async def _write(unit: Unit, body: str, shared: bool, audience: Audience, fulfiller_id: int | None) -> Comment:
    return await Comment.create(
        order_id=unit.order.id,
        body=body,
        shared=shared,
        audience=audience,
        fulfiller_id=fulfiller_id,
        author_kind=unit.actor.kind,
        author_id=unit.actor.id,
        author_company_id=unit.actor.company_id,
        author_name=unit.actor.name,
        created_at=unit.now,
    )
