"""Orders."""

from __future__ import annotations

import models
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.keys import key
from gql.inputs.orders import (
    OrderCancelInput,
    OrderCloseInput,
    OrderCommentAddInput,
    OrderHoldInput,
    OrderProcessInput,
    OrderReleaseInput,
)
from gql.payloads.answers import Answer
from operations.orders import cancelling, closing, commenting, holding, processing
from resolvers.mutations.answering import answer


async def process(info: Info, input: Input[OrderProcessInput]) -> Answer:
    command = processing.ProcessOrder(key(models.Order, input.order_id), send_ready=input.send_ready)
    return await answer(info, processing.process, command, models.Order)


async def hold(info: Info, input: Input[OrderHoldInput]) -> Answer:
    command = holding.HoldOrder(key(models.Order, input.order_id), input.reason, input.note)
    return await answer(info, holding.hold, command, models.Order)


async def release(info: Info, input: Input[OrderReleaseInput]) -> Answer:
    command = holding.ReleaseOrder(key(models.Order, input.order_id))
    return await answer(info, holding.release, command, models.Order)


async def cancel(info: Info, input: Input[OrderCancelInput]) -> Answer:
    lines = None
    if input.lines is not None:
        lines = tuple(
            cancelling.CancelLine(key(models.OrderLine, line.line_id), line.quantity) for line in input.lines
        )
    command = cancelling.CancelOrder(key(models.Order, input.order_id), lines, input.reason)
    return await answer(info, cancelling.cancel, command, models.Order)


async def close(info: Info, input: Input[OrderCloseInput]) -> Answer:
    command = closing.CloseOrder(key(models.Order, input.order_id))
    return await answer(info, closing.close, command, models.Order)


async def add_comment(info: Info, input: Input[OrderCommentAddInput]) -> Answer:
    command = commenting.AddComment(key(models.Order, input.order_id), input.body, input.shared)
    return await answer(info, commenting.add_comment, command, models.Order, models.Comment)
