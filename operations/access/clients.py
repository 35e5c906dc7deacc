"""Programs that act for a company, and their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from domain.access import Viewer
from domain.api_keys import NewKey, new_key
from domain.left_out import LEFT_OUT, Left
from domain.refusals import Blocker, BlockerCode, InvalidInput, Reason, Refused, not_allowed, refuse_if
from domain.roles import beyond
from domain.texts import text_reasons
from models import ApiClient, Role
from operations.access.unit import AccessUnit, access_of, grant_of, new_access, stays
from operations.journal import apply
from operations.retrying import retried
from operations.world import World

LONGEST_NAME: Final = 200
LONGEST_OVERLAP: Final = 7 * 24 * 60
"""Minutes."""
ID, NAME, ROLE = ("input", "id"), ("input", "name"), ("input", "roleId")
CLIENT, OVERLAP = ("input", "apiClientId"), ("input", "overlapMinutes")


@dataclass(frozen=True, slots=True)
class SaveClient:
    """Make an API client, or change what is given of one."""

    client_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    company: str | Left = LEFT_OUT
    """By code; only the platform chooses."""
    name: str | Left = LEFT_OUT
    role_id: int | Left | None = LEFT_OUT


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Give an API client a new key; the old one goes on for some minutes, or ends at once."""

    client_id: int | None
    overlap_minutes: int = 0


@dataclass(frozen=True, slots=True)
class RevokeClient:
    """End an API client for good."""

    client_id: int | None


@dataclass(frozen=True, slots=True)
class Keyed:
    """An API client by its row key, and its key when it has just been made."""

    client_id: int
    key: NewKey | None = None


@retried
async def save(world: World, viewer: Viewer, command: SaveClient) -> Keyed:
    """Makes or changes an API client. Only a new one answers with a key, which is stored nowhere.

    Nobody touches a client that may do more than they do: its key would let them.
    """
    against = tuple(_wrong(command))
    if command.client_id is LEFT_OUT:
        async with new_access(world, viewer, command.company, (*against, *_missing(command))) as unit:
            return await _create(unit, command)
    async with access_of(world, viewer, ApiClient, command.client_id, *ID, against=against) as (unit, client):
        return await _change(unit, client, command)


@retried
async def rotate(world: World, viewer: Viewer, command: RotateKey) -> Keyed:
    """Gives an API client a new key. Connections of the old one end; during the overlap they may come back."""
    against = tuple(_too_long(command))
    async with access_of(world, viewer, ApiClient, command.client_id, *CLIENT, against=against) as (unit, client):
        refuse_if((*unit.against, *await _out_of_reach(unit, client, CLIENT), *_ended(client, CLIENT)))
        client.previous_prefix, client.previous_hash = client.key_prefix, client.key_hash
        client.previous_until = world.clock() + timedelta(minutes=command.overlap_minutes)
        key = new_key()
        client.key_prefix, client.key_hash = key.prefix, key.hash
        data = {"changes": {"keyPrefix": [client.previous_prefix, key.prefix]}, "overlap": command.overlap_minutes}
        unit.record(client, "rotated", f"{client.name} has a new key", data, scope=True)
        await client.save(update_fields=[*_KEYS, "version"])
        return Keyed(int(client.id), key)


@retried
async def revoke(world: World, viewer: Viewer, command: RevokeClient) -> int:
    """Ends an API client: no key of it opens anything any more. Answers its key. Again, it changes nothing."""
    async with access_of(world, viewer, ApiClient, command.client_id, *CLIENT) as (unit, client):
        refuse_if((*unit.against, *await _out_of_reach(unit, client, CLIENT)))
        if client.revoked_at is None:
            client.revoked_at = world.clock()
            unit.record(client, "revoked", f"{client.name} was revoked", {}, scope=True)
            await client.save(update_fields=["revoked_at", "version"])
        return int(client.id)


_KEYS: Final = ("key_prefix", "key_hash", "previous_prefix", "previous_hash", "previous_until")


async def _create(unit: AccessUnit, command: SaveClient) -> Keyed:
    if command.role_id is LEFT_OUT:
        raise Refused(*unit.against)  # which say so
    role = await unit.role(command.role_id, *ROLE)
    refuse_if((*unit.against, *beyond(unit.viewer.scope, grant_of(role), ROLE, ROLE)))
    key = new_key()
    client = await ApiClient.create(
        company_id=unit.company.id, **_values(command, role), key_prefix=key.prefix, key_hash=key.hash
    )
    data = {"changes": {"role": [None, role.code], "keyPrefix": [None, key.prefix]}}
    unit.record(client, "created", f"{client.name} may act as {role.code}", data)
    await client.save(update_fields=["version"])
    return Keyed(int(client.id), key)


async def _change(unit: AccessUnit, client: ApiClient, command: SaveClient) -> Keyed:
    before = await Role.get(id=client.role_id)
    role = before if command.role_id is LEFT_OUT else await unit.role(command.role_id, *ROLE)
    reasons = [*unit.against, *stays(client, unit.company, command.company), *_ended(client, ID)]
    reasons += await _out_of_reach(unit, client, ID)
    if role.id != before.id:
        reasons += beyond(unit.viewer.scope, grant_of(role), ROLE, ROLE)
    refuse_if(reasons)
    values = _values(command, role)
    if changes := apply(client, values):
        moved = changes.pop("role_id", None)
        shown = {**changes, "role": [before.code, role.code]} if moved else changes
        unit.record(client, "changed", f"{client.name} was changed", {"changes": shown}, scope=bool(moved))
        await client.save(update_fields=[*values, "version"])
    return Keyed(int(client.id))


async def _out_of_reach(unit: AccessUnit, client: ApiClient, path: tuple[str, ...]) -> list[Reason]:
    return list(beyond(unit.viewer.scope, grant_of(await Role.get(id=client.role_id)), path, path))


def _ended(client: ApiClient, path: tuple[str, ...]) -> list[Reason]:
    if client.revoked_at is None:
        return []
    return [not_allowed([Blocker(BlockerCode.KEY_REVOKED, BlockerCode.KEY_REVOKED.meaning)], path)]


def _values(command: SaveClient, role: Role) -> dict[str, Any]:
    named = {} if command.name is LEFT_OUT else {"name": command.name.strip()}
    return {**named, "role_id": role.id}


def _wrong(command: SaveClient) -> Iterator[Reason]:
    if command.name is not LEFT_OUT:
        yield from text_reasons(command.name, LONGEST_NAME, *NAME, least=1, noun="A name")


def _too_long(command: RotateKey) -> Iterator[Reason]:
    if not 0 <= command.overlap_minutes <= LONGEST_OVERLAP:
        message = f"The old key may go on for 0 to {LONGEST_OVERLAP} minutes."
        yield InvalidInput(message=message, path=OVERLAP)


def _missing(command: SaveClient) -> Iterator[Reason]:
    for path, value in ((NAME, command.name), (ROLE, command.role_id)):
        if value is LEFT_OUT:
            yield InvalidInput(message=f"A new API client needs `{path[-1]}`.", path=path)
