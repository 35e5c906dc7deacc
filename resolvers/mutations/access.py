"""Roles, people and programs."""

from __future__ import annotations

import models
from domain.left_out import LEFT_OUT
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.api_clients import ApiClientRevokeInput, ApiClientRotateInput, ApiClientSaveInput
from gql.inputs.keys import key
from gql.inputs.maybe import given
from gql.inputs.roles import RoleSaveInput
from gql.inputs.users import UserSaveInput
from gql.payloads.access import KeyAnswer
from gql.payloads.answers import Answer
from operations.access import clients, roles, users
from resolvers.mutations.answering import answer, perform


async def save_role(info: Info, input: Input[RoleSaveInput]) -> Answer:
    permissions, channels = given(input.permissions), given(input.channels)
    command = roles.SaveRole(
        role_id=key(models.Role, input.id.value) if input.id else LEFT_OUT,
        company=given(input.company),
        code=given(input.code),
        name=given(input.name),
        permissions=tuple(permissions) if isinstance(permissions, list) else permissions,
        channels=tuple(channels) if isinstance(channels, list) else channels,
    )
    return await answer(info, roles.save, command, models.Role)


async def save_user(info: Info, input: Input[UserSaveInput]) -> Answer:
    command = users.SaveUser(
        user_id=key(models.User, input.id.value) if input.id else LEFT_OUT,
        company=given(input.company),
        name=given(input.name),
        email=given(input.email),
        role_id=key(models.Role, input.role_id.value) if input.role_id else LEFT_OUT,
        active=given(input.active),
    )
    return await answer(info, users.save, command, models.User)


async def save_client(info: Info, input: Input[ApiClientSaveInput]) -> KeyAnswer:
    command = clients.SaveClient(
        client_id=key(models.ApiClient, input.id.value) if input.id else LEFT_OUT,
        company=given(input.company),
        name=given(input.name),
        role_id=key(models.Role, input.role_id.value) if input.role_id else LEFT_OUT,
    )
    return await perform(info, clients.save, command, _keyed)


async def rotate_client(info: Info, input: Input[ApiClientRotateInput]) -> KeyAnswer:
    command = clients.RotateKey(key(models.ApiClient, input.api_client_id), input.overlap_minutes)
    return await perform(info, clients.rotate, command, _keyed)


async def revoke_client(info: Info, input: Input[ApiClientRevokeInput]) -> Answer:
    command = clients.RevokeClient(key(models.ApiClient, input.api_client_id))
    return await answer(info, clients.revoke, command, models.ApiClient)


def _keyed(done: clients.Keyed) -> KeyAnswer:
    return KeyAnswer(touched={models.ApiClient: (done.client_id,)}, key=done.key.text if done.key else None)
