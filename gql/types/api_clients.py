"""Programs that act for companies."""

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


@strawberry.type(
    description="A program that acts for a company with an API key. The key itself is shown once, by the mutation "
    "that makes it, and stored nowhere. Only for viewers with `roles.manage`."
)
class ApiClient(Node):
    """An API client."""

    is_type_of = row_of(models.ApiClient)

    id: strawberry.ID = global_id("ApiClient")
    company: Company = relation_one(models.Company, local="company_id", about="Whom the program acts for.")
    role: Role = relation_one(models.Role, local="role_id", about="What the program may do.")
    name: str = column(about="What the program is called.")
    key_prefix: str | None = column(about="How its key begins, to tell keys apart; null: it never had one.")
    previous_key_prefix: str | None = column("previous_prefix", about="How the key before that begins, if any.")
    previous_key_until: datetime | None = column(
        "previous_until", about="When the key before that ended, or ends."
    )
    last_used_at: datetime | None = column(
        about="When a key of it was last used, to within a minute or so; null: never."
    )
    revoked_at: datetime | None = column(about="When it was revoked, for good; null: it may sign in.")
    created_at: datetime = column(about="When it was made.")
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "api_client", about="Everything that was changed about it, oldest first."
    )
