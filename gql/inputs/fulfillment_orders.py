"""What is done with fulfilment orders."""

from __future__ import annotations

import strawberry

from domain.fulfillment import FulfillmentStatus
from gql.fields import plain


@strawberry.input(description="One step of a fulfilment order.")
class FulfillmentOrderProgressInput:
    """Input of `fulfillmentOrderProgress`."""

    fulfillment_order_id: strawberry.ID = plain(about="Global id of the fulfilment order.")
    status: FulfillmentStatus = plain(
        about="The next status; never DISPATCHED, DELIVERED or CANCELLED, which follow from parcels and the like."
    )
