"""Variants withdrawn, sold out and taken back: by who makes them, or by who sells them (S0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.access import CompanyKind, Permission, Viewer
from domain.catalog import VariantStatus
from domain.events import Audience
from domain.settings import REASON
from domain.withdrawal import effective
from models import Company, StockLevel, Variant
from operations.journal import apply
from operations.settings.unit import Readers, SettingsUnit, require_side, saving, settings_unit
from operations.world import World

EVERYBODY = (CompanyKind.RETAILER, CompanyKind.FULFILLER, CompanyKind.PLATFORM)


@dataclass(frozen=True, slots=True)
class WithdrawVariant:
    """Say that a variant can be ordered no longer, or again."""

    variant_id: int | None
    status: VariantStatus
    reason: str


@dataclass(frozen=True, slots=True)
class _Word:
    """What was said, as it concerns one variant."""

    own: VariantStatus | None
    """The retailer's word by now."""
    by: str
    news: bool = False
    """Whether those who carry it had not said so yet."""


@saving
async def withdraw(world: World, viewer: Viewer, command: WithdrawVariant) -> int:
    """Answers the variant's key. New orders get an issue; what was promised or sent goes on.

    A fulfiller speaks for its own sources, and for the SKU in every catalogue they supply: each of those retailers
    is told, and while somebody else carries the variant it can still be ordered. A retailer, or the platform for
    it, speaks for its own catalogue, whatever those say who carry it; ACTIVE leaves it to them again.
    Saying again what was said already changes nothing.
    """
    require_side(viewer, Permission.CATALOG_MANAGE, *EVERYBODY)
    reasons = REASON.against(command.reason, "input", "reason")
    async with settings_unit(world, viewer, reasons) as unit:
        if viewer.scope.is_fulfiller:
            variant = await unit.seen(Variant, command.variant_id, "input", "variantId")
            await _as_fulfiller(unit, variant, command)
        else:
            variant = await unit.locked(Variant, command.variant_id, "input", "variantId")
            unit.refuse_if()
            await _as_retailer(unit, variant, command)
        return int(variant.id)


async def _as_retailer(unit: SettingsUnit, variant: Variant, command: WithdrawVariant) -> None:
    own = None if command.status is VariantStatus.ACTIVE else command.status
    readers = Readers(Audience.RETAILER, variant.company_id)
    await _settle(unit, variant, readers, command, _Word(own, "its retailer"))


async def _as_fulfiller(unit: SettingsUnit, named: Variant, command: WithdrawVariant) -> None:
    """Variants are locked in the order of their keys, so that nobody waits in a circle."""
    company = await Company.get(id=unit.viewer.scope.company_id)
    own = StockLevel.filter(source__company_id=company.id, variant__sku=named.sku)
    keys = sorted(set(await own.values_list("variant_id", flat=True)))
    variants = await Variant.filter(id__in=keys).order_by("id").select_for_update()
    for variant in (one for one in variants if one.id == named.id):
        unit.expect(variant)
    unit.refuse_if()
    for variant in variants:
        levels = await StockLevel.filter(variant_id=variant.id, source__company_id=company.id)
        word = _Word(variant.own_status, company.name, news=await _say(levels, command))
        await _settle(unit, variant, Readers(Audience.SHARED, variant.company_id, company.id), command, word)


async def _say(levels: Sequence[StockLevel], command: WithdrawVariant) -> bool:
    note = None if command.status is VariantStatus.ACTIVE else command.reason.strip()
    silent = [level for level in levels if (level.status, level.status_note) != (command.status, note)]
    for level in silent:
        level.status, level.status_note = command.status, note
        await level.save(update_fields=["status", "status_note"])
    return bool(silent)


async def _settle(
    unit: SettingsUnit, variant: Variant, readers: Readers, command: WithdrawVariant, word: _Word
) -> None:
    """What follows for the variant. The reason beside its status is that of whoever decides it."""
    carried = await StockLevel.filter(variant_id=variant.id)
    status = effective(word.own, (level.status for level in carried))
    decides = word.own is None or readers.fulfiller_id is None
    reason = command.reason.strip() if decides and status is command.status else variant.status_note
    note = None if status is VariantStatus.ACTIVE else reason
    changes = apply(variant, {"own_status": word.own, "status": status, "status_note": note})
    if changes:
        await variant.save(update_fields=list(changes))
    if changes or word.news:
        back = command.status is VariantStatus.ACTIVE
        summary = "can be ordered again, says" if back else "was withdrawn by"
        told: dict[str, Any] = {"status": command.status, "reason": command.reason.strip(), "sku": variant.sku}
        shown = {name: pair for name, pair in changes.items() if name == "status"}
        done = "restored" if back else "withdrawn"
        await unit.record(variant, done, readers, f"{variant.sku} {summary} {word.by}", shown, **told)
