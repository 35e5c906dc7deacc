"""One call of every mutation of something that has a version: by somebody who may, with input that is right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resolvers.mutations.guarding import VERSIONED
from server.schema import schema
from tests.api.calls_of_settings import CALLS_OF_SETTINGS, Call
from tests.shop import Shop


def versioned() -> list[str]:
    """The mutations for which `expectedVersion` means something."""
    fields = schema._schema.mutation_type.fields
    return [name for name, one in fields.items() if one.extensions["strawberry-definition"].metadata[VERSIONED]]


async def _process(shop: Shop) -> Call:
    return shop.agent, {"orderId": shop.id(await shop.order())}


async def _hold(shop: Shop) -> Call:
    return shop.agent, {"orderId": shop.id(await shop.order())}


async def _release(shop: Shop) -> Call:
    order = await shop.order()
    await shop.hold(order)
    return shop.agent, {"orderId": shop.id(order)}


async def _cancel(shop: Shop) -> Call:
    return shop.agent, {"orderId": shop.id(await shop.order())}


async def _close(shop: Shop) -> Call:
    order = await shop.processed(("MUG", 1))
    await shop.ship(order, shop.press)
    return shop.agent, {"orderId": shop.id(order)}


async def _comment(shop: Shop) -> Call:
    return shop.agent, {"orderId": shop.id(await shop.order()), "body": "Hello"}


async def _progress(shop: Shop) -> Call:
    part = await shop.part(await shop.processed(("MUG", 1)), shop.press)
    return shop.press, {"fulfillmentOrderId": shop.id(part), "status": "IN_PRODUCTION"}


async def _ship(shop: Shop) -> Call:
    part = await shop.part(await shop.processed(("MUG", 1)), shop.press)
    return shop.press, {"fulfillmentOrderId": shop.id(part)}


async def _unship(shop: Shop) -> Call:
    parcel = await shop.ship(await shop.processed(("MUG", 1)), shop.press)
    return shop.press, {"shipmentId": shop.id(parcel)}


async def _track(shop: Shop) -> Call:
    parcel = await shop.ship(await shop.processed(("MUG", 1)), shop.press)
    report = {"id": "1", "code": "IN_TRANSIT", "occurredAt": shop.clock().isoformat()}
    return shop.press, {"shipmentId": shop.id(parcel), "events": [report]}


CALLS: dict[str, Callable[[Shop], Awaitable[Call]]] = {
    "orderProcess": _process,
    "orderHold": _hold,
    "orderRelease": _release,
    "orderCancel": _cancel,
    "orderClose": _close,
    "orderCommentAdd": _comment,
    "fulfillmentOrderProgress": _progress,
    "shipmentCreate": _ship,
    "shipmentDelete": _unship,
    "trackingRecord": _track,
    **CALLS_OF_SETTINGS,
}
