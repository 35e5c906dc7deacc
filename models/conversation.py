"""What people and checks say about an order: issues and comments."""

from __future__ import annotations

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from domain.events import ActorKind, Audience
from domain.issues import IssueCode
from models.columns import listed
from models.companies import Company
from models.orders import Order


class OrderIssue(Model):
    """Something that stops or endangers an order."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="issues", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    line_id = fields.BigIntField(null=True)
    fulfiller_id = fields.BigIntField(null=True)
    """The fulfiller it concerns and who may see it beside retailer and platform."""
    code = listed(IssueCode)
    blocking = fields.BooleanField()
    path = fields.CharField(max_length=200)
    message = fields.CharField(max_length=500)
    raw_message = fields.TextField(null=True)
    group = fields.CharField(max_length=64, null=True)
    raised_at = fields.DatetimeField()
    raised_by = fields.CharField(max_length=200)
    resolved_at = fields.DatetimeField(null=True)
    resolved_by = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "order_issues"
        indexes = (
            Index(fields=("order_id", "id"), name="ix_issues_order"),
            Index(fields=("resolved_at", "code", "id"), name="ix_issues_open"),
        )


class Comment(Model):
    """Free text about an order. `audience` and `fulfiller_id` say who may read it."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="comments", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    body = fields.TextField()
    shared = fields.BooleanField()
    audience = listed(Audience)
    fulfiller_id = fields.BigIntField(null=True)
    author_kind = listed(ActorKind)
    author_id = fields.BigIntField(null=True)
    author_company_id = fields.BigIntField(null=True)
    author_name = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()

    class Meta:
        table = "comments"
        indexes = (Index(fields=("order_id", "id"), name="ix_comments_order"),)


class CommentReading(Model):
    """How far a company has read an order's comments."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="comment_readings", on_delete=OnDelete.RESTRICT
    )
    order_id: int
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="comment_readings", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    read_up_to = fields.BigIntField()

    class Meta:
        table = "comment_readings"
        unique_together = (("order_id", "company_id"),)
