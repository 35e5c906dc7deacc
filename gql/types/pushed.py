"""What subscriptions push: an event, and what it changed as it is now."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from domain.statuses import StatusKind, StatusName
from gql.enums import expose
from gql.fields import plain, relation_one
from gql.pushes import Push
from gql.scalars import Cursor
from gql.types.events import Actor, OrderEvent
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.lines import OrderLine
from gql.types.orders import Order
from gql.types.shipments import Shipment, TrackingEvent

for _listing in (StatusKind, StatusName):
    expose(_listing)


def _is_push(value: object, _info: object) -> bool:
    return isinstance(value, Push)


@strawberry.interface(description="What every pushed object has: the event, and where it stands in the feed.")
class Pushed:
    """Interface of all pushed types."""

    cursor: Cursor = plain(
        about="Its place in the feed. Keep the last one: `after` with it replays what was missed,"
        " then goes on live."
    )
    order_version: int = plain(
        about="The order's version after the event: drop what is not above the one you have. Other things than "
        "orders count their own versions."
    )
    occurred_at: datetime = plain(about="When it happened.")
    actor: Actor = plain(about="Who did it.")
    event: OrderEvent = plain(about="What happened, as the history shows it.")


_ORDER_NOW = "The order as it is now, which may be later than the event."


@strawberry.type(description="Something happened.")
class OrderActivity(Pushed):
    """Any event in scope."""

    is_type_of = _is_push

    order: Order | None = relation_one(
        models.Order, local="order_id", about=f"{_ORDER_NOW} Null for changes of settings and the like."
    )


@strawberry.type(description="An order changed.")
class OrderChange(Pushed):
    """Any event of one order."""

    is_type_of = _is_push

    order: Order = relation_one(models.Order, local="order_id", about=_ORDER_NOW)


@strawberry.type(description="An order, a fulfilment order or a line changed its status.")
class StatusChange(Pushed):
    """A change of a status."""

    is_type_of = _is_push

    kind: StatusKind = plain(about="What changed its status.")
    before: StatusName | None = strawberry.field(
        name="from",
        description="The status before; null: it had none. The same as `to` when only the reason changed.",
    )
    after: StatusName = strawberry.field(name="to", description="The status since.")
    reason: str | None = plain(about="Why, in the owner's words; only orders have reasons.")
    order: Order = relation_one(models.Order, local="order_id", about=_ORDER_NOW)
    fulfillment_order: FulfillmentOrder | None = relation_one(
        models.FulfillmentOrder, local="fulfillment_order_id", about="The fulfilment order, or the line's."
    )
    line: OrderLine | None = relation_one(
        models.OrderLine, local="line_id", about="The line, when the status is a line's."
    )


@strawberry.type(description="A parcel got or changed its tracking, or its carrier reported something.")
class TrackingChange(Pushed):
    """News of a parcel."""

    is_type_of = _is_push

    shipment: Shipment = relation_one(models.Shipment, local="shipment_id", about="The parcel as it is now.")
    tracking_event: TrackingEvent | None = relation_one(
        models.TrackingEvent,
        local="tracking_event_id",
        about="What the carrier reported; null when the parcel's tracking itself is new.",
    )
    order: Order = relation_one(models.Order, local="order_id", about=_ORDER_NOW)
