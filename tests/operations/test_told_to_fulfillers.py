"""A fulfiller learns what happens to its own part of an order, and nothing of anybody else's."""

from __future__ import annotations

import models
from domain.orders import CancelReason
from models.visibility import visible
from operations.orders.cancelling import CancelOrder, cancel
from tests.shop import Shop


async def heard(order, viewer):
    """All that the log tells a viewer about an order, as one text."""
    rows = await visible(models.OrderEvent, viewer.scope).filter(order_id=order.id).order_by("id")
    return "\n".join(
        f"{row.type} {row.summary} {row.actor_name} {row.actor_company_id} {row.data}" for row in rows
    )


async def test_what_was_said_of_a_line_before_it_was_sent_is_not_for_whom_it_went_to(shop):
    order = await shop.order(("CARD", 101))
    await models.StockLevel.filter(variant__sku="CARD").update(on_hand=500)

    await shop.process(order)

    assert "issue.resolved" in await heard(order, shop.retailer)
    assert "issue." not in await heard(order, shop.dock)
    assert "line.allocated" not in await heard(order, shop.dock)


async def test_an_order_sent_as_it_arrives_tells_its_fulfiller_nothing_from_before_it_was_sent(orm):
    shop = await Shop.open(auto_process=True)

    order = await shop.order(("CARD", 1))

    told = await heard(order, shop.dock)
    assert told.startswith("fulfillment_order.sent")
    assert "line.allocated" not in told


async def test_who_else_ships_an_order_is_not_told_when_their_parcel_closes_it(shop):
    order = await shop.processed(("MUG", 1), ("CARD", 1), shipping_method="Letter")

    await shop.ship(order, shop.press)
    await shop.ship(order, shop.dock)

    told = await heard(order, shop.press)
    assert "COMPLETE" in told
    assert "Dock" not in told
    assert f" {shop.dock.scope.company_id} " not in told
    assert "Dock" in await heard(order, shop.retailer)


async def test_why_the_rest_of_an_order_was_cancelled_is_not_told_to_whom_it_does_not_concern(shop):
    order = await shop.processed(("MUG", 1), ("CARD", 1))

    await shop.cancel(order, viewer=shop.press)
    await cancel(shop.world, shop.agent, CancelOrder(order.id, None, CancelReason.FRAUD))

    share = await models.OrderShare.get(order_id=order.id, fulfiller_id=shop.press.scope.company_id)
    assert share.status_reason == "FULLY_CANCELLED"
    assert "FRAUD" not in await heard(order, shop.press)
    assert (await shop.now(order)).status_reason == "FULLY_CANCELLED:FRAUD"
