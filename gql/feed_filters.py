"""What subscriptions are narrowed by. Conditions left out allow everything; all that are given must hold."""

from __future__ import annotations

import strawberry

from domain.events import EventKind
from domain.statuses import StatusKind, StatusName
from gql.enums import expose

for _listing in (StatusKind, StatusName):
    expose(_listing)

OF_ORDER = "Of this order, by global id."
OF_CHANNEL = "Of orders sold through one of these sales channels, by code."


@strawberry.input(description="Which events are pushed; all conditions that are given must hold.")
class OrderActivityFilter:
    """Conditions on events."""

    order_id: strawberry.ID | None = strawberry.field(default=None, description=OF_ORDER)
    kind: list[EventKind] | None = strawberry.field(default=None, description="About one of these.")
    type: list[str] | None = strawberry.field(
        default=None, description="Of one of these types, such as `shipment.created`."
    )
    channel: list[str] | None = strawberry.field(default=None, description=OF_CHANNEL)


@strawberry.input(description="Which changes of status are pushed; all conditions that are given must hold.")
class StatusChangeFilter:
    """Conditions on changes of status."""

    order_id: strawberry.ID | None = strawberry.field(default=None, description=OF_ORDER)
    channel: list[str] | None = strawberry.field(default=None, description=OF_CHANNEL)
    kind: list[StatusKind] | None = strawberry.field(default=None, description="Of one of these.")
    to: list[StatusName] | None = strawberry.field(default=None, description="To one of these.")


@strawberry.input(description="Which news of parcels are pushed; all conditions that are given must hold.")
class TrackingChangeFilter:
    """Conditions on news of parcels."""

    order_id: strawberry.ID | None = strawberry.field(default=None, description=OF_ORDER)
    channel: list[str] | None = strawberry.field(default=None, description=OF_CHANNEL)
