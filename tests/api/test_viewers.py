from __future__ import annotations

from datetime import UTC, datetime

import pytest

import models
from domain.access import CompanyKind, Permission
from server.tokens import Claims, Subject
from server.viewers import authenticate
from tests.api import rows

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def role(orm) -> models.Role:
    acme = await rows.company("acme", CompanyKind.RETAILER)
    permissions = ["orders.view", "pii.view", "of.a.later.version"]
    return await models.Role.create(
        company=acme, code="desk", name="Desk", permissions=permissions, channel_ids=[3]
    )


def claims(subject: Subject) -> Claims:
    return Claims(subject, NOW, NOW)


async def user(role: models.Role, **facts) -> models.User:
    return await models.User.create(company_id=role.company_id, role=role, name="Ada", email="a@b", **facts)


async def test_a_token_of_a_user_speaks_for_the_user_as_it_stands_now(role):
    ada = await user(role)

    viewer = await authenticate(claims(Subject.user(ada.id)))

    assert (viewer.name, viewer.user_id, viewer.api_client_id, viewer.role) == ("Ada", ada.id, None, "Desk")
    assert viewer.expires_at == NOW
    assert viewer.scope.company_kind is CompanyKind.RETAILER
    assert viewer.scope.permissions == {Permission.ORDERS_VIEW, Permission.PII_VIEW}
    assert viewer.scope.channel_ids == {3}


async def test_a_token_of_an_api_client_speaks_for_the_client(role):
    client = await models.ApiClient.create(company_id=role.company_id, role=role, name="Feed")

    viewer = await authenticate(claims(Subject.client(client.id)))

    assert (viewer.name, viewer.user_id, viewer.api_client_id) == ("Feed", None, client.id)


async def test_nobody_signs_in_who_is_absent_inactive_or_revoked(role):
    gone = await user(role, active=False)
    revoked = await models.ApiClient.create(company_id=role.company_id, role=role, name="Old", revoked_at=NOW)
    subjects = (Subject.user(gone.id), Subject.client(revoked.id), Subject.user(999), Subject.client(999))

    assert [await authenticate(claims(subject)) for subject in subjects] == [None] * 4


async def test_a_viewer_learns_who_it_is_and_what_it_may_do(api, role):
    ada = await authenticate(claims(Subject.user((await user(role)).id)))
    document = """{ viewer {
        kind name role permissions company { code kind } channels { code } expiresAt
    } channels { code } }"""

    answer = await api.ask(ada, document)

    assert answer["viewer"] == {
        "kind": "USER",
        "name": "Ada",
        "role": "Desk",
        "permissions": ["ORDERS_VIEW", "PII_VIEW"],
        "company": {"code": "acme", "kind": "RETAILER"},
        "channels": [],
        "expiresAt": "2026-05-01T00:00:00+00:00",
    }
