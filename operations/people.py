"""Somebody to act as, in a database that has roles but no people yet."""

from __future__ import annotations

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import Role, User
from operations.access.unit import change_of
from operations.journal import write_changes
from operations.system import system_viewer
from operations.world import World


async def first_person(world: World, role_code: str) -> User | None:
    """Makes the first user of the oldest company that has the role, named after it. None: no company has it.

    For whoever holds database and secret: nobody else can ask. Two programs may call it at once.
    """
    role = await Role.filter(code=role_code).order_by("company_id").select_related("company").first()
    if role is None:
        return None
    email = f"{role.code}@{role.company.code}.example"
    try:
        async with in_transaction():
            user = await _create(world, role, email)
    except IntegrityError:
        return await User.get_or_none(email=email, role_id=role.id, active=True)
    world.wake()
    return user


async def _create(world: World, role: Role, email: str) -> User:
    company = role.company
    user = await User.create(
        company_id=company.id, role_id=role.id, name=f"{role.name} of {company.name}"[:200], email=email, version=1
    )
    summary = f"{user.name} may act as {role.code}"
    data = {"changes": {"role": [None, role.code], "active": [None, True]}}
    made = change_of(company, "user", int(user.id), "user.created", summary, user.version, data)
    await write_changes(world, system_viewer(), [made])
    return user
