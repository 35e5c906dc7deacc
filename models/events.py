"""The append-only log: history, audit trail, outbox and subscription feed in one table."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.events import ActorKind, Audience, EventKind
from models.columns import listed


class OrderEvent(Model):
    """One thing that happened. Written in the transaction that made it happen, and never changed,
    but for its position (given once, after commit) and the erasing of personal data.

    No foreign keys: the log outlives what it tells of.
    """

    id = fields.BigIntField(primary_key=True)
    position = fields.BigIntField(null=True, unique=True)
    """Dense place in the feed; null until sequenced."""
    event_id = fields.UUIDField(unique=True)
    kind = listed(EventKind)
    type = fields.CharField(max_length=64)
    audience = listed(Audience)
    aggregate = fields.CharField(max_length=32)
    """"order", or the kind of thing that owns the change: "channel", "variant" ..."""
    aggregate_id = fields.BigIntField()
    order_id = fields.BigIntField(null=True)
    order_version = fields.IntField()
    """Version of the aggregate after it: dense 1, 2, 3 ..."""
    channel_id = fields.BigIntField(null=True)
    retailer_id = fields.BigIntField(null=True)
    fulfiller_id = fields.BigIntField(null=True)
    """The one fulfiller it concerns; `audience` says whether it may read it."""
    line_id = fields.BigIntField(null=True)
    fulfillment_order_id = fields.BigIntField(null=True)
    shipment_id = fields.BigIntField(null=True)
    actor_kind = listed(ActorKind)
    actor_id = fields.BigIntField(null=True)
    actor_company_id = fields.BigIntField(null=True)
    actor_name = fields.CharField(max_length=200)
    summary = fields.CharField(max_length=500)
    request_id = fields.CharField(max_length=64, null=True)
    data: dict[str, Any] = fields.JSONField()
    occurred_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "order_event"
        unique_together = (("aggregate", "aggregate_id", "order_version"),)
        indexes = (
            Index(fields=("order_id", "order_version"), name="ix_event_order"),
            Index(fields=("line_id", "id"), name="ix_event_line"),
            Index(fields=("retailer_id", "id"), name="ix_event_retailer"),
            Index(fields=("fulfiller_id", "id"), name="ix_event_fulfiller"),
        )


class LogHead(Model):
    """The one row that says how far the feed is sequenced, and which feed it is."""

    id = fields.IntField(primary_key=True)
    position = fields.BigIntField()
    epoch = fields.CharField(max_length=32)
    """Changes when a database is restored: cursors of another epoch are not ours."""

    class Meta:
        table = "log_head"
