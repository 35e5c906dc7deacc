"""Payments of an order, and what they come to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from domain.payments import OperationStatus, PaymentEvent, PaymentStatus, snapshot
from gql.fields import Info, column, plain, relation_many, relation_one, row_of
from gql.scalars import JSON
from gql.types.money import Money, amount, amount_of, money
from gql.types.nodes import Node, global_id
from operations.money import owed
from reads.mapping import Relation
from reads.rules import payments

if TYPE_CHECKING:
    from gql.types.orders import Order

LINES = Relation(models.OrderLine, "order_id", "id", many=True, order=("number",))
PAYMENTS = Relation(models.Payment, "order_id", "id", many=True, order=("place", "id"), shown=payments)


@strawberry.type(description="A command given to a payment gateway, and its answer.")
class PaymentOperation(Node):
    """A command to a gateway."""

    is_type_of = row_of(models.PaymentOperation)

    id: strawberry.ID = global_id("PaymentOperation")
    payment: Annotated[Payment, strawberry.lazy("gql.types.payments")] = relation_one(
        models.Payment, local="payment_id", about="The payment it is about."
    )
    event: PaymentEvent = column(about="What was asked.")
    requested_amount: Money = amount(
        "requested_minor", currency="payment.order.currency", about="How much was asked for."
    )
    amount: Money = amount("amount_minor", currency="payment.order.currency", about="How much it was in the end.")
    status: OperationStatus = column(about="How far it is.")
    response: JSON = column(about="The gateway's answer.")
    created_at: datetime = column(about="When it was given.")
    updated_at: datetime = column(about="When it was last heard of.")


@strawberry.type(description="One means of payment of an order. It never holds card data.")
class Payment(Node):
    """A payment."""

    is_type_of = row_of(models.Payment)

    id: strawberry.ID = global_id("Payment")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it pays."
    )
    method: str = column(about="How it is paid, as the sales channel calls it.")
    gateway: str = column(about="The gateway that handles it.")
    reference: str | None = column(about="The gateway's own number of it.")
    status: PaymentStatus = column(about="How far it is.")
    authorised: Money = amount("authorised_minor", currency="order.currency", about="Reserved so far.")
    captured: Money = amount("captured_minor", currency="order.currency", about="Taken so far.")
    refunded: Money = amount("refunded_minor", currency="order.currency", about="Given back so far.")
    refundable: Money = amount_of(
        lambda captured, refunded: captured - refunded,
        ["captured_minor", "refunded_minor"],
        currency="order.currency",
        about="What can still be given back.",
    )
    created_at: datetime = column(about="When it was made.")
    operations: list[PaymentOperation] = relation_many(
        models.PaymentOperation, key="payment_id", about="Commands given to its gateway, oldest first."
    )


@strawberry.type(description="An order's money at a glance.")
class PaymentSnapshot:
    """Total, captured, due, refunded (S2)."""

    total: Money = plain(about="The order's grand total.")
    captured: Money = plain(about="Taken so far.")
    due: Money = plain(about="Owed for units not cancelled and shipping, and not taken yet; never below 0.")
    refunded: Money = plain(about="Given back so far.")


async def payment_snapshot(root: Any, info: Info) -> PaymentSnapshot | None:
    """Null for viewers who may not see payments."""
    if not payments(info.context.scope):
        return None
    loaders = info.context.loaders
    lines = await loaders.many(LINES).load(root.id)
    paid = await loaders.many(PAYMENTS).load(root.id)
    channel = await loaders.one(models.SalesChannel).load(root.channel_id)
    at_a_glance = snapshot(root.total_minor, owed(root, lines), [one.sums for one in paid], channel.capture_mode)
    shown = {
        name: money(getattr(at_a_glance, name), root.currency) for name in ("total", "captured", "due", "refunded")
    }
    return PaymentSnapshot(**shown)  # type: ignore[arg-type]  # amounts that are there are never None
