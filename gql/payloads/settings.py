"""Payloads of what is set: channels, sources, carriers, connections and what leads orders through them."""

from __future__ import annotations

from typing import Any

import strawberry
from tortoise.models import Model

import models
from gql.payloads.answers import MutationPayload, touched
from gql.types.carriers import Carrier
from gql.types.channels import SalesChannel
from gql.types.companies import Company
from gql.types.partnerships import Partnership, RoutingRule, ShippingMapping
from gql.types.sources import Source


def _now(model: type[Model], noun: str, *, removable: bool = False) -> Any:
    gone = "refused or removed" if removable else "refused"
    return touched(model, about=f"The {noun} as it is now; null when it was {gone}.")


def _connection() -> Any:
    return _now(models.Connection, "connection")


@strawberry.type(description="Answer of `channelSave`.")
class ChannelSavePayload(MutationPayload):
    """The channel."""

    channel: SalesChannel | None = _now(models.SalesChannel, "sales channel")


@strawberry.type(description="Answer of `sourceSave`.")
class SourceSavePayload(MutationPayload):
    """The source."""

    source: Source | None = _now(models.Source, "source")


@strawberry.type(description="Answer of `carrierSave`.")
class CarrierSavePayload(MutationPayload):
    """The carrier."""

    carrier: Carrier | None = _now(models.Carrier, "carrier")


@strawberry.type(description="Answer of `connectionInvite`.")
class ConnectionInvitePayload(MutationPayload):
    """The connection."""

    connection: Partnership | None = _connection()


@strawberry.type(description="Answer of `connectionAccept`.")
class ConnectionAcceptPayload(MutationPayload):
    """The connection."""

    connection: Partnership | None = _connection()


@strawberry.type(description="Answer of `connectionSave`.")
class ConnectionSavePayload(MutationPayload):
    """The connection."""

    connection: Partnership | None = _connection()


@strawberry.type(description="Answer of `offeredServicesSave`.")
class OfferedServicesSavePayload(MutationPayload):
    """The fulfiller."""

    company: Company | None = _now(models.Company, "fulfiller")


@strawberry.type(description="Answer of `shippingMappingSave`.")
class ShippingMappingSavePayload(MutationPayload):
    """The mapping and its channel."""

    shipping_mapping: ShippingMapping | None = _now(models.ShippingMapping, "mapping", removable=True)
    channel: SalesChannel | None = _now(models.SalesChannel, "sales channel")


@strawberry.type(description="Answer of `routingRuleSave`.")
class RoutingRuleSavePayload(MutationPayload):
    """The rule and its channel."""

    routing_rule: RoutingRule | None = _now(models.RoutingRule, "rule", removable=True)
    channel: SalesChannel | None = _now(models.SalesChannel, "sales channel")
