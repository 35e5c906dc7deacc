"""The history: what happened, who did it, what it changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry
from tortoise.models import Model

import models
from domain import events
from domain.events import ActorKind, EventKind, LogEntry
from gql.fields import Info, column, computed, plain, relation_one, row_of, unplanned
from gql.masking import mask_words
from gql.scalars import JSON, Cursor
from gql.types.companies import Company
from gql.types.nodes import Node, global_id
from reads.rules import destination
from subscriptions.core.cursor import encode

if TYPE_CHECKING:
    from gql.types.comments import Comment
    from gql.types.fulfillment_orders import FulfillmentOrder
    from gql.types.lines import OrderLine
    from gql.types.orders import Order
    from gql.types.payments import Payment, PaymentOperation
    from gql.types.shipments import Shipment

SOMEBODY = "Another company"


async def _company(root: Any, info: Info) -> models.Company | None:
    """The actor's company, if the viewer may know of it."""
    if root.company_id is None:
        return None
    company: models.Company | None = await info.context.loaders.one(models.Company).load(root.company_id)
    return company


async def _name(root: Any, info: Info) -> str:
    """People are named to their own company and to the platform; others read the company's name."""
    scope = info.context.scope
    if root.kind is ActorKind.SYSTEM or scope.is_platform or root.company_id == scope.company_id:
        return str(root.name)
    company = await _company(root, info)
    return company.name if company else SOMEBODY


@strawberry.type(description="A person, a program or Ordergraph itself, as the one who did something.")
class Actor:
    """A person, a program or Ordergraph itself; made of `domain.events.Actor`."""

    kind: ActorKind = plain(about="A person, a program or Ordergraph itself.")
    name: str = strawberry.field(
        resolver=_name,
        description="Its name; for viewers of another company than the actor's and the platform's: the company's.",
    )
    company: Company | None = strawberry.field(
        resolver=_company, description="The company it acted for; null for Ordergraph itself."
    )


@strawberry.type(description="One field that an event changed.")
class FieldChange:
    """Before and after."""

    field: str = plain(about="Name of the field as the API calls it.")
    before: JSON | None = plain(about="Its value before; null: it had none.")
    after: JSON | None = plain(about="Its value after; null: it has none.")


def changes(data: dict[str, Any]) -> list[FieldChange]:
    """`data["changes"]` of an event: {field: [before, after]}."""
    return [
        FieldChange(field=name, before=pair[0], after=pair[1]) for name, pair in data.get("changes", {}).items()
    ]


def actor_of(event: models.OrderEvent | LogEntry) -> events.Actor:
    """Who did it, of an event that was read or pushed."""
    if isinstance(event, LogEntry):
        return event.actor
    return events.Actor(event.actor_kind, event.actor_name, event.actor_id, event.actor_company_id)


def _actor(root: Any) -> events.Actor:
    return actor_of(root)


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """What the mutation's guard said beside it."""
    said: dict[str, Any] = data.get("guard", {})
    return said


def _note(root: Any, info: Info) -> str | None:
    """What was noted is for the company that noted it, and for the platform."""
    scope, company = info.context.scope, actor_of(root).company_id
    note: str | None = _said(root.data).get("note") if scope.is_platform or company == scope.company_id else None
    return note if note is None or destination(scope) else mask_words(note)


def notify_customer(data: dict[str, Any]) -> bool | None:
    """What was asked for; None: as the channel's settings say."""
    asked: bool | None = _said(data).get("notifyCustomer")
    return asked


async def _cursor(root: Any, info: Info) -> Cursor | None:
    if root.position is None:
        return None
    return Cursor(encode((await info.context.head()).epoch, root.position))


def _named(model: type[Model], entry: str) -> Callable[[Any, Info], Awaitable[Model | None]]:
    """The row that an entry of an event's data names, if the viewer sees it."""

    async def resolve(root: Any, info: Info) -> Model | None:
        key = root.data.get(entry)
        row: Model | None = None if key is None else await info.context.loaders.one(model).load(key)
        return row

    return resolve


_IN_DATA: Final = "named in the event's data, which is no column"


@strawberry.type(description="One thing that happened. Events are never changed or deleted.")
class OrderEvent(Node):
    """A row of the log, read (`models.OrderEvent`) or pushed (`LogEntry`)."""

    is_type_of = row_of(models.OrderEvent, LogEntry)

    id: strawberry.ID = global_id("OrderEvent")
    kind: EventKind = column(about="What it is about.")
    type: str = column(about="What exactly happened, `noun.participle`: `shipment.created`.")
    occurred_at: datetime = column(about="When it happened, as far as known.")
    recorded_at: datetime = column(about="When it was written down.")
    actor: Actor = unplanned(_actor, about="Who did it.", reason="names depend on the viewer's company")
    summary: str = column(about="What happened, in a sentence.")
    order_version: int = column(
        about="The order's version after it: 1, 2, 3 ... without gaps; a fulfiller sees some of them."
    )
    cursor: Cursor | None = unplanned(
        _cursor,
        about="Its place in the feed: `after` of a subscription takes it. Null for the moment until it has one.",
        reason="names the log, which is no column",
    )
    note: str | None = unplanned(
        _note,
        about="Why, in the actor's words: the `note` of the mutation's guard. Null without one, and for viewers "
        "of another company than the actor's and the platform's; `***` without the permission `pii.view`.",
        reason="notes depend on the viewer's company",
    )
    notify_customer: bool | None = computed(
        notify_customer,
        needs=["data"],
        about="Whether the customer was to be told by e-mail, as the mutation's guard said; null: as the sales "
        "channel's settings say.",
    )
    changes: list[FieldChange] = computed(changes, needs=["data"], about="Fields it changed.")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] | None = relation_one(
        models.Order, local="order_id", about="The order it belongs to; null for changes of settings and the like."
    )
    line: Annotated[OrderLine, strawberry.lazy("gql.types.lines")] | None = relation_one(
        models.OrderLine, local="line_id", about="The line it concerns, if it is one."
    )
    fulfillment_order: Annotated[FulfillmentOrder, strawberry.lazy("gql.types.fulfillment_orders")] | None = (
        relation_one(
            models.FulfillmentOrder,
            local="fulfillment_order_id",
            about="The fulfilment order it concerns, if it is one.",
        )
    )
    shipment: Annotated[Shipment, strawberry.lazy("gql.types.shipments")] | None = relation_one(
        models.Shipment, local="shipment_id", about="The parcel it concerns, if it is one."
    )
    comment: Annotated[Comment, strawberry.lazy("gql.types.comments")] | None = unplanned(
        _named(models.Comment, "commentId"), about="The comment it tells of, if it is one.", reason=_IN_DATA
    )
    payment: Annotated[Payment, strawberry.lazy("gql.types.payments")] | None = unplanned(
        _named(models.Payment, "paymentId"),
        about="The payment it tells of, if it is one and the viewer may see payments.",
        reason=_IN_DATA,
    )
    payment_operation: Annotated[PaymentOperation, strawberry.lazy("gql.types.payments")] | None = unplanned(
        _named(models.PaymentOperation, "operationId"),
        about="The command to a gateway it tells of, if it is one and the viewer may see payments.",
        reason=_IN_DATA,
    )
