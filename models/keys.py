"""Idempotency keys of mutations, and what was answered the first time."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class IdempotencyKey(Model):
    """One call of a mutation, written in the transaction of what it did."""

    id = fields.BigIntField(primary_key=True)
    company_id = fields.BigIntField()
    """The caller's; 0: the system's own. No foreign key: keys are gone in two days."""
    key = fields.CharField(max_length=200)
    mutation = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64)
    """SHA-256 of input, guard and of what the caller may see, in hexadecimal."""
    answer = fields.TextField(null=True)
    """JSON; null only inside the transaction that is finding it. Text, because messages may quote any input."""
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_keys"
        unique_together = (("company_id", "key"),)
        indexes = (Index(fields=("created_at",), name="ix_idempotency_created"),)
