"""The unit of work of settings and master data: rows that change, each counting its changes, each change an
event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from domain.access import CompanyKind, Permission, Viewer
from domain.events import Audience
from domain.refusals import PermissionDenied, Reason, Refused, refuse_if
from domain.settings import spoken
from models import (
    Carrier,
    CarrierService,
    Company,
    Connection,
    RoutingRule,
    SalesChannel,
    ShippingMapping,
    Source,
    StockLevel,
    Variant,
)
from models.visible_row import visible_row
from operations.acting import expect_version
from operations.journal import Change, apply, write_changes
from operations.permissions import absent, require
from operations.recording import change
from operations.retrying import retried
from operations.world import World

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
Changes = Mapping[str, list[object]]

NOUNS: Final[Mapping[type[Model], str]] = {
    Carrier: "carrier",
    Company: "company",
    Connection: "connection",
    RoutingRule: "routing_rule",
    SalesChannel: "channel",
    ShippingMapping: "shipping_mapping",
    Source: "source",
    StockLevel: "stock_level",
    Variant: "variant",
}
"""What the log calls them: their aggregate, and the first half of their events' types."""
_WORDS: Final[Mapping[type[Model], str]] = {SalesChannel: "sales channel", CarrierService: "carrier service"}


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom a change concerns."""

    audience: Audience
    retailer_id: int | None = None
    fulfiller_id: int | None = None
    channel_id: int | None = None


PLATFORM: Final = Readers(Audience.PLATFORM)


def of_fulfiller(company_id: int) -> Readers:
    """A fulfiller's own business, and the platform's."""
    return Readers(Audience.SHARED, fulfiller_id=company_id)


def of_channel(channel: SalesChannel) -> Readers:
    """A retailer's own business, and the platform's: for those who see the channel."""
    return Readers(Audience.RETAILER, retailer_id=channel.retailer_id, channel_id=channel.id)


@dataclass(slots=True)
class SettingsUnit:
    """One transaction on settings or master data."""

    world: World
    viewer: Viewer
    against: list[Reason] = field(default_factory=list)
    """What stands against the call so far; told all at once."""
    drafts: list[Change] = field(default_factory=list)

    def refuse_if(self, reasons: Iterable[Reason] = ()) -> None:
        """Raises Refused when anything stands against the call."""
        refuse_if((*self.against, *reasons))

    async def locked(self, model: type[M], key: int | None, *path: str) -> M:
        """A row the viewer may see, locked, in the version the caller expects. Raises Refused (not found)."""
        row = await visible_row(model, self.viewer.scope, key, lock=True) if key is not None else None
        if row is None:
            raise self.absent(model, *path)
        self.expect(row)
        return row

    async def seen(self, model: type[M], key: int | None, *path: str) -> M:
        """A row the viewer may see, only read. Raises Refused (not found)."""
        row = await visible_row(model, self.viewer.scope, key) if key is not None else None
        if row is None:
            raise self.absent(model, *path)
        return row

    def absent(self, model: type[Model], *path: str) -> Refused:
        """Not there or not for this viewer, beside what else is wrong."""
        return absent(_WORDS.get(model, NOUNS.get(model, "thing").replace("_", " ")), *path, beside=self.against)

    def expect(self, row: Any) -> None:
        """The locked row is in the version the caller expects."""
        self.against += expect_version(NOUNS[type(row)], row.id, row.version)

    async def change(
        self, row: Any, readers: Readers, summary: str, values: Mapping[str, Any], **data: Any
    ) -> bool:
        """Sets columns of a locked row and tells of those that really changed. Answers whether any did."""
        changes = apply(row, values)
        if changes:
            await row.save(update_fields=list(changes))
            await self.record(row, "changed", readers, summary, changes, **data)
        return bool(changes)

    async def record(
        self, row: Any, done: str, readers: Readers, summary: str, changes: Changes | None = None, **data: Any
    ) -> None:
        """Counts the row's version on and drafts its event."""
        row.version += 1
        await row.save(update_fields=["version"])
        noun = NOUNS[type(row)]
        told = {spoken(name): _tellable(name, values) for name, values in (changes or {}).items()}
        draft = Change(
            aggregate=noun,
            aggregate_id=row.id,
            type=f"{noun}.{done}",
            summary=summary,
            retailer_id=readers.retailer_id,
            version=row.version,
            fulfiller_id=readers.fulfiller_id,
            channel_id=readers.channel_id,
            audience=readers.audience,
            data={**data, **({"changes": told} if told else {})},
        )
        self.drafts.append(draft)


@asynccontextmanager
async def settings_unit(
    world: World, viewer: Viewer, against: Iterable[Reason] = ()
) -> AsyncIterator[SettingsUnit]:
    """Commits when the block ends, and wakes the feed; rolls back when it raises, or when anything stands against
    it."""
    async with in_transaction():
        unit = SettingsUnit(world, viewer, list(against))
        yield unit
        unit.refuse_if()
        await write_changes(world, viewer, unit.drafts)
    if unit.drafts:
        world.wake()


def made(values: Mapping[str, Any]) -> Changes:
    """What something new begins with, as changes."""
    return {name: change(None, value) for name, value in values.items()}


def require_side(viewer: Viewer, permission: Permission, *kinds: CompanyKind) -> None:
    """Raises Refused with PermissionDenied without the permission, and for companies of another kind."""
    require(viewer, permission)
    if viewer.scope.company_kind not in kinds:
        whose = " or ".join(
            f"a {kind.lower()}" if kind is not CompanyKind.PLATFORM else "the platform" for kind in kinds
        )
        message = f"This is for {whose}; ask them."
        raise Refused(PermissionDenied(message=message, permission=permission))


def saving(action: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Runs the action again when the database could not decide, or when somebody else made the same thing
    meanwhile."""

    @wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await action(*args, **kwargs)
        except IntegrityError:  # now it is there, and is found
            return await action(*args, **kwargs)

    return retried(run)


def _tellable(name: str, values: list[object]) -> list[object]:
    """The log is for ever: it holds no addresses of people and no secrets of links."""
    return [_TELLABLE[name](value) for value in values] if name in _TELLABLE else values


def _masked(addresses: Any) -> list[str] | None:
    return None if addresses is None else [f"{address[:1]}…@{address.rpartition('@')[2]}" for address in addresses]


def _without_secrets(link: Any) -> str | None:
    if link is None:
        return None
    parts = urlsplit(str(link))
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", "…" if parts.fragment else ""))


_TELLABLE: Final[Mapping[str, Callable[[Any], object]]] = {
    "notify_addresses": _masked,
    "tracking_push_url": _without_secrets,
}
