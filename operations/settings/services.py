"""Which carrier services a fulfiller offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import CompanyKind, Permission, Viewer
from domain.refusals import InvalidInput, NotFound
from models import CarrierService, Company, OfferedService
from operations.recording import change
from operations.settings.companies import own_company
from operations.settings.unit import SettingsUnit, of_fulfiller, require_side, saving, settings_unit
from operations.world import World

MOST_SERVICES = 200


@dataclass(frozen=True, slots=True)
class SaveOfferedServices:
    """Everything a fulfiller offers from now on."""

    service_ids: Sequence[int | None]
    fulfiller: str | None = None
    """By code; only the platform chooses."""


@saving
async def save(world: World, viewer: Viewer, command: SaveOfferedServices) -> int:
    """Offers these services and no others. Answers the fulfiller's key.

    Shipping methods that map to a service no longer offered lead nowhere until they map to another: orders that
    are not sent yet get the issue SHIPPING_UNMAPPED.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.FULFILLER, CompanyKind.PLATFORM)
    async with settings_unit(world, viewer) as unit:
        owner = await own_company(unit, CompanyKind.FULFILLER, command.fulfiller, "fulfiller")
        company = await unit.locked(Company, owner.id, "input", "fulfiller")
        wanted = await _named(unit, command.service_ids)
        unit.refuse_if()
        offered = {one.service_id for one in await OfferedService.filter(fulfiller_id=company.id)}
        if wanted == offered:
            return int(company.id)
        await OfferedService.filter(fulfiller_id=company.id, service_id__in=sorted(offered - wanted)).delete()
        await OfferedService.bulk_create(
            OfferedService(fulfiller_id=company.id, service_id=key) for key in sorted(wanted - offered)
        )
        changes = {"offeredServices": change(await _codes(offered), await _codes(wanted))}
        summary = f"{company.name} offers {len(wanted)} carrier services"
        await unit.record(company, "changed", of_fulfiller(company.id), summary, changes)
        return int(company.id)


async def _named(unit: SettingsUnit, keys: Sequence[int | None]) -> set[int]:
    if len(keys) > MOST_SERVICES:
        message = f"At most {MOST_SERVICES} services; {len(keys)} were given."
        unit.against.append(InvalidInput(message=message, path=("input", "serviceIds")))
        return set()
    known = {service.id for service in await CarrierService.filter(id__in=[key for key in keys if key])}
    for place, key in enumerate(keys):
        if key not in known:
            message = "There is no such carrier service, or you may not see it."
            unit.against.append(NotFound(message=message, path=("input", "serviceIds", str(place))))
    return known


async def _codes(keys: set[int]) -> list[str]:
    rows = CarrierService.filter(id__in=sorted(keys)).order_by("carrier__code", "code")
    return [f"{carrier}/{code}" for carrier, code in await rows.values_list("carrier__code", "code")]
