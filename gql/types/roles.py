"""Roles."""

from __future__ import annotations

from typing import Any

import strawberry

import models
from domain.access import BUILT_IN_ROLES, Permission, granted
from gql.connections import Connection
from gql.fields import Info, column, computed, relation_one, row_of, unplanned
from gql.histories import history
from gql.types.channels import SalesChannel
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id

_BUILT_IN = {(role.company_kind, role.code) for role in BUILT_IN_ROLES}


def permissions(texts: list[str]) -> list[Permission]:
    """In the order the enum lists them."""
    held = granted(texts)
    return [permission for permission in Permission if permission in held]


async def _channels(root: Any, info: Info) -> list[models.SalesChannel] | None:
    if root.channel_ids is None:
        return None
    rows = await info.context.loaders.one(models.SalesChannel).load_many(root.channel_ids)
    return sorted((row for row in rows if row is not None), key=lambda row: str(row.code))


@strawberry.type(description="A named set of permissions of one company. Only for viewers with `roles.manage`.")
class Role(Node):
    """A role."""

    is_type_of = row_of(models.Role)

    id: strawberry.ID = global_id("Role")
    company: Company = relation_one(models.Company, local="company_id", about="Whose role it is.")
    code: str = column(about="Short name, unique within the company; it never changes.")
    name: str = column(about="Full name.")
    permissions: list[Permission] = computed(permissions, needs=["permissions"], about="What it may do.")
    channels: list[SalesChannel] | None = unplanned(
        _channels,
        about="The sales channels it is limited to, as far as the viewer sees them, by code; at most 500. Null: "
        "every channel that the company has to do with.",
        reason="the keys are in a column of JSON",
    )
    built_in: bool = computed(
        lambda kind, code: (kind, code) in _BUILT_IN,
        needs=["company.kind", "code"],
        about="Whether every installation starts with it. It can be changed like any other.",
    )
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history("role", about="Everything that was changed about it, oldest first.")
