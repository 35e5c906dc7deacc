"""How much of a variant a source has, and whether it is counted at all (S4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tortoise.connection import get_connection

from domain.access import CompanyKind, Permission, Viewer
from domain.events import Audience
from domain.refusals import (
    Blocker,
    BlockerCode,
    InvalidInput,
    QuantityExceeded,
    Reason,
    Refused,
    not_allowed,
    refuse_if,
)
from domain.routing import LARGEST_COUNT
from models import Company, Source, StockLevel, Variant
from models.engines.retrying import sqlstates
from models.statements import execute, query
from operations.acting import expect_no_version
from operations.journal import apply
from operations.settings.unit import Readers, SettingsUnit, made, require_side, saving, settings_unit
from operations.world import World

LOCK_NOT_AVAILABLE: Final = "55P03"


@dataclass(frozen=True, slots=True)
class SetStock:
    """Count a variant at a source, or stop counting it."""

    variant_id: int | None
    source_id: int | None
    on_hand: int | None = None
    difference: int | None = None
    """Units that came (or, below 0, went) instead of a whole count."""
    managed: bool | None = None
    """None: as it is; a source that did not carry the variant does not count it."""


@dataclass(frozen=True, slots=True)
class StockIs:
    """What it came to."""

    level_id: int
    promised_beyond: int
    """Units promised to orders that are not there."""


class _CountingChanges(Exception):
    """Whether units are counted would change: nobody may be promising any meanwhile."""


@saving
async def set_stock(world: World, viewer: Viewer, command: SetStock) -> StockIs:
    """Sets what a fulfiller's source has on hand; for the fulfiller itself and the platform.

    Never below 0; units promised to orders stay promised, even when fewer are there. Orders that reserve, ship and
    cancel at the same time are counted exactly. The version counts these calls, not what orders do.
    """
    require_side(viewer, Permission.CATALOG_MANAGE, CompanyKind.FULFILLER, CompanyKind.PLATFORM)
    refuse_if(_wrong(command))
    try:
        return await _set(world, viewer, command, alone=False)
    except _CountingChanges:
        return await _set(world, viewer, command, alone=True)


async def _set(world: World, viewer: Viewer, command: SetStock, *, alone: bool) -> StockIs:
    async with settings_unit(world, viewer) as unit:
        if alone:
            await _wait_for_all_who_look_at_stock()
        variant = await unit.seen(Variant, command.variant_id, "input", "variantId")
        source = await unit.seen(Source, command.source_id, "input", "sourceId")
        if not await Company.exists(id=source.company_id, kind=CompanyKind.FULFILLER):
            raise unit.absent(Source, "input", "sourceId")
        known = StockLevel.filter(variant_id=variant.id, source_id=source.id)
        level = await known.select_for_update(no_key=True).first()
        if level is None:
            unit.against += expect_no_version()
            return await _begin(unit, variant, source, command)
        unit.expect(level)
        values = await _values(unit, level, command)
        unit.refuse_if()
        if values.get("managed", level.managed) is not level.managed and not alone:
            raise _CountingChanges
        if changes := apply(level, values):
            await level.save(update_fields=[*changes, "updated_at"])
            await unit.record(level, "set", _concerned(variant, source), _summary(variant, source, level), changes)
        return _outcome(level)


async def _begin(unit: SettingsUnit, variant: Variant, source: Source, command: SetStock) -> StockIs:
    """A source that did not carry the variant does from now on."""
    managed = command.managed or False
    unit.refuse_if(_miscounted(command, managed=managed, counted=False))
    level = StockLevel(variant_id=variant.id, source_id=source.id, managed=managed, on_hand=command.on_hand or 0)
    await level.save()
    told = made({"managed": level.managed, "on_hand": level.on_hand})
    await unit.record(level, "set", _concerned(variant, source), _summary(variant, source, level), told)
    return _outcome(level)


async def _values(unit: SettingsUnit, level: StockLevel, command: SetStock) -> dict[str, Any]:
    """What the level is set to; what stands against it is told to the unit."""
    managed = level.managed if command.managed is None else command.managed
    on_hand = level.on_hand + (command.difference or 0) if command.on_hand is None else command.on_hand
    unit.against += _miscounted(command, managed=managed, counted=level.managed)
    if on_hand < 0:
        message = f"Only {level.on_hand} are there."
        unit.against.append(
            QuantityExceeded(message=message, path=("input", "difference"), available=level.on_hand)
        )
    if on_hand > LARGEST_COUNT:
        message = f"At most {LARGEST_COUNT} units can be counted."
        unit.against.append(InvalidInput(message=message, path=("input", "difference")))
    values: dict[str, Any] = {"managed": managed, "on_hand": on_hand}
    if managed is not level.managed:
        values["reserved"] = await _promised(level) if managed else 0
    return values


async def _promised(level: StockLevel) -> int:
    """Open units of lines that were promised from it while nobody counted."""
    (row,) = await query(_PROMISED, level.variant_id, level.source_id)
    return int(row["units"])


async def _wait_for_all_who_look_at_stock() -> None:
    """Whoever has looked whether units are counted acts on it until its transaction ends: wait for them all, let
    no new ones begin. It happens when counting begins or ends, which is seldom; looking takes no lock of its own.

    Raises Refused (try later) when somebody looks for longer than two seconds, a backup for example. SQLite has
    one writer: nobody else acts.
    """
    if get_connection("default").capabilities.dialect == "sqlite":
        return
    try:
        await execute("SET LOCAL lock_timeout = '2s'")
        await execute('LOCK TABLE "stock_levels" IN ACCESS EXCLUSIVE MODE')
        await execute("SET LOCAL lock_timeout = DEFAULT")
    except Exception as error:
        if LOCK_NOT_AVAILABLE not in sqlstates(error):
            raise
        message = "Stock is being read by something that takes long; try again in a while."
        busy = Blocker(BlockerCode.STOCK_IN_USE, message)
        raise Refused(not_allowed([busy], ("input", "managed"))) from None


def _wrong(command: SetStock) -> Iterator[Reason]:
    if command.on_hand is not None and command.difference is not None:
        yield InvalidInput(message="Give `onHand` or `difference`, not both.", path=("input", "difference"))
    if command.on_hand is not None and not 0 <= command.on_hand <= LARGEST_COUNT:
        yield InvalidInput(message=f"Give a whole number from 0 to {LARGEST_COUNT}.", path=("input", "onHand"))
    if command.on_hand is None and command.difference is None and command.managed is None:
        yield InvalidInput(message="Say what to set: `onHand`, `difference` or `managed`.", path=("input",))


def _miscounted(command: SetStock, *, managed: bool, counted: bool) -> Iterator[Reason]:
    """Counting begins with a count; what is not counted has none."""
    if managed and not counted and command.on_hand is None:
        yield InvalidInput(message="Counting begins with a count: give `onHand`.", path=("input", "onHand"))
    if not managed and (command.on_hand is not None or command.difference is not None):
        name = "onHand" if command.on_hand is not None else "difference"
        message = "Units are not counted here; give `managed: true` to begin."
        yield InvalidInput(message=message, path=("input", name))


def _outcome(level: StockLevel) -> StockIs:
    return StockIs(int(level.id), max(0, level.reserved - level.on_hand) if level.managed else 0)


def _concerned(variant: Variant, source: Source) -> Readers:
    return Readers(Audience.SHARED, variant.company_id, source.company_id)


def _summary(variant: Variant, source: Source, level: StockLevel) -> str:
    counted = f"{level.on_hand} of {variant.sku}" if level.managed else f"{variant.sku}, not counted"
    return f"{source.name} has {counted}"


_PROMISED: Final = """
    SELECT coalesce(sum("open"), 0) AS "units" FROM "order_lines"
    WHERE "variant_id" = $1 AND "source_id" = $2 AND NOT "removed"
"""
