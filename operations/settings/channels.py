"""Sales channels and their settings. Whatever is set applies from then on; what was done stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.access import CompanyKind, Permission, Viewer
from domain.left_out import LEFT_OUT, Left
from domain.money import NO_CURRENCY
from domain.refusals import Blocker, BlockerCode, InvalidInput, NotAllowed, not_allowed
from domain.settings import CHANNEL, CODE, judged, missing
from models import Order, SalesChannel
from operations.acting import expect_no_version
from operations.settings.companies import own_company
from operations.settings.unit import SettingsUnit, made, of_channel, require_side, saving, settings_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class SaveChannel:
    """Make a channel, or change what is given of one."""

    channel_id: int | Left | None = LEFT_OUT
    """Left out: a new one."""
    retailer: str | None = None
    """By code; only the platform chooses."""
    code: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What is given, by column."""


@saving
async def save(world: World, viewer: Viewer, command: SaveChannel) -> int:
    """Makes or changes a channel of the viewer's own company, or of any for the platform. Answers its key.

    The code is for ever: files, filters and partners name it. The currency stays once the channel has an order.
    """
    require_side(viewer, Permission.SETTINGS_MANAGE, CompanyKind.RETAILER, CompanyKind.PLATFORM)
    reasons, values = judged(CHANNEL, command.values, "input")
    async with settings_unit(world, viewer, reasons) as unit:
        if command.channel_id is LEFT_OUT:
            return await _create(unit, command, values)
        channel = await unit.locked(SalesChannel, command.channel_id, "input", "id")
        return await _change(unit, channel, command, values)


async def _create(unit: SettingsUnit, command: SaveChannel, values: dict[str, Any]) -> int:
    unit.against += (
        *expect_no_version(),
        *CODE.against(command.code, "input", "code"),
        *missing(command.values, ("name", "currency"), "input"),
    )
    if unit.viewer.scope.channel_ids is not None:
        message = "Your role is limited to some sales channels: it would not see the new one."
        unit.against.append(not_allowed([Blocker(BlockerCode.CHANNELS_LIMITED, message)], ("input",)))
    retailer = await own_company(unit, CompanyKind.RETAILER, command.retailer, "retailer")
    unit.refuse_if()
    if await SalesChannel.exists(code=command.code):
        unit.refuse_if([InvalidInput(message="This code is taken; choose another.", path=("input", "code"))])
    channel = SalesChannel(retailer_id=retailer.id, code=command.code, **values)
    await channel.save()
    told = made({"code": channel.code, **values})
    await unit.record(channel, "created", of_channel(channel), f"Channel {channel.code} was made", told)
    return int(channel.id)


async def _change(unit: SettingsUnit, channel: SalesChannel, command: SaveChannel, values: dict[str, Any]) -> int:
    for name, said in (("code", command.code), ("retailer", command.retailer)):
        if said is not None:
            message = f"A channel keeps its {name}; leave it out."
            unit.against.append(InvalidInput(message=message, path=("input", name)))
    unit.against += await _of_currency(channel, values)
    unit.refuse_if()
    await unit.change(channel, of_channel(channel), f"Settings of channel {channel.code} were changed", values)
    return int(channel.id)


async def _of_currency(channel: SalesChannel, values: Mapping[str, Any]) -> list[NotAllowed]:
    """Amounts of orders are in their channel's currency. An order on its way in waits for the channel's lock."""
    wanted = values.get("currency", channel.currency)
    if wanted == channel.currency or channel.currency == NO_CURRENCY:
        return []
    if not await Order.exists(channel_id=channel.id):
        return []
    message = f"The channel has orders in {channel.currency}: make another channel for {wanted}."
    return [not_allowed([Blocker(BlockerCode.CURRENCY_IN_USE, message)], ("input", "currency"))]
