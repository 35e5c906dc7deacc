from __future__ import annotations

from datetime import UTC, datetime

import pytest

import models
from domain.fulfilment_files import Step
from domain.orders import OrderStatus
from domain.refusals import PermissionDenied, Refused
from domain.shipments import ShipmentStatus
from operations.auditing import audit
from operations.replaying import ReplayReport, plan_replay, replay
from tests.shop import Shop

HEADER = "order.external_ref,supplier,final_status,approved_at,handed_to_carrier_at,delivered_at"


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def again(shop: Shop, *rows: str) -> ReplayReport:
    plan = await plan_replay(shop.supervisor, shop.channel, "\n".join((HEADER, *rows)) + "\n")
    return await replay(shop.world, shop.supervisor, plan)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ("processing,2026-01-02,,", OrderStatus.PROCESSING),
        ("shipped,2026-01-02,2026-01-03,", OrderStatus.SHIPPED),
        ("delivered,2026-01-02,2026-01-03,2026-01-09", OrderStatus.COMPLETE),
        ("delivered,2026-01-02,,", OrderStatus.COMPLETE),
        ("canceled,2026-01-02,,", OrderStatus.CANCELLED),
        ("unavailable,,,", OrderStatus.CANCELLED),
        ("canceled,2026-01-02,2026-01-03,", OrderStatus.SHIPPED),
    ],
)
async def test_an_order_ends_as_the_real_one_did(shop, cells, status):
    order = await shop.order(("CARD", 3), reference="A1")

    report = await again(shop, f"A1,dock,{cells}")

    assert report.refused == ()
    assert (await shop.now(order)).status is status
    assert (await audit()).findings == ()


async def test_each_supplier_has_a_history_of_its_own(shop):
    order = await shop.order(("MUG", 1), ("CARD", 2), reference="A1")

    await again(shop, "A1,press,delivered,2026-01-02,2026-01-03,2026-01-05", "A1,dock,unavailable,2026-01-02,,")

    mug, card = await shop.lines(order)
    assert (mug.delivered, card.cancelled) == (1, 2)
    assert (await shop.now(order)).status is OrderStatus.COMPLETE
    assert (await shop.now(order)).status_reason == "PARTIALLY_SHIPPED"


async def test_things_happen_at_their_own_time_and_in_time_order(shop):
    first, second = await shop.order(reference="A1"), await shop.order(reference="A2")

    await again(
        shop,
        "A1,press,delivered,2026-01-02 10:00:00,2026-01-05 11:00:00,2026-01-09 12:00:00",
        "A2,press,shipped,2026-01-01 08:00:00,2026-01-04 09:00:00,",
    )

    parcel = await models.Shipment.get(order_id=first.id)
    assert parcel.shipped_at == datetime(2026, 1, 5, 11, tzinfo=UTC)
    assert parcel.delivered_at == datetime(2026, 1, 9, 12, tzinfo=UTC)
    events = models.OrderEvent.filter(type__in=["shipment.created", "tracking.recorded"]).order_by("id")
    assert await events.values_list("order_id", flat=True) == [second.id, first.id, first.id]
    times = (
        await models.OrderEvent.exclude(type="order.imported").order_by("id").values_list("occurred_at", flat=True)
    )
    replayed = [time for time in times if time < shop.clock()]
    assert replayed == sorted(replayed)


async def test_the_same_history_again_changes_nothing(shop):
    rows = ("A1,press,delivered,2026-01-02,2026-01-03,2026-01-05", "A2,dock,canceled,2026-01-02,,")
    order, other = await shop.order(reference="A1"), await shop.order(("CARD", 1), reference="A2")
    await again(shop, *rows)
    before = await shop.trace(order), await shop.trace(other)

    report = await again(shop, *rows)

    assert report.done == {}
    assert (await shop.trace(order), await shop.trace(other)) == before


async def test_a_history_broken_off_is_taken_up_where_it_ended(shop):
    order = await shop.order(reference="A1")
    await again(shop, "A1,press,shipped,2026-01-02,2026-01-03,")

    report = await again(shop, "A1,press,delivered,2026-01-02,2026-01-03,2026-01-05")

    assert report.done == {Step.DELIVER: 1}
    assert (await shop.now(order)).status is OrderStatus.COMPLETE


async def test_tracking_numbers_are_made_up_the_same_way_every_time(shop):
    await shop.order(reference="A1")
    await shop.order(reference="A1", channel=shop.rival_channel)

    for channel in (shop.channel, shop.rival_channel):
        plan = await plan_replay(shop.supervisor, channel, f"{HEADER}\nA1,press,shipped,2026-01-02,2026-01-03,\n")
        await replay(shop.world, shop.supervisor, plan)

    numbers = await models.Shipment.all().values_list("tracking_number", flat=True)
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


async def test_orders_and_suppliers_nobody_knows_are_named_before_anything_happens(shop):
    order = await shop.order(reference="A1")

    with pytest.raises(Refused) as refusal:
        await again(shop, "A1,press,shipped,,2026-01-03,", "A1,dock,shipped,,2026-01-03,", "B1,press,shipped,,,")

    places = [(reason.row, reason.column) for reason in refusal.value.reasons]
    assert places == [(3, "supplier"), (4, "order.external_ref")]
    assert (await shop.now(order)).status is OrderStatus.RECEIVED


async def test_what_is_refused_is_told_with_its_row_and_the_rest_goes_on(shop):
    held, free = await shop.order(reference="A1"), await shop.order(reference="A2")
    await shop.hold(held)

    report = await again(
        shop, "A1,press,shipped,2026-01-02,2026-01-03,", "A2,press,shipped,2026-01-02,2026-01-03,"
    )

    assert [reason.row for reason in report.refused] == [2]
    assert (await shop.now(held)).status is OrderStatus.ON_HOLD
    assert (await shop.now(free)).status is OrderStatus.SHIPPED


async def test_a_parcel_under_way_that_was_replayed_is_under_way(shop):
    await shop.order(reference="A1")

    await again(shop, "A1,press,shipped,2026-01-02,2026-01-03,")

    assert (await models.Shipment.get()).status is ShipmentStatus.CREATED


async def test_history_is_replayed_only_by_who_may_do_all_of_it(shop):
    await shop.order(reference="A1")

    for viewer in (shop.onlooker, shop.press, shop.agent):
        with pytest.raises(Refused) as refusal:
            await plan_replay(viewer, shop.channel, f"{HEADER}\nA1,press,shipped,,,\n")

        assert isinstance(refusal.value.reasons[0], PermissionDenied)
