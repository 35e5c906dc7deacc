"""Payloads of what is done with roles, people and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import strawberry

import models
from gql.fields import plain
from gql.payloads.answers import NOT_STORED, Answer, MutationPayload, touched
from gql.types.api_clients import ApiClient
from gql.types.roles import Role
from gql.types.users import User


@dataclass(frozen=True, slots=True)
class KeyAnswer(Answer):
    """With a key made just now; `repr` does not tell it."""

    key: str | None = field(default=None, repr=False, metadata=NOT_STORED)


def _api_client() -> Any:
    return touched(models.ApiClient, about="The API client as it is now; null when it was refused.")


@strawberry.type(description="Answer of `roleSave`.")
class RoleSavePayload(MutationPayload):
    """The role."""

    role: Role | None = touched(models.Role, about="The role as it is now; null when it was refused.")


@strawberry.type(description="Answer of `userSave`.")
class UserSavePayload(MutationPayload):
    """The user."""

    user: User | None = touched(models.User, about="The user as it is now; null when it was refused.")


@strawberry.type(description="Answer of `apiClientSave`.")
class ApiClientSavePayload(MutationPayload):
    """Made of `KeyAnswer`."""

    api_client: ApiClient | None = _api_client()
    key: str | None = plain(
        about="The key of a new API client. It is shown here, now, and never again: keep it where secrets are "
        "kept. Null when a client was changed, and when the same call is repeated with its idempotency key."
    )


@strawberry.type(description="Answer of `apiClientRotate`.")
class ApiClientRotatePayload(MutationPayload):
    """Made of `KeyAnswer`."""

    api_client: ApiClient | None = _api_client()
    key: str | None = plain(
        about="The new key. It is shown here, now, and never again. Null when the same call is repeated with its "
        "idempotency key."
    )


@strawberry.type(description="Answer of `apiClientRevoke`.")
class ApiClientRevokePayload(MutationPayload):
    """The API client."""

    api_client: ApiClient | None = _api_client()
