"""From a verified token, or a key, to the viewer it speaks for."""

from __future__ import annotations

from datetime import UTC, datetime

from tortoise.expressions import Q

import models
from domain.access import Scope, Viewer, granted
from domain.api_keys import opens, prefix_of
from server.tokens import Claims


async def authenticate(claims: Claims) -> Viewer | None:
    """The user or API client as it stands now, in one query; None when absent, inactive or revoked."""
    subject = claims.subject
    if subject.kind == "user":
        user = await models.User.get_or_none(id=subject.id, active=True).select_related("company", "role")
        return _viewer(user, claims.expires_at, user_id=user.id) if user else None
    clients = models.ApiClient.get_or_none(id=subject.id, revoked_at__isnull=True)
    client = await clients.select_related("company", "role")
    return _viewer(client, claims.expires_at, api_client_id=client.id) if client else None


async def key_holder(text: str) -> Viewer | None:
    """The API client whose key it is, as it stands now, in one query; None whatever is wrong with the key.

    A wrong, an ended and an unknown key take the same steps.
    """
    prefix = prefix_of(text)
    if prefix is None:
        return None
    found = models.ApiClient.filter(Q(key_prefix=prefix) | Q(previous_prefix=prefix))
    client = await found.select_related("company", "role").first()
    is_current = client is not None and client.key_prefix == prefix
    hashes = (None, None) if client is None else (client.previous_hash, client.key_hash)
    if not opens(text, hashes[is_current]) or client is None or client.revoked_at is not None:
        return None
    until = None if is_current else client.previous_until
    if not is_current and (until is None or until <= datetime.now(UTC)):
        return None
    return _viewer(client, until, api_client_id=client.id)


def _viewer(
    who: models.User | models.ApiClient,
    expires_at: datetime | None,
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
        role_id=who.role.id,
        role_version=who.role.version,
        version=who.version,
    )


def scope_of(company: models.Company, role: models.Role) -> Scope:
    """What a role of a company may see."""
    channels = None if role.channel_ids is None else frozenset(role.channel_ids)
    return Scope(company.id, company.kind, granted(role.permissions), channels)
