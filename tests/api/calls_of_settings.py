"""Calls of mutations that change settings, access and master data which are there already."""

from __future__ import annotations

from typing import Any, Final

import models
from domain.access import Viewer
from domain.catalog import ConnectionStatus
from tests.founding import STANDARD
from tests.shop import Shop

Call = tuple[Viewer, dict[str, Any]]
"""Who calls, and the input."""


async def _variant(shop: Shop) -> Call:
    variant = await models.Variant.get(sku="MUG", company_id=shop.companies["leaf"].id)
    return shop.administrator, {"variantId": shop.id(variant), "reason": "The mould broke."}


async def _stock(shop: Shop) -> Call:
    level = await shop.stock("CARD")
    source = await models.Source.get(id=level.source_id)
    variant = await models.Variant.get(id=level.variant_id)
    return shop.dock, {"variantId": shop.id(variant), "sourceId": shop.id(source), "onHand": 50}


async def _channel(shop: Shop) -> Call:
    return shop.retailer, {"id": shop.id(shop.channel), "name": "Another name"}


async def _source(shop: Shop) -> Call:
    return shop.press, {"id": shop.id(await models.Source.get(code="press")), "name": "Another name"}


async def _carrier(shop: Shop) -> Call:
    return shop.administrator, {"id": shop.id(await models.Carrier.get(code="swift")), "name": "Another name"}


async def _invited(shop: Shop) -> Call:
    connection = await _connection(shop)
    connection.status = ConnectionStatus.INVITED
    await connection.save()
    return shop.press, {"connectionId": shop.id(connection)}


async def _connected(shop: Shop) -> Call:
    return shop.retailer, {"connectionId": shop.id(await _connection(shop)), "sharesCustomerEmail": False}


async def _connection(shop: Shop) -> models.Connection:
    return await models.Connection.get(
        retailer_id=shop.companies["leaf"].id, fulfiller_id=shop.companies["press"].id
    )


async def _offered(shop: Shop) -> Call:
    return shop.press, {"serviceIds": [shop.id(await models.CarrierService.get(code="S48"))]}


async def _mapping(shop: Shop) -> Call:
    given = {"channelId": shop.id(shop.channel), "fulfiller": "press", "method": STANDARD}
    return shop.retailer, {**given, "serviceId": shop.id(await models.CarrierService.get(code="L"))}


async def _rule(shop: Shop) -> Call:
    given = {"channelId": shop.id(shop.channel), "place": 1}
    first, second = [shop.id(await models.Source.get(code=code)) for code in ("press", "dock")]
    await shop.do(shop.retailer, "routingRuleSave", **given, sourceId=first)
    return shop.retailer, {**given, "sourceId": second}


async def _role(shop: Shop) -> Call:
    given = {"code": "desk", "name": "Desk", "permissions": ["ORDERS_VIEW"]}
    made = await shop.do(shop.retailer, "roleSave", "role { id }", **given)
    return shop.retailer, {"id": made["role"]["id"], "name": "Till"}


async def _user(shop: Shop) -> Call:
    user = await models.User.get(id=shop.agent.user_id)
    return shop.administrator, {"id": shop.id(user), "name": "Another name"}


async def _client(shop: Shop) -> str:
    role = shop.id(await models.Role.get(company__code="leaf", code="partner"))
    made = await shop.do(shop.retailer, "apiClientSave", "apiClient { id }", name="Till", roleId=role)
    return str(made["apiClient"]["id"])


async def _saved_client(shop: Shop) -> Call:
    return shop.retailer, {"id": await _client(shop), "name": "Another name"}


async def _other_client(shop: Shop) -> Call:
    return shop.retailer, {"apiClientId": await _client(shop)}


async def _view(shop: Shop) -> str:
    given = {"name": "Mine", "columns": ["number"], "pageSize": 20}
    return str((await shop.do(shop.agent, "savedViewSave", "savedView { id }", **given))["savedView"]["id"])


async def _saved_view(shop: Shop) -> Call:
    return shop.agent, {"id": await _view(shop), "name": "Ours", "columns": ["number"], "pageSize": 50}


async def _deleted_view(shop: Shop) -> Call:
    return shop.agent, {"id": await _view(shop)}


CALLS_OF_SETTINGS: Final = {
    "variantWithdraw": _variant,
    "stockSet": _stock,
    "channelSave": _channel,
    "sourceSave": _source,
    "carrierSave": _carrier,
    "connectionAccept": _invited,
    "connectionSave": _connected,
    "offeredServicesSave": _offered,
    "shippingMappingSave": _mapping,
    "routingRuleSave": _rule,
    "roleSave": _role,
    "userSave": _user,
    "apiClientSave": _saved_client,
    "apiClientRotate": _other_client,
    "apiClientRevoke": _other_client,
    "savedViewSave": _saved_view,
    "savedViewDelete": _deleted_view,
}
