"""Payments of an order and the commands given to gateways."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from domain.payments import OperationStatus, PaymentEvent, PaymentStatus, Sums
from models.columns import listed
from models.formulas import FormulaIndex
from models.orders import Order


class Payment(Model):
    """One means of payment of an order, sums in minor units of the order's currency. Never card data."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="payments", on_delete=OnDelete.RESTRICT, db_index=True
    )
    order_id: int
    place = fields.IntField(default=1)
    """Captures go through an order's payments in this order."""
    method = fields.CharField(max_length=64)
    gateway = fields.CharField(max_length=64)
    reference = fields.CharField(max_length=100, null=True)
    status = listed(PaymentStatus)
    authorised_minor = fields.BigIntField(default=0)
    captured_minor = fields.BigIntField(default=0)
    refunded_minor = fields.BigIntField(default=0)
    created_at = fields.DatetimeField()

    @property
    def sums(self) -> Sums:
        """The amounts as the rules know them."""
        return Sums(self.authorised_minor, self.captured_minor, self.refunded_minor)

    class Meta:
        table = "payments"
        indexes = (FormulaIndex(fields=("folded:method", "order_id"), name="ix_payments_method"),)


class PaymentOperation(Model):
    """One command to a gateway and its answer."""

    id = fields.BigIntField(primary_key=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "models.Payment", related_name="operations", on_delete=OnDelete.RESTRICT, db_index=True
    )
    payment_id: int
    event = listed(PaymentEvent)
    requested_minor = fields.BigIntField()
    amount_minor = fields.BigIntField()
    status = listed(OperationStatus)
    response: dict[str, Any] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "payment_operations"
