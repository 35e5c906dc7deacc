"""What lists are narrowed by, and how they are sorted."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.events import EventKind
from domain.listing import Listing
from domain.orders import OrderStatus
from gql.enums import expose


class OrderSortField(Listing):
    """What orders can be sorted by; orders that are equal in it stay in the order they were made."""

    PLACED_AT = "PLACED_AT", "When the customer ordered."
    UPDATED_AT = "UPDATED_AT", "When the order last changed; for a fulfiller, its status."
    NUMBER = "NUMBER", "The platform's number, as text."


class SortDirection(Listing):
    """Which end comes first."""

    ASC = "ASC", "Smallest or oldest first."
    DESC = "DESC", "Largest or newest first."


for _listing in (OrderSortField, SortDirection):
    expose(_listing)


@strawberry.input(description="How to sort orders.")
class OrderSort:
    """Field and direction."""

    field: OrderSortField = strawberry.field(default=OrderSortField.PLACED_AT, description="What to sort by.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which end comes first.")


@strawberry.input(description="Which orders; all conditions that are given must hold.")
class OrderFilter:
    """Conditions on orders."""

    status: list[OrderStatus] | None = strawberry.field(
        default=None, description="In one of these statuses; for a fulfiller, those of its own part."
    )
    channel: list[str] | None = strawberry.field(
        default=None, description="Sold through one of these sales channels, by code."
    )
    text: str | None = strawberry.field(
        default=None,
        description="Every word of this text occurs, upper or lower case alike, in number, external reference, "
        "a line's SKU, the customer's name, e-mail or telephone, or name, firm, city or postcode of the delivery "
        "address. What is hidden from or masked for the viewer is never searched.",
    )
    placed_from: datetime | None = strawberry.field(default=None, description="Placed at this time or later.")
    placed_to: datetime | None = strawberry.field(default=None, description="Placed before this time.")
    sku: str | None = strawberry.field(default=None, description="Has a line with exactly this SKU.")
    supplier: str | None = strawberry.field(
        default=None, description="Has a fulfilment order of this fulfiller, by its code or global id."
    )


@strawberry.input(description="Which events; all conditions that are given must hold.")
class OrderEventFilter:
    """Conditions on events."""

    order_id: strawberry.ID | None = strawberry.field(default=None, description="Of this order, by global id.")
    kind: list[EventKind] | None = strawberry.field(default=None, description="About one of these.")
    type: list[str] | None = strawberry.field(
        default=None, description="Of one of these types, such as `shipment.created`."
    )
    since: datetime | None = strawberry.field(default=None, description="Recorded at this time or later.")
    until: datetime | None = strawberry.field(default=None, description="Recorded before this time.")
