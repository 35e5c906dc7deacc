"""From a verified token to the viewer it speaks for."""

from __future__ import annotations

from datetime import datetime

import models
from domain.access import Permission, Scope, Viewer
from server.tokens import Claims

_KNOWN = {permission.value: permission for permission in Permission}


async def authenticate(claims: Claims) -> Viewer | None:
    """The user or API client as it stands now, in one query; None when absent, inactive or revoked."""
    subject = claims.subject
    if subject.kind == "user":
        user = await models.User.get_or_none(id=subject.id, active=True).select_related("company", "role")
        return _viewer(user, claims.expires_at, user_id=user.id) if user else None
    clients = models.ApiClient.get_or_none(id=subject.id, revoked_at__isnull=True)
    client = await clients.select_related("company", "role")
    return _viewer(client, claims.expires_at, api_client_id=client.id) if client else None


def _viewer(
    who: models.User | models.ApiClient,
    expires_at: datetime,
    user_id: int | None = None,
    api_client_id: int | None = None,
) -> Viewer:
    return Viewer(
        name=who.name,
        scope=scope_of(who.company, who.role),
        user_id=user_id,
        api_client_id=api_client_id,
        role=who.role.name,
        expires_at=expires_at,
    )


def scope_of(company: models.Company, role: models.Role) -> Scope:
    """What a role of a company may see. Permissions this version does not know count for nothing."""
    granted = frozenset(_KNOWN[text] for text in role.permissions if text in _KNOWN)
    channels = None if role.channel_ids is None else frozenset(role.channel_ids)
    return Scope(company.id, company.kind, granted, channels)
