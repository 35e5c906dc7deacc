"""Connections: a retailer invites a fulfiller, which accepts; then lines may go to it (S0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.access import CompanyKind, Permission, Viewer
from domain.catalog import ConnectionStatus
from domain.connections import ConnectionFacts, after
from domain.events import Audience
from domain.refusals import Blocker, BlockerCode, PermissionDenied, Reason, not_allowed
from domain.settings import CONNECTION, judged, spoken
from domain.texts import unstorable
from models import Company, Connection
from operations.recording import change
from operations.settings.companies import LONGEST_CODE, own_company
from operations.settings.unit import Readers, SettingsUnit, require_side, saving, settings_unit
from operations.world import World

EVERYBODY: Final = (CompanyKind.RETAILER, CompanyKind.FULFILLER, CompanyKind.PLATFORM)
SIDES: Final[Mapping[str, CompanyKind]] = {
    "shares_customer_email": CompanyKind.RETAILER,
    "replacement_policy": CompanyKind.FULFILLER,
}
"""Whose word each is: the customers are the retailer's, the faults the fulfiller's."""


@dataclass(frozen=True, slots=True)
class InviteFulfiller:
    """Ask a fulfiller to be connected with a retailer; both by code."""

    fulfiller: str
    retailer: str | None = None
    """Only the platform chooses."""
    shares_customer_email: bool = False


@dataclass(frozen=True, slots=True)
class AcceptConnection:
    """Say yes to an invitation."""

    connection_id: int | None


@dataclass(frozen=True, slots=True)
class SaveConnection:
    """Change what is given of a connection; suspend or resume it."""

    connection_id: int | None
    suspended: bool | None = None
    """None: as it is."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What is given, by column."""


@saving
async def invite(world: World, viewer: Viewer, command: InviteFulfiller) -> int:
    """Makes an INVITED connection. Answers its key. Two companies have one connection, whatever became of it."""
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.RETAILER, CompanyKind.PLATFORM)
    async with settings_unit(world, viewer) as unit:
        retailer = await own_company(unit, CompanyKind.RETAILER, command.retailer, "retailer")
        fulfiller = await _invited(unit, command.fulfiller)
        if await Connection.exists(retailer_id=retailer.id, fulfiller_id=fulfiller.id):
            message = f"{retailer.name} and {fulfiller.name} are connected already; see `connections`."
            blocker = Blocker(BlockerCode.ALREADY_CONNECTED, message)
            unit.against.append(not_allowed([blocker], ("input", "fulfiller")))
        unit.refuse_if()
        connection = await Connection.create(
            retailer_id=retailer.id,
            fulfiller_id=fulfiller.id,
            status=ConnectionStatus.INVITED,
            shares_customer_email=command.shares_customer_email,
        )
        changes = {
            "status": change(None, connection.status),
            "shares_customer_email": change(None, connection.shares_customer_email),
        }
        summary = f"{retailer.name} invited {fulfiller.name}"
        await unit.record(connection, "invited", _both(connection), summary, changes)
        return int(connection.id)


@saving
async def accept(world: World, viewer: Viewer, command: AcceptConnection) -> int:
    """INVITED becomes ACTIVE: the retailer's lines may go to the fulfiller. Answers the connection's key."""
    require_side(viewer, Permission.SETTINGS_MANAGE, *EVERYBODY)
    async with settings_unit(world, viewer) as unit:
        connection = await unit.locked(Connection, command.connection_id, "input", "connectionId")
        await _step(unit, connection, "accept", "accepted", "connectionId")
        return int(connection.id)


@saving
async def save(world: World, viewer: Viewer, command: SaveConnection) -> int:
    """Changes what each side decides of a connection, and suspends or resumes it. Answers its key.

    While it is suspended nothing new is promised from the fulfiller, and what is promised but not sent is promised
    anew when the order is next looked at; what was sent goes on. Asking for what already is changes nothing.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, *EVERYBODY)
    reasons, values = judged(CONNECTION, command.values, "input")
    async with settings_unit(world, viewer, (*reasons, *_others_word(viewer, command.values))) as unit:
        connection = await unit.locked(Connection, command.connection_id, "input", "connectionId")
        await unit.change(connection, _both(connection), "The connection was changed", values)
        if command.suspended is not None and command.suspended is not _is_suspended(connection):
            action, done = ("suspend", "suspended") if command.suspended else ("resume", "resumed")
            await _step(unit, connection, action, done, "suspended")
        return int(connection.id)


async def _invited(unit: SettingsUnit, code: str) -> Company:
    """Any fulfiller, by its code: who invites does not see it yet."""
    named = 0 < len(code) <= LONGEST_CODE and not unstorable(code)
    fulfiller = await Company.get_or_none(code=code, kind=CompanyKind.FULFILLER) if named else None
    if fulfiller is None:
        raise unit.absent(Company, "input", "fulfiller")
    return fulfiller


async def _step(unit: SettingsUnit, connection: Connection, action: str, done: str, name: str) -> None:
    scope = unit.viewer.scope
    by_partner = connection.suspended_by_id not in (None, scope.company_id)
    target = after(ConnectionFacts(connection.status, scope.company_kind, by_partner), action)
    if not isinstance(target, ConnectionStatus):
        unit.against.append(not_allowed(target, ("input", name)))
    unit.refuse_if()
    assert isinstance(target, ConnectionStatus)
    changes = {"status": change(connection.status, target)}
    connection.status = target
    connection.suspended_by_id = scope.company_id if target is ConnectionStatus.SUSPENDED else None
    await connection.save(update_fields=["status", "suspended_by_id"])
    await unit.record(connection, done, _both(connection), f"The connection was {done}", changes)


def _others_word(viewer: Viewer, values: Mapping[str, Any]) -> Iterator[Reason]:
    kind = viewer.scope.company_kind
    for name in values:
        if kind not in (SIDES[name], CompanyKind.PLATFORM):
            message = f"The {SIDES[name].lower()} decides this; leave it out."
            yield PermissionDenied(
                message=message, permission=Permission.SETTINGS_MANAGE, path=("input", spoken(name))
            )


def _is_suspended(connection: Connection) -> bool:
    return connection.status is ConnectionStatus.SUSPENDED


def _both(connection: Connection) -> Readers:
    return Readers(Audience.SHARED, connection.retailer_id, connection.fulfiller_id)
