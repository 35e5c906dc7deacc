"""Carriers and their services: known to everybody, kept by the platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.access import CompanyKind, Permission, Viewer
from domain.left_out import LEFT_OUT, Left
from domain.refusals import InvalidInput, Reason
from domain.settings import CARRIER, CARRIER_SERVICE, CODE, judged, missing
from models import Carrier, CarrierService
from operations.acting import expect_no_version
from operations.journal import apply
from operations.recording import change
from operations.settings.unit import PLATFORM, SettingsUnit, made, require_side, saving, settings_unit
from operations.world import World

MOST_SERVICES = 100


@dataclass(frozen=True, slots=True)
class SaveCarrier:
    """Make a carrier, or change what is given of one; services are added or corrected by their codes."""

    carrier_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    code: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What is given, by column."""
    services: Sequence[Mapping[str, Any]] = ()
    """What is given of each, by column; the code is always given."""


@saving
async def save(world: World, viewer: Viewer, command: SaveCarrier) -> int:
    """Makes or changes a carrier; for the platform alone. Answers its key.

    Services are never taken away: orders were shipped by them. Links of parcels stay as they were made.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.PLATFORM)
    reasons, values = judged(CARRIER, command.values, "input")
    async with settings_unit(world, viewer, (*reasons, *_wrong_services(command.services))) as unit:
        if command.carrier_id is LEFT_OUT:
            return await _create(unit, command, values)
        carrier = await unit.locked(Carrier, command.carrier_id, "input", "id")
        return await _change(unit, carrier, command, values)


async def _create(unit: SettingsUnit, command: SaveCarrier, values: dict[str, Any]) -> int:
    unit.against += (
        *expect_no_version(),
        *CODE.against(command.code, "input", "code"),
        *missing(command.values, ("name",), "input"),
        *_nameless(command.services, ()),
    )
    unit.refuse_if()
    if await Carrier.exists(code=command.code):
        unit.refuse_if([InvalidInput(message="This code is taken; choose another.", path=("input", "code"))])
    carrier = Carrier(code=command.code, **values)
    await carrier.save()
    services = await _store(carrier, command.services, {})
    told = made({"code": carrier.code, **values})
    await unit.record(carrier, "created", PLATFORM, f"Carrier {carrier.code} was made", {**told, **services})
    return int(carrier.id)


async def _change(unit: SettingsUnit, carrier: Carrier, command: SaveCarrier, values: dict[str, Any]) -> int:
    if command.code is not None:
        message = "A carrier keeps its code; leave it out."
        unit.against.append(InvalidInput(message=message, path=("input", "code")))
    known = {service.code: service for service in await CarrierService.filter(carrier_id=carrier.id)}
    unit.refuse_if(_nameless(command.services, known))
    changes = apply(carrier, values)
    if changes:
        await carrier.save(update_fields=list(changes))
    changes |= await _store(carrier, command.services, known)
    if changes:
        await unit.record(carrier, "changed", PLATFORM, f"Carrier {carrier.code} was changed", changes)
    return int(carrier.id)


async def _store(
    carrier: Carrier, services: Sequence[Mapping[str, Any]], known: Mapping[str, CarrierService]
) -> dict[str, list[object]]:
    """Adds or corrects services. Answers what changed, by `services.CODE`."""
    changes = {}
    for given in services:
        _, values = judged(CARRIER_SERVICE, given)
        service = known.get(values["code"]) or CarrierService(carrier_id=carrier.id, tracked=True)
        before = _said(service) if service.id else None
        apply(service, values)
        if before != _said(service):
            await service.save()
            changes[f"services.{service.code}"] = change(before, _said(service))
    return changes


def _said(service: CarrierService) -> dict[str, object]:
    return {"name": service.name, "tracked": service.tracked}


def _wrong_services(services: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    path = ("input", "services")
    if len(services) > MOST_SERVICES:
        yield InvalidInput(message=f"At most {MOST_SERVICES} services at once.", path=path)
    counts = Counter(given["code"] for given in services)
    for place, given in enumerate(services):
        yield from judged(CARRIER_SERVICE, given, *path, str(place))[0]
        if counts[given["code"]] > 1:
            yield InvalidInput(message="This service is named twice.", path=(*path, str(place), "code"))


def _nameless(
    services: Sequence[Mapping[str, Any]], known: Mapping[str, CarrierService] | tuple[()]
) -> Iterator[Reason]:
    for place, given in enumerate(services):
        if given["code"] not in known:
            yield from missing(given, ("name",), "input", "services", str(place))
