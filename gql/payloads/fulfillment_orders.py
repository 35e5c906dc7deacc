"""Payloads of what is done with fulfilment orders."""

from __future__ import annotations

import strawberry

import models
from gql.payloads.answers import MutationPayload, touched
from gql.payloads.orders import order_touched
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.orders import Order


@strawberry.type(description="Answer of `fulfillmentOrderProgress`.")
class FulfillmentOrderProgressPayload(MutationPayload):
    """The fulfilment order and its order."""

    fulfillment_order: FulfillmentOrder | None = touched(
        models.FulfillmentOrder, about="The fulfilment order as it is now; null when it was refused."
    )
    order: Order | None = order_touched((models.FulfillmentOrder, "order_id"))
