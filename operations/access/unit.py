"""The unit of work of a company's access: one transaction, with the company locked.

So two administrators who take the same thing from each other take turns, and one of them stays.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from tortoise.transactions import in_transaction

from domain.access import CompanyKind, Permission, Viewer, granted
from domain.access_changes import SCOPE_CHANGED
from domain.events import Audience
from domain.left_out import LEFT_OUT, Left
from domain.refusals import InvalidInput, Reason
from domain.roles import Grant
from domain.texts import fits
from models import ApiClient, Company, Role, User
from models.visibility import visible
from models.visible_row import visible_row
from operations.acting import expect_no_version, expect_version
from operations.journal import Change, write_changes
from operations.permissions import absent, require
from operations.world import World

Holder = TypeVar("Holder", Role, User, ApiClient)
NOUNS: Final[dict[type, str]] = {Role: "role", User: "user", ApiClient: "api_client"}
"""What the log calls them, which is the first half of their events' types."""
LONGEST_CODE: Final = 64
"""Characters, of companies and roles."""
_WORDS: Final[dict[type, str]] = {Role: "role", User: "user", ApiClient: "API client"}
_AUDIENCES: Final = {
    CompanyKind.PLATFORM: Audience.PLATFORM,
    CompanyKind.RETAILER: Audience.RETAILER,
    CompanyKind.FULFILLER: Audience.SHARED,  # its own people and the platform's
}


@dataclass(slots=True)
class AccessUnit:
    """A company under the lock."""

    world: World
    viewer: Viewer
    company: Company
    against: tuple[Reason, ...]
    """What stands against the call already; to be told with everything else."""
    changes: list[Change] = field(default_factory=list)

    async def role(self, key: int | None, *path: str) -> Role:
        """A role of the company. Raises Refused (not found)."""
        role = await Role.get_or_none(id=key, company_id=self.company.id) if key is not None else None
        if role is None:
            raise absent("role", *path, beside=self.against)
        return role

    async def somebody_else_manages(self, *, but_role: int | None = None, but_user: int | None = None) -> bool:
        """Whether an active user has roles.manage: by another role than this one, and not this user."""
        roles = await Role.filter(company_id=self.company.id)
        managing = [role.id for role in roles if role.id != but_role and grant_of(role).manages]
        users = User.filter(company_id=self.company.id, active=True, role_id__in=managing)
        return await (users if but_user is None else users.exclude(id=but_user)).exists()

    def record(
        self,
        row: Role | User | ApiClient,
        done: str,
        summary: str,
        data: Mapping[str, Any],
        *,
        scope: bool = False,
    ) -> None:
        """Counts the row's version on and drafts its event. `scope`: somebody may see or do something else now."""
        row.version += 1
        noun = NOUNS[type(row)]
        marked = {**data, SCOPE_CHANGED: True} if scope else dict(data)
        self.changes.append(change_of(self.company, noun, row.id, f"{noun}.{done}", summary, row.version, marked))


def change_of(
    company: Company, noun: str, key: int, type_: str, summary: str, version: int, data: dict[str, Any]
) -> Change:
    """An event of a company's access, for those of the company and the platform who manage it."""
    return Change(
        aggregate=noun,
        aggregate_id=key,
        type=type_,
        summary=summary,
        version=version,
        retailer_id=company.id if company.kind is CompanyKind.RETAILER else None,
        fulfiller_id=company.id if company.kind is CompanyKind.FULFILLER else None,
        audience=_AUDIENCES[company.kind],
        data=data,
    )


def grant_of(role: Role) -> Grant:
    """What a role gives."""
    channels = None if role.channel_ids is None else frozenset(role.channel_ids)
    return Grant(granted(role.permissions), channels)


@asynccontextmanager
async def new_access(
    world: World, viewer: Viewer, company: str | Left, against: Iterable[Reason] = ()
) -> AsyncIterator[AccessUnit]:
    """A unit for something new in a company, by its code; left out: the viewer's own.

    Raises Refused without roles.manage, and for companies whose access the viewer does not manage.
    """
    require(viewer, Permission.ROLES_MANAGE)
    found = (*against, *expect_no_version())
    key = await _company(viewer, company, found)
    async with _locked(world, viewer, key, found) as unit:
        yield unit


@asynccontextmanager
async def access_of(
    world: World, viewer: Viewer, model: type[Holder], key: int | None, *path: str, against: Iterable[Reason] = ()
) -> AsyncIterator[tuple[AccessUnit, Holder]]:
    """A unit on a role, user or API client whose company's access the viewer manages. Raises Refused otherwise."""
    require(viewer, Permission.ROLES_MANAGE)
    found: tuple[Reason, ...] = tuple(against)
    seen = await visible_row(model, viewer.scope, key) if key is not None else None
    if seen is None:
        raise absent(_WORDS[model], *path, beside=found)
    async with _locked(world, viewer, seen.company_id, found) as unit:
        row: Holder = await model.get(id=key)
        unit.against = (*found, *expect_version(NOUNS[model], row.id, row.version))
        yield unit, row


@asynccontextmanager
async def _locked(
    world: World, viewer: Viewer, key: int, against: tuple[Reason, ...]
) -> AsyncIterator[AccessUnit]:
    """Commits when the block ends, and wakes the feed; rolls back when it raises.

    Raises Refused for viewers who lost roles.manage while they waited.
    """
    async with in_transaction():
        company = await Company.select_for_update().get(id=key)
        viewer = await _as_now(viewer)
        require(viewer, Permission.ROLES_MANAGE)
        unit = AccessUnit(world, viewer, company, against)
        yield unit
        await write_changes(world, viewer, unit.changes)
    if unit.changes:
        world.wake()


async def _as_now(viewer: Viewer) -> Viewer:
    """With no more rights than it still has under the lock: nobody gives away what was just taken from them."""
    found: User | ApiClient | None
    if viewer.user_id is not None:
        found = await User.get_or_none(id=viewer.user_id, active=True).select_related("role")
    elif viewer.api_client_id is not None:
        clients = ApiClient.get_or_none(id=viewer.api_client_id, revoked_at__isnull=True)
        found = await clients.select_related("role")
    else:
        return viewer  # Ordergraph itself
    left = grant_of(found.role) if found else Grant(frozenset())
    return replace(viewer, scope=left.narrowing(viewer.scope))


async def _company(viewer: Viewer, code: str | Left, against: Sequence[Reason]) -> int:
    if code is LEFT_OUT and viewer.scope.company_id:
        return viewer.scope.company_id
    if code is LEFT_OUT:
        raise absent("company", "input", "company", beside=against)
    companies = visible(Company, viewer.scope)
    found = await companies.filter(code=code).first() if fits(code, LONGEST_CODE) else None
    if found is None or not (viewer.scope.manages_every_company or found.id == viewer.scope.company_id):
        raise absent("company", "input", "company", beside=against)
    return int(found.id)


def stays(row: Role | User | ApiClient, company: Company, code: str | Left) -> list[Reason]:
    """What stands against naming another company than the one a thing is of."""
    if code in (LEFT_OUT, company.code):
        return []
    message = f"A {_WORDS[type(row)]} stays with its company; leave `company` out."
    return [InvalidInput(message=message, path=("input", "company"))]
