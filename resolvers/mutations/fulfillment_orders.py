"""Fulfilment orders."""

from __future__ import annotations

import models
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.fulfillment_orders import FulfillmentOrderProgressInput
from gql.inputs.keys import key
from gql.payloads.answers import Answer
from operations import fulfillment
from resolvers.mutations.answering import answer


async def progress(info: Info, input: Input[FulfillmentOrderProgressInput]) -> Answer:
    command = fulfillment.ProgressFulfillment(
        key(models.FulfillmentOrder, input.fulfillment_order_id), input.status
    )
    return await answer(info, fulfillment.progress, command, models.FulfillmentOrder)
