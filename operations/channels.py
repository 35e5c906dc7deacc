"""Sales channels: found for a viewer, made where an import needs one."""

from __future__ import annotations

from typing import Any, Final

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.access import CompanyKind, Permission, Viewer
from domain.money import NO_CURRENCY
from domain.payments import CaptureMode
from domain.texts import unstorable
from models import Company, SalesChannel
from models.visibility import visible
from operations.bootstrap import create_roles
from operations.journal import Change, write_changes
from operations.permissions import absent, require
from operations.recording import change
from operations.world import World

NO_KEY: Final = 0
"""Keys start at 1: nothing belongs to a channel that is only planned."""
LONGEST_CODE: Final = 64


async def channel_of(viewer: Viewer, code: str, *path: str) -> SalesChannel:
    """A channel the viewer may see. Raises Refused (not found) otherwise."""
    named = len(code) <= LONGEST_CODE and not unstorable(code)
    channel = await visible(SalesChannel, viewer.scope).filter(code=code).first() if named else None
    if channel is None:
        raise absent("sales channel", *path)
    return channel


async def planned_channel(code: str) -> SalesChannel:
    """The channel of that code; when there is none, what `ensure_channel` would make, without a key."""
    known = await SalesChannel.get_or_none(code=code)
    return known or SalesChannel(id=NO_KEY, retailer_id=NO_KEY, **_settings(code))


async def ensure_channel(world: World, viewer: Viewer, code: str) -> SalesChannel:
    """The channel of that code; when there is none, one made for a retailer of its own.

    A channel made here is paid OFFLINE, pushes no tracking, and has no currency until its first file names one.
    Two programs may call it at once.
    """
    require(viewer, Permission.SETTINGS_MANAGE)
    if known := await SalesChannel.get_or_none(code=code):
        return known
    try:
        async with in_transaction():
            channel = await _create(world, viewer, code)
    except IntegrityError:
        return await SalesChannel.get(code=code)
    world.wake()
    return channel


async def adopt_currency(world: World, viewer: Viewer, channel: SalesChannel, currency: str | None) -> None:
    """Gives a channel without a currency its first one, in the running transaction. Others keep theirs.

    `channel` itself stays as it was read: the transaction may be rolled back and run again.
    """
    if channel.currency != NO_CURRENCY or currency is None:
        return
    locked = await SalesChannel.select_for_update().get(id=channel.id)
    if locked.currency == NO_CURRENCY:
        locked.currency, locked.version = currency, locked.version + 1
        await locked.save(update_fields=["currency", "version"])
        summary = f"Channel {locked.code} sells in {currency}"
        changes = {"currency": change(NO_CURRENCY, currency)}
        await write_changes(world, viewer, [_event(locked, "channel.changed", summary, {"changes": changes})])


async def _create(world: World, viewer: Viewer, code: str) -> SalesChannel:
    retailer = await Company.create(
        code=f"{code}-retailer", name=f"Retailer of {code}", kind=CompanyKind.RETAILER, version=1
    )
    await create_roles(retailer)
    channel = await SalesChannel.create(retailer_id=retailer.id, version=1, **_settings(code))
    summary = f"Channel {code} was made for {retailer.name}"
    company = Change(
        aggregate="company",
        aggregate_id=retailer.id,
        type="company.imported",
        summary=f"{retailer.name} was added",
        retailer_id=retailer.id,
    )
    await write_changes(world, viewer, [company, _event(channel, "channel.created", summary, {"code": code})])
    return channel


def _settings(code: str) -> dict[str, Any]:
    return {"code": code, "name": code, "currency": NO_CURRENCY, "capture_mode": CaptureMode.OFFLINE}


def _event(channel: SalesChannel, type_: str, summary: str, data: dict[str, object]) -> Change:
    return Change(
        aggregate="channel",
        aggregate_id=channel.id,
        type=type_,
        summary=summary,
        retailer_id=channel.retailer_id,
        version=channel.version,
        channel_id=channel.id,
        data=data,
    )
