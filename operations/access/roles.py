"""Roles: named permissions of one company, limited to sales channels or not (S2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.access import Permission, Viewer
from domain.left_out import LEFT_OUT, Left
from domain.refusals import InvalidInput, Reason, refuse_if
from domain.roles import Grant, beyond, fitting, in_order, last_administrator
from domain.texts import fits, text_reasons
from models import Role, User
from operations.access.channels import MOST_CHANNELS, channel_codes, named_channels
from operations.access.unit import LONGEST_CODE, AccessUnit, access_of, grant_of, new_access, stays
from operations.journal import apply
from operations.retrying import retried
from operations.world import World

LONGEST_NAME: Final = 200
ID, CODE, NAME = ("input", "id"), ("input", "code"), ("input", "name")
PERMISSIONS, CHANNELS = ("input", "permissions"), ("input", "channels")
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SaveRole:
    """Make a role, or change what is given of one."""

    role_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    company: str | Left = LEFT_OUT
    """By code; only the platform chooses."""
    code: str | Left = LEFT_OUT
    name: str | Left = LEFT_OUT
    permissions: tuple[Permission, ...] | Left = LEFT_OUT
    channels: tuple[str, ...] | Left | None = LEFT_OUT
    """By code; None: every channel the company has to do with."""


@retried
async def save(world: World, viewer: Viewer, command: SaveRole) -> int:
    """Makes or changes a role. Answers its key.

    Nobody gives or takes what they do not have themselves, and somebody who manages a company's access always
    stays. What changes takes effect at once for everybody who has the role, on open connections too.
    """
    against = tuple(_wrong(command))
    if command.role_id is LEFT_OUT:
        async with new_access(world, viewer, command.company, (*against, *_missing(command))) as unit:
            return await _create(unit, command)
    async with access_of(world, viewer, Role, command.role_id, *ID, against=against) as (unit, role):
        return await _change(unit, role, command)


async def _create(unit: AccessUnit, command: SaveRole) -> int:
    named = None if command.channels is LEFT_OUT else command.channels
    channels, unknown = await named_channels(unit, named, *CHANNELS)
    permissions = () if command.permissions is LEFT_OUT else command.permissions
    grant = Grant(frozenset(permissions), channels)
    reasons = [*unit.against, *unknown, *fitting(unit.company.kind, permissions, *PERMISSIONS)]
    taken = fits(str(command.code), LONGEST_CODE) and await Role.exists(
        company_id=unit.company.id, code=command.code
    )
    if taken:
        message = "The company has a role with this code already; choose another code."
        reasons.append(InvalidInput(message=message, path=CODE))
    refuse_if((*reasons, *beyond(unit.viewer.scope, grant, PERMISSIONS, CHANNELS)))
    role = await Role.create(
        company_id=unit.company.id, code=command.code, name=_text(command.name), **_kept(grant)
    )
    changes = {"permissions": [None, role.permissions], "channels": [None, await channel_codes(role.channel_ids)]}
    unit.record(role, "created", f"Role {role.code} was made", {"changes": changes})
    await role.save(update_fields=["version"])
    return int(role.id)


async def _change(unit: AccessUnit, role: Role, command: SaveRole) -> int:
    before, scope = grant_of(role), unit.viewer.scope
    grant, reasons = before, [*unit.against, *stays(role, unit.company, command.company)]
    if command.channels is not LEFT_OUT:
        channels, unknown = await named_channels(unit, command.channels, *CHANNELS)
        grant, reasons = Grant(grant.permissions, channels), [*reasons, *unknown]
    if command.permissions is not LEFT_OUT:
        grant = Grant(frozenset(command.permissions), grant.channel_ids)
        reasons += fitting(unit.company.kind, command.permissions, *PERMISSIONS)
    if command.code not in (LEFT_OUT, role.code):
        message = f"A role keeps its code, which is {role.code}; leave it out, or make another role."
        reasons.append(InvalidInput(message=message, path=CODE))
    reasons += beyond(scope, before, ID, ID)
    if grant != before:
        reasons += beyond(scope, grant, PERMISSIONS, CHANNELS)
    if before.manages and not grant.manages and await _nobody_else_manages(unit, role):
        reasons.append(last_administrator(*PERMISSIONS))
    refuse_if(reasons)
    return await _write(unit, role, grant, role.name if command.name is LEFT_OUT else _text(command.name))


async def _write(unit: AccessUnit, role: Role, grant: Grant, name: str) -> int:
    values = {"name": name, **(_kept(grant) if grant != grant_of(role) else {})}
    if changes := apply(role, values):
        if pair := changes.pop("channel_ids", None):
            changes["channels"] = [await channel_codes(ids) for ids in pair]
        more = bool({"permissions", "channels"} & changes.keys())
        unit.record(role, "changed", f"Role {role.code} was changed", {"changes": changes}, scope=more)
        await role.save(update_fields=[*values, "version"])
    return int(role.id)


async def _nobody_else_manages(unit: AccessUnit, role: Role) -> bool:
    """A role that nobody has may lose anything."""
    has_people = await User.filter(role_id=role.id, active=True).exists()
    return has_people and not await unit.somebody_else_manages(but_role=role.id)


def _kept(grant: Grant) -> dict[str, Any]:
    channels = None if grant.channel_ids is None else sorted(grant.channel_ids)
    return {"permissions": in_order(grant.permissions), "channel_ids": channels}


def _text(name: str | Left) -> str:
    return "" if name is LEFT_OUT else name.strip()


def _wrong(command: SaveRole) -> Iterator[Reason]:
    if command.name is not LEFT_OUT:
        yield from text_reasons(command.name, LONGEST_NAME, *NAME, least=1, noun="A name")
    if command.role_id is LEFT_OUT and command.code is not LEFT_OUT and not _CODE.fullmatch(command.code):
        message = (
            "A code has 1 to 64 small letters, digits, dots, dashes and underscores, a letter or digit first."
        )
        yield InvalidInput(message=message, path=CODE)
    if isinstance(command.channels, tuple) and len(command.channels) > MOST_CHANNELS:
        message = f"A role is limited to at most {MOST_CHANNELS} channels; to allow every one, give null."
        yield InvalidInput(message=message, path=CHANNELS)


def _missing(command: SaveRole) -> Iterator[Reason]:
    for path, value in ((CODE, command.code), (NAME, command.name), (PERMISSIONS, command.permissions)):
        if value is LEFT_OUT:
            yield InvalidInput(message=f"A new role needs `{path[-1]}`.", path=path)
