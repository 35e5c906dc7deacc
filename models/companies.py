"""Companies, how they are connected, and the people and programs that act for them."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.indexes import Index
from tortoise.models import Model

from domain.access import CompanyKind
from domain.catalog import ConnectionStatus
from models.columns import listed


class Company(Model):
    """A retailer, a fulfiller or the platform."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=200)
    kind = listed(CompanyKind)
    email = fields.CharField(max_length=254, null=True)
    produces = fields.BooleanField(default=False)
    """Whether it makes goods: then its fulfilment orders go through production."""
    version = fields.IntField(default=0, db_default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "companies"


class Connection(Model):
    """A retailer-fulfiller link. Lines of the retailer go only to fulfillers with an ACTIVE one."""

    id = fields.BigIntField(primary_key=True)
    retailer: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="fulfillers", on_delete=OnDelete.RESTRICT
    )
    retailer_id: int
    fulfiller: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="retailers", on_delete=OnDelete.RESTRICT, db_index=True
    )
    fulfiller_id: int
    status = listed(ConnectionStatus)
    replacement_policy = fields.TextField(default="")
    shares_customer_email = fields.BooleanField(default=False)
    suspended_by_id = fields.BigIntField(null=True)
    """Key of the company that suspended it: nobody else but the platform resumes it."""
    version = fields.IntField(default=0, db_default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "connections"
        unique_together = (("retailer_id", "fulfiller_id"),)


class ErrorRule(Model):
    """A standard error rule of a connection: the first whose pattern matches names group and message."""

    id = fields.BigIntField(primary_key=True)
    connection: fields.ForeignKeyRelation[Connection] = fields.ForeignKeyField(
        "models.Connection", related_name="error_rules", on_delete=OnDelete.RESTRICT
    )
    connection_id: int
    place = fields.IntField()
    pattern = fields.CharField(max_length=500)
    is_regex = fields.BooleanField(default=False)
    catches_all = fields.BooleanField(default=False)
    group = fields.CharField(max_length=64)
    message = fields.CharField(max_length=500)

    class Meta:
        table = "error_rules"
        unique_together = (("connection_id", "place"),)


class Role(Model):
    """A named set of permissions of one company, limited to sales channels or not."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="roles", on_delete=OnDelete.RESTRICT
    )
    company_id: int
    code = fields.CharField(max_length=64)
    name = fields.CharField(max_length=200)
    permissions: list[str] = fields.JSONField()
    channel_ids: list[int] | None = fields.JSONField(null=True)
    """Row keys of the channels it is limited to; None: all."""
    version = fields.IntField(default=0)

    class Meta:
        table = "roles"
        unique_together = (("company_id", "code"),)


class User(Model):
    """A person."""

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="users", on_delete=OnDelete.RESTRICT, db_index=True
    )
    company_id: int
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField(
        "models.Role", related_name="users", on_delete=OnDelete.RESTRICT
    )
    role_id: int
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254, unique=True)
    active = fields.BooleanField(default=True)
    version = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "users"


class ApiClient(Model):
    """A program with a key. The key itself is shown once and stored as a hash.

    After a change of keys the previous one may go on for a while.
    """

    id = fields.BigIntField(primary_key=True)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "models.Company", related_name="api_clients", on_delete=OnDelete.RESTRICT, db_index=True
    )
    company_id: int
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField(
        "models.Role", related_name="api_clients", on_delete=OnDelete.RESTRICT
    )
    role_id: int
    name = fields.CharField(max_length=200)
    key_prefix = fields.CharField(max_length=16, unique=True, null=True)
    key_hash = fields.CharField(max_length=128, null=True)
    previous_prefix = fields.CharField(max_length=16, null=True)
    previous_hash = fields.CharField(max_length=128, null=True)
    previous_until = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "api_clients"
        indexes = (Index(fields=("previous_prefix",), name="ix_client_previous"),)


class Counter(Model):
    """A series of numbers, taken in blocks so that writers do not queue for it. Gaps are possible."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.BigIntField()

    class Meta:
        table = "counters"


class Installation(Model):
    """Facts about this database: one row per name."""

    name = fields.CharField(max_length=64, primary_key=True)
    value: Any = fields.JSONField()

    class Meta:
        table = "installation"
