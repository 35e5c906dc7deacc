"""People who act for a company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tortoise.exceptions import IntegrityError

from domain.access import Viewer
from domain.left_out import LEFT_OUT, Left
from domain.refusals import InvalidInput, Reason, Refused, refuse_if
from domain.roles import beyond, last_administrator
from domain.texts import text_reasons
from models import Role, User
from operations.access.unit import AccessUnit, access_of, grant_of, new_access, stays
from operations.journal import apply
from operations.retrying import retried
from operations.world import World

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
ID, NAME, EMAIL = ("input", "id"), ("input", "name"), ("input", "email")
ROLE, ACTIVE = ("input", "roleId"), ("input", "active")


@dataclass(frozen=True, slots=True)
class SaveUser:
    """Make a user, or change what is given of one."""

    user_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    company: str | Left = LEFT_OUT
    """By code; only the platform chooses."""
    name: str | Left = LEFT_OUT
    email: str | Left = LEFT_OUT
    role_id: int | Left | None = LEFT_OUT
    active: bool | Left = LEFT_OUT


async def save(world: World, viewer: Viewer, command: SaveUser) -> int:
    """Makes or changes a user. Answers its key.

    Nobody touches whoever may do more than they do, and somebody who manages a company's access always stays.
    Another role, or none that may sign in any more, takes effect at once, on open connections too.
    """
    try:
        return await _save(world, viewer, command)
    except IntegrityError:  # somebody was made with this address meanwhile, in another company
        raise Refused(_taken()) from None


@retried
async def _save(world: World, viewer: Viewer, command: SaveUser) -> int:
    against = tuple(_wrong(command))
    if command.user_id is LEFT_OUT:
        async with new_access(world, viewer, command.company, (*against, *_missing(command))) as unit:
            return await _create(unit, command)
    async with access_of(world, viewer, User, command.user_id, *ID, against=against) as (unit, user):
        return await _change(unit, user, command)


async def _create(unit: AccessUnit, command: SaveUser) -> int:
    if command.role_id is LEFT_OUT:
        raise Refused(*unit.against)  # which say so
    role = await unit.role(command.role_id, *ROLE)
    reasons = [*unit.against, *await _address_taken(command.email)]
    refuse_if((*reasons, *beyond(unit.viewer.scope, grant_of(role), ROLE, ROLE)))
    user = await User.create(company_id=unit.company.id, **_values(command, role), version=0)
    data = {"changes": {"role": [None, role.code], "active": [None, user.active]}}
    unit.record(user, "created", f"{user.name} may act as {role.code}", data)
    await user.save(update_fields=["version"])
    return int(user.id)


async def _change(unit: AccessUnit, user: User, command: SaveUser) -> int:
    before = await Role.get(id=user.role_id)
    role = before if command.role_id is LEFT_OUT else await unit.role(command.role_id, *ROLE)
    reasons = [*unit.against, *stays(user, unit.company, command.company)]
    reasons += await _address_taken(command.email, but=user.id)
    reasons += beyond(unit.viewer.scope, grant_of(before), ID, ID)
    if role.id != before.id:
        reasons += beyond(unit.viewer.scope, grant_of(role), ROLE, ROLE)
    active = user.active if command.active is LEFT_OUT else command.active
    manages = active and grant_of(role).manages
    managed = user.active and grant_of(before).manages
    if managed and not manages and not await unit.somebody_else_manages(but_user=user.id):
        reasons.append(last_administrator(*(ROLE if active else ACTIVE)))
    refuse_if(reasons)
    return await _write(unit, user, command, before, role)


async def _write(unit: AccessUnit, user: User, command: SaveUser, before: Role, role: Role) -> int:
    values = _values(command, role)
    if changes := apply(user, values):
        if "role_id" in changes:
            changes["role"] = [before.code, role.code]
        scope = bool({"role_id", "active"} & changes.keys())
        shown = {name: pair for name, pair in changes.items() if name not in ("role_id", "email")}
        summary = f"{user.name} was changed" + (", with a new e-mail address" if "email" in changes else "")
        unit.record(user, "changed", summary, {"changes": shown}, scope=scope)
        await user.save(update_fields=[*values, "version"])
    return int(user.id)


def _values(command: SaveUser, role: Role) -> dict[str, Any]:
    given = {"name": command.name, "email": command.email, "active": command.active}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not LEFT_OUT}
    if "name" in values:
        values["name"] = values["name"].strip()
    if "email" in values:
        values["email"] = _address(values["email"])
    return {**values, "role_id": role.id}


async def _address_taken(email: str | Left, but: int | None = None) -> list[Reason]:
    """Addresses are unique in the whole installation, upper and lower case alike."""
    if email is LEFT_OUT or "\0" in email:
        return []
    others = User.filter(email__iexact=_address(email))
    taken = await (others if but is None else others.exclude(id=but)).exists()
    return [_taken()] if taken else []


def _taken() -> Reason:
    return InvalidInput(message="Somebody has this e-mail address already; give another.", path=EMAIL)


def _address(email: str) -> str:
    return email.strip().lower()


def _wrong(command: SaveUser) -> Iterator[Reason]:
    if command.name is not LEFT_OUT:
        yield from text_reasons(command.name, LONGEST_NAME, *NAME, least=1, noun="A name")
    if command.email is LEFT_OUT:
        return
    found = tuple(text_reasons(command.email, LONGEST_EMAIL, *EMAIL, least=3, noun="An e-mail address"))
    yield from found
    local, at, domain = _address(command.email).rpartition("@")
    if not found and (not (local and at and domain) or any(sign.isspace() for sign in _address(command.email))):
        yield InvalidInput(message="This is no e-mail address; write it like ada@shop.example.", path=EMAIL)


def _missing(command: SaveUser) -> Iterator[Reason]:
    for path, value in ((NAME, command.name), (EMAIL, command.email), (ROLE, command.role_id)):
        if value is LEFT_OUT:
            yield InvalidInput(message=f"A new user needs `{path[-1]}`.", path=path)
