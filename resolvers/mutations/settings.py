"""Sales channels, sources, carriers, connections, and how a channel's orders find their way."""

from __future__ import annotations

from typing import Any

import models
from domain.left_out import LEFT_OUT, Left
from domain.settings import CARRIER, CARRIER_SERVICE, CHANNEL, CONNECTION, SOURCE
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.keys import key
from gql.inputs.partnerships import (
    ConnectionAcceptInput,
    ConnectionInviteInput,
    ConnectionSaveInput,
    OfferedServicesSaveInput,
    RoutingRuleSaveInput,
    ShippingMappingSaveInput,
)
from gql.inputs.settings import CarrierSaveInput, CarrierServiceInput, ChannelSaveInput, SourceSaveInput
from gql.payloads.answers import Answer
from operations.settings import (
    carriers,
    channels,
    connections,
    routing_rules,
    services,
    shipping_mappings,
    sources,
)
from resolvers.mutations.answering import answer, perform


async def save_channel(info: Info, input: Input[ChannelSaveInput]) -> Answer:
    command = channels.SaveChannel(
        channel_id=_id(models.SalesChannel, input),
        retailer=_one(input.retailer),
        code=_one(input.code),
        values=_values(input, CHANNEL),
    )
    return await answer(info, channels.save, command, models.SalesChannel)


async def save_source(info: Info, input: Input[SourceSaveInput]) -> Answer:
    command = sources.SaveSource(
        source_id=_id(models.Source, input),
        fulfiller=_one(input.fulfiller),
        code=_one(input.code),
        values=_values(input, SOURCE),
    )
    return await answer(info, sources.save, command, models.Source)


async def save_carrier(info: Info, input: Input[CarrierSaveInput]) -> Answer:
    command = carriers.SaveCarrier(
        carrier_id=_id(models.Carrier, input),
        code=_one(input.code),
        values=_values(input, CARRIER),
        services=tuple(_service(one) for one in (input.services.value if input.services else ())),
    )
    return await answer(info, carriers.save, command, models.Carrier)


async def invite(info: Info, input: Input[ConnectionInviteInput]) -> Answer:
    command = connections.InviteFulfiller(input.fulfiller, input.retailer, input.shares_customer_email)
    return await answer(info, connections.invite, command, models.Connection)


async def accept(info: Info, input: Input[ConnectionAcceptInput]) -> Answer:
    command = connections.AcceptConnection(key(models.Connection, input.connection_id))
    return await answer(info, connections.accept, command, models.Connection)


async def save_connection(info: Info, input: Input[ConnectionSaveInput]) -> Answer:
    command = connections.SaveConnection(
        key(models.Connection, input.connection_id), input.suspended, _values(input, CONNECTION)
    )
    return await answer(info, connections.save, command, models.Connection)


async def offer_services(info: Info, input: Input[OfferedServicesSaveInput]) -> Answer:
    keys = tuple(key(models.CarrierService, one) for one in input.service_ids)
    return await answer(info, services.save, services.SaveOfferedServices(keys, input.fulfiller), models.Company)


async def save_mapping(info: Info, input: Input[ShippingMappingSaveInput]) -> Answer:
    command = shipping_mappings.SaveShippingMapping(
        channel_id=key(models.SalesChannel, input.channel_id),
        fulfiller=input.fulfiller,
        method=input.method,
        service_id=None if input.service_id is None else key(models.CarrierService, input.service_id),
        remove=input.remove,
    )
    return await perform(info, shipping_mappings.save, command, lambda keys: _led(models.ShippingMapping, *keys))


async def save_rule(info: Info, input: Input[RoutingRuleSaveInput]) -> Answer:
    command = routing_rules.SaveRoutingRule(
        channel_id=key(models.SalesChannel, input.channel_id),
        place=input.place,
        source_id=None if input.source_id is None else key(models.Source, input.source_id),
        where={"country_code": input.country_code, "region": input.region},
        remove=input.remove,
    )
    return await perform(info, routing_rules.save, command, lambda keys: _led(models.RoutingRule, *keys))


def _led(model: type[models.ShippingMapping] | type[models.RoutingRule], row: int | None, channel: int) -> Answer:
    return Answer(touched={model: () if row is None else (row,), models.SalesChannel: (channel,)})


def _service(given: CarrierServiceInput) -> dict[str, Any]:
    return {"code": given.code, **_values(given, CARRIER_SERVICE)}


def _id(model: type[models.SalesChannel | models.Source | models.Carrier], input: Any) -> int | Left | None:
    return LEFT_OUT if input.id is None else key(model, input.id.value)


def _one(field: Any) -> str | None:
    return None if field is None else field.value


def _values(input: Any, rules: Any) -> dict[str, Any]:
    """What is given of an input, by column; a field is called like its column."""
    fields = ((name, getattr(input, name)) for name in rules if name != "code")
    return {name: field.value for name, field in fields if field is not None}
