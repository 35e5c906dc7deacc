"""What fulfilment orders and parcels are narrowed by. All conditions that are given must hold."""

from __future__ import annotations

import strawberry

from domain.fulfillment import FulfillmentStatus
from domain.shipments import ShipmentStatus

OF_ORDER = "Of this order, by global id."
OF_CARRIER = "With one of these carriers, by code; at most 100."


@strawberry.input(description="Which fulfilment orders; all conditions that are given must hold.")
class FulfillmentOrderFilter:
    """Conditions on fulfilment orders."""

    status: list[FulfillmentStatus] | None = strawberry.field(
        default=None, description="In one of these statuses."
    )
    order_id: strawberry.ID | None = strawberry.field(default=None, description=OF_ORDER)
    source: list[str] | None = strawberry.field(
        default=None, description="From one of these sources, by code; at most 100."
    )
    carrier: list[str] | None = strawberry.field(default=None, description=OF_CARRIER)


@strawberry.input(description="Which parcels; all conditions that are given must hold.")
class ShipmentFilter:
    """Conditions on parcels."""

    tracking_number: str | None = strawberry.field(
        default=None, description="With exactly this tracking number; parcels that were deleted come too."
    )
    status: list[ShipmentStatus] | None = strawberry.field(default=None, description="In one of these statuses.")
    carrier: list[str] | None = strawberry.field(default=None, description=OF_CARRIER)
    order_id: strawberry.ID | None = strawberry.field(default=None, description=OF_ORDER)
