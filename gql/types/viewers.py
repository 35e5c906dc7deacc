"""Who is asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

import models
from domain.access import Permission
from domain.events import ActorKind
from gql.fields import Info, answers, plain
from gql.types.channels import SalesChannel
from gql.types.companies import Company
from models.visibility import visible

MOST_CHANNELS = 500


def _kind(root: Any) -> ActorKind:
    return ActorKind.USER if root.api_client_id is None else ActorKind.API_CLIENT


def _permissions(root: Any) -> list[Permission]:
    return [permission for permission in Permission if root.scope.may(permission)]


async def _company(root: Any, info: Info) -> models.Company:
    return await models.Company.get(id=root.scope.company_id)


async def channels(info: Info) -> list[models.SalesChannel]:
    """The sales channels in the viewer's scope, by code."""
    rows = await visible(models.SalesChannel, info.context.scope).order_by("code").limit(MOST_CHANNELS)
    info.context.loaders.remember(rows)
    return rows


@strawberry.type(description="The person or program behind the request.")
class Viewer:
    """Made of `domain.access.Viewer`."""

    kind: ActorKind = strawberry.field(resolver=_kind, description="A person or a program.")
    name: str = plain(about="The person's or program's own, as the history shows it.")
    role: str = plain(about="What the company calls the set of its permissions, such as `CS Agent`.")
    company: Company = strawberry.field(resolver=_company, description="Whom it acts for.")
    permissions: list[Permission] = strawberry.field(resolver=_permissions, description="What it may do.")
    channels: list[SalesChannel] = answers(
        channels, about="Sales channels it may see orders of, by code; at most 500."
    )
    expires_at: datetime | None = plain(about="When its token ends; null: it does not end by itself.")
