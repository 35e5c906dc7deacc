"""Sources: where a fulfiller's goods come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.access import CompanyKind, Permission, Viewer
from domain.left_out import LEFT_OUT, Left
from domain.refusals import InvalidInput
from domain.settings import CODE, SOURCE, judged, missing
from models import Source
from operations.acting import expect_no_version
from operations.settings.companies import own_company
from operations.settings.unit import SettingsUnit, made, of_fulfiller, require_side, saving, settings_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class SaveSource:
    """Make a source, or change what is given of one."""

    source_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    fulfiller: str | None = None
    """By code; only the platform chooses."""
    code: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What is given, by column."""


@saving
async def save(world: World, viewer: Viewer, command: SaveSource) -> int:
    """Makes or changes a source of the viewer's own company, or of any fulfiller for the platform. Answers its
    key.

    Lines that were promised from it stay promised; where it delivers to counts from the next promise on.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.FULFILLER, CompanyKind.PLATFORM)
    reasons, values = judged(SOURCE, command.values, "input")
    async with settings_unit(world, viewer, reasons) as unit:
        if command.source_id is LEFT_OUT:
            return await _create(unit, command, values)
        source = await unit.locked(Source, command.source_id, "input", "id")
        return await _change(unit, source, command, values)


async def _create(unit: SettingsUnit, command: SaveSource, values: dict[str, Any]) -> int:
    unit.against += (
        *expect_no_version(),
        *CODE.against(command.code, "input", "code"),
        *missing(command.values, ("name", "kind"), "input"),
    )
    fulfiller = await own_company(unit, CompanyKind.FULFILLER, command.fulfiller, "fulfiller")
    unit.refuse_if()
    if await Source.exists(company_id=fulfiller.id, code=command.code):
        unit.refuse_if([InvalidInput(message="This code is taken; choose another.", path=("input", "code"))])
    source = Source(company_id=fulfiller.id, code=command.code, **values)
    await source.save()
    told = made({"code": source.code, **values})
    await unit.record(source, "created", of_fulfiller(fulfiller.id), f"Source {source.code} was made", told)
    return int(source.id)


async def _change(unit: SettingsUnit, source: Source, command: SaveSource, values: dict[str, Any]) -> int:
    for name, said in (("code", command.code), ("fulfiller", command.fulfiller)):
        if said is not None:
            message = f"A source keeps its {name}; leave it out."
            unit.against.append(InvalidInput(message=message, path=("input", name)))
    unit.refuse_if()
    await unit.change(source, of_fulfiller(source.company_id), f"Source {source.code} was changed", values)
    return int(source.id)
