"""The grid as somebody likes to see it."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from models.companies import ApiClient, Company, User


class SavedView(Model):
    """Filter, sort, columns and page size under a name [S2]. Belongs to one person or one program."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="saved_views", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="saved_views", null=True, on_delete=OnDelete.RESTRICT
    )
    user_id: int | None
    api_client: fields.ForeignKeyNullableRelation[ApiClient] = fields.ForeignKeyField(
        "models.ApiClient", related_name="saved_views", null=True, on_delete=OnDelete.RESTRICT
    )
    api_client_id: int | None
    name = fields.CharField(max_length=100)
    conditions: dict[str, Any] = fields.JSONField()
    """An `OrderFilter` as the API takes it."""
    sort_field = fields.CharField(max_length=40)
    sort_direction = fields.CharField(max_length=4)
    columns: list[str] = fields.JSONField()
    """What the client calls them."""
    page_size = fields.IntField()
    version = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "saved_views"
        unique_together = (("user_id", "name"), ("api_client_id", "name"))
