"""What lists are narrowed by, and how they are sorted."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.events import EventKind
from domain.listing import Listing
from gql.enums import expose


class OrderSortField(Listing):
    """What orders can be sorted by; orders that are equal in it stay in the order they were made."""

    PLACED_AT = "PLACED_AT", "When the customer ordered."
    UPDATED_AT = "UPDATED_AT", "When the order last changed; for a fulfiller, its status."
    NUMBER = "NUMBER", "The platform's number, as text."
    GRAND_TOTAL = (
        "GRAND_TOTAL",
        "What it comes to: by currency code, then by amount. Refused for fulfillers.",
    )
    CUSTOMER_NAME = (
        "CUSTOMER_NAME",
        "The customer's last name, then the first name, regardless of case. Refused where they are masked.",
    )
    STATUS = "STATUS", "The status by its name, A to Z, then by when the customer ordered; a fulfiller's own."


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
