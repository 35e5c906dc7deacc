"""What stands in an order's way keeps standing there until it is put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

import models
from domain.catalog import VariantStatus
from domain.orders import OrderStatus
from domain.payments import CaptureMode
from domain.refusals import NotAllowed, Refused


async def issues(order):
    rows = models.OrderIssue.filter(order_id=order.id, resolved_at=None).order_by("id")
    return [str(code) for code in await rows.values_list("code", flat=True)]


async def test_a_line_without_its_personalisation_is_not_sent_however_often_it_is_tried(shop):
    order = await shop.order(("NAME-MUG", 1))

    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await shop.process(order)
        assert "name" in str(refused.value)

    assert (await shop.now(order)).status is OrderStatus.NEW
    assert await issues(order) == ["PERSONALISATION_INCOMPLETE"]


async def test_sending_what_is_ready_leaves_a_line_without_its_personalisation_behind(shop):
    order = await shop.order(("NAME-MUG", 1), ("MUG", 1))

    await shop.process(order, send_ready=True)

    named, plain = await shop.lines(order)
    assert (named.fulfillment_order_id, plain.fulfillment_order_id is None) == (None, False)
    assert await issues(order) == ["PERSONALISATION_INCOMPLETE"]


async def test_every_issue_of_a_line_is_told_at_once(shop):
    await models.Variant.filter(sku="NAME-MUG").update(status=VariantStatus.DISABLED)

    order = await shop.order(("NAME-MUG", 1))

    assert await issues(order) == ["PERSONALISATION_INCOMPLETE", "PRODUCT_DISABLED"]


async def test_sending_what_is_ready_does_not_pass_a_verification_by_a_person(orm, shop):
    await models.SalesChannel.filter(id=shop.channel.id).update(auto_verify=False)
    order = await shop.order(("MUG", 1), ("CARD", 101))

    with pytest.raises(Refused) as refused:
        await shop.process(order, send_ready=True)

    (reason,) = refused.value.reasons
    assert isinstance(reason, NotAllowed)
    assert "not verified" in reason.message
    assert (await shop.now(order)).status is OrderStatus.NEW


async def test_sending_what_is_ready_does_not_pass_a_missing_payment(shop):
    order = await shop.order(("MUG", 1), ("CARD", 101))
    await models.SalesChannel.filter(id=shop.channel.id).update(capture_mode=CaptureMode.ON_SHIPMENT)

    with pytest.raises(Refused, match="payment"):
        await shop.process(order, send_ready=True)


async def test_cancelling_the_line_that_stood_in_the_way_clears_the_way(shop):
    order = await shop.order(("MUG", 1), ("CARD", 101))
    _, cards = await shop.lines(order)

    await shop.cancel(order, (cards, None))

    assert await issues(order) == []
    assert (await shop.now(order)).status is OrderStatus.RECEIVED


async def test_cancelling_the_units_that_are_not_in_stock_reserves_the_others(shop):
    order = await shop.order(("CARD", 101))
    (cards,) = await shop.lines(order)

    await shop.cancel(order, (cards, 1))

    assert (await shop.now(order)).status is OrderStatus.RECEIVED
    assert (await shop.stock("CARD")).reserved == 100


async def test_a_channel_without_remorse_time_holds_no_order_whose_clock_was_ahead(shop):
    order = await shop.order(placed_at=shop.clock() + timedelta(hours=1))

    assert (order.status, order.hold_reason) == (OrderStatus.RECEIVED, None)


async def test_a_wholly_cancelled_order_has_no_issues_left(shop):
    order = await shop.order(("MUG", 1))
    await models.Address.filter(order_id=order.id).update(city="")
    with pytest.raises(Refused):
        await shop.process(order)
    await models.OrderIssue.create(
        order_id=order.id, code="ADDRESS_INCOMPLETE", blocking=True, path="shippingAddress.city",
        message="The delivery address lacks city.", raised_at=order.received_at, raised_by="Ordergraph",
    )  # fmt: skip

    await shop.cancel(order)

    assert (await shop.now(order)).status is OrderStatus.CANCELLED
    assert await issues(order) == []
