"""What a channel's shipping methods mean at each fulfiller (S1)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import CompanyKind, Permission, Viewer
from domain.refusals import Blocker, BlockerCode, not_allowed
from domain.settings import METHOD, nothing_beside_removing
from models import CarrierService, OfferedService, SalesChannel, ShippingMapping
from operations.acting import expect_no_version
from operations.recording import change
from operations.settings.partners import connected_fulfiller
from operations.settings.unit import SettingsUnit, made, of_channel, require_side, saving, settings_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class SaveShippingMapping:
    """Map a method, map it to something else, or take its mapping away."""

    channel_id: int | None
    fulfiller: str
    """By code."""
    method: str
    """Exactly as the channel writes it."""
    service_id: int | None = None
    remove: bool = False


@saving
async def save(world: World, viewer: Viewer, command: SaveShippingMapping) -> tuple[int | None, int]:
    """Answers the keys of the mapping, None when there is none now, and of its channel.

    The fulfiller must offer the service. Orders that are sent keep what they were sent with; the others follow the
    map when they are next looked at.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.RETAILER, CompanyKind.PLATFORM)
    wrong = METHOD.against(command.method, "input", "method")
    beside = nothing_beside_removing(command.remove, serviceId=command.service_id)
    async with settings_unit(world, viewer, (*wrong, *beside)) as unit:
        channel = await unit.seen(SalesChannel, command.channel_id, "input", "channelId")
        fulfiller_id = await connected_fulfiller(unit, channel, command.fulfiller, "input", "fulfiller")
        unit.refuse_if()
        known = ShippingMapping.filter(channel_id=channel.id, fulfiller_id=fulfiller_id, method=command.method)
        mapping = await known.select_for_update().first()
        if mapping is None:
            unit.against += expect_no_version()
        else:
            unit.expect(mapping)
        unit.refuse_if()
        if command.remove:
            await _remove(unit, channel, mapping)
            return None, channel.id
        service = await _offered(unit, fulfiller_id, command.service_id)
        mapping = mapping or ShippingMapping(
            channel_id=channel.id, fulfiller_id=fulfiller_id, method=command.method
        )
        await _store(unit, channel, mapping, service, command.fulfiller)
        return int(mapping.id), channel.id


async def _store(
    unit: SettingsUnit, channel: SalesChannel, mapping: ShippingMapping, service: CarrierService, fulfiller: str
) -> None:
    summary = f"“{mapping.method}” of {channel.code} means {service.name} at {fulfiller}"
    if mapping.id is None:
        mapping.service_id = service.id
        await mapping.save()
        told = made({"method": mapping.method, "service": service.code})
        await unit.record(mapping, "created", of_channel(channel), summary, told, fulfiller=fulfiller)
    elif mapping.service_id != service.id:
        before = await CarrierService.get(id=mapping.service_id)
        mapping.service_id = service.id
        await mapping.save(update_fields=["service_id"])
        changes = {"service": change(before.code, service.code)}
        await unit.record(mapping, "changed", of_channel(channel), summary, changes, fulfiller=fulfiller)


async def _remove(unit: SettingsUnit, channel: SalesChannel, mapping: ShippingMapping | None) -> None:
    if mapping is None:
        return
    summary = f"“{mapping.method}” of {channel.code} means nothing any more"
    await unit.record(mapping, "removed", of_channel(channel), summary, {"method": change(mapping.method, None)})
    await mapping.delete()


async def _offered(unit: SettingsUnit, fulfiller_id: int, service_id: int | None) -> CarrierService:
    path = ("input", "serviceId")
    service = await unit.seen(CarrierService, service_id, *path)
    if not await OfferedService.exists(fulfiller_id=fulfiller_id, service_id=service.id):
        message = f"The fulfiller does not offer {service.name}: choose one of its services."
        unit.refuse_if([not_allowed([Blocker(BlockerCode.SERVICE_NOT_OFFERED, message)], path)])
    return service
