"""People who act for companies."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from gql.connections import Connection
from gql.fields import column, relation_one, row_of
from gql.histories import history
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id
from gql.types.roles import Role


@strawberry.type(description="A person who acts for a company. Only for viewers with `roles.manage`.")
class User(Node):
    """A user."""

    is_type_of = row_of(models.User)

    id: strawberry.ID = global_id("User")
    company: Company = relation_one(models.Company, local="company_id", about="Whom the person acts for.")
    role: Role = relation_one(models.Role, local="role_id", about="What the person may do.")
    name: str = column(about="The person's name.")
    email: str = column(about="E-mail address, unique in the whole installation.")
    active: bool = column(about="Whether the person may sign in.")
    created_at: datetime = column(about="When the user was made.")
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history("user", about="Everything that was changed about it, oldest first.")
