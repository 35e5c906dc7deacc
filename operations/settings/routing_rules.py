"""Where a channel's lines go first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.access import CompanyKind, Permission, Viewer
from domain.settings import RULE, judged, nothing_beside_removing
from models import RoutingRule, SalesChannel, Source
from operations.acting import expect_no_version
from operations.recording import change
from operations.settings.partners import connected_source
from operations.settings.unit import SettingsUnit, made, of_channel, require_side, saving, settings_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class SaveRoutingRule:
    """Make the rule at a place of a channel, replace it, or take it away."""

    channel_id: int | None
    place: int
    source_id: int | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    """Country and region it is for, by column; those left out: any."""
    remove: bool = False


@saving
async def save(world: World, viewer: Viewer, command: SaveRoutingRule) -> tuple[int | None, int]:
    """Answers the keys of the rule, None when there is none now, and of its channel.

    The lowest place whose country and region fit decides, before nearness and stock. Lines with a source keep it.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.RETAILER, CompanyKind.PLATFORM)
    reasons, values = judged(RULE, {"place": command.place, **command.where}, "input")
    beside = nothing_beside_removing(command.remove, sourceId=command.source_id)
    async with settings_unit(world, viewer, (*reasons, *beside)) as unit:
        channel = await unit.seen(SalesChannel, command.channel_id, "input", "channelId")
        unit.refuse_if()
        rule = await RoutingRule.filter(channel_id=channel.id, place=command.place).select_for_update().first()
        if rule is None:
            unit.against += expect_no_version()
        else:
            unit.expect(rule)
        unit.refuse_if()
        if command.remove:
            await _remove(unit, channel, rule)
            return None, channel.id
        source = await connected_source(unit, channel, command.source_id, "input", "sourceId")
        place = {"country_code": values.get("country_code"), "region": values.get("region")}
        if rule is None:
            rule = RoutingRule(channel_id=channel.id, place=command.place, source_id=source.id, **place)
            await _create(unit, channel, rule, source, place)
        else:
            await _replace(unit, channel, rule, source, place)
        return int(rule.id), channel.id


async def _create(
    unit: SettingsUnit, channel: SalesChannel, rule: RoutingRule, source: Source, place: dict[str, Any]
) -> None:
    await rule.save()
    told = made({"place": rule.place, "source": source.code, **place})
    summary = f"Rule {rule.place} of {channel.code} leads to {source.name}"
    await unit.record(rule, "created", of_channel(channel), summary, told)


async def _replace(
    unit: SettingsUnit, channel: SalesChannel, rule: RoutingRule, source: Source, place: dict[str, Any]
) -> None:
    before = await Source.get(id=rule.source_id)
    changes = {name: change(getattr(rule, name), value) for name, value in place.items()}
    changes["source"] = change(before.code, source.code)
    really = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not really and before.id == source.id:
        return
    rule.source_id, rule.country_code, rule.region = source.id, place["country_code"], place["region"]
    await rule.save(update_fields=["source_id", "country_code", "region"])
    summary = f"Rule {rule.place} of {channel.code} leads to {source.name}"
    await unit.record(rule, "changed", of_channel(channel), summary, really)


async def _remove(unit: SettingsUnit, channel: SalesChannel, rule: RoutingRule | None) -> None:
    if rule is None:
        return
    summary = f"Rule {rule.place} of {channel.code} was taken away"
    await unit.record(rule, "removed", of_channel(channel), summary, {"place": change(rule.place, None)})
    await rule.delete()
