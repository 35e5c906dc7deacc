from __future__ import annotations

import asyncio

import pytest

import models
from domain.access import Permission
from domain.catalog import EntryStatus
from domain.events import ActorKind
from domain.issues import IssueCode
from domain.money import NO_CURRENCY
from domain.orders import HoldReason, OrderStatus
from domain.payments import CaptureMode, OperationStatus, PaymentEvent, PaymentStatus
from domain.refusals import DuplicateReference, NotFound, PermissionDenied, Refused, RowInvalid
from operations.auditing import audit
from operations.imports.orders import (
    ImportMode,
    ImportOrders,
    ImportReport,
    check_orders,
    import_orders,
    store_orders,
)
from tests.operations.files import ORDER_COLUMNS, orders, row
from tests.shop import Shop


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def bring(
    shop: Shop, text: str, viewer=None, *, mode: ImportMode = ImportMode.ALL_OR_NOTHING
) -> ImportReport:
    return await import_orders(shop.world, viewer or shop.agent, ImportOrders(shop.channel.code, text, mode))


async def stored(reference: str) -> models.Order:
    return await models.Order.get(external_ref=reference)


async def test_an_imported_order_is_verified_and_waits_to_be_processed(shop):
    report = await bring(shop, orders(row("A1", "MUG", 2, "10.00"), row("A1", "CARD", 3, "1.50")))

    order = await stored("A1")
    assert (report.imported, report.unchanged, report.order_ids) == (1, 0, (order.id,))
    assert (order.status, order.total_minor, order.items_minor) == (OrderStatus.RECEIVED, 2450, 2450)
    assert (order.customer_first_name, order.customer_last_name) == ("Ada", "Lovelace")
    assert [(line.sku, line.ordered, line.open) for line in await shop.lines(order)] == [
        ("MUG", 2, 2),
        ("CARD", 3, 3),
    ]
    assert (await shop.stock("CARD")).reserved == 3
    assert (await shop.events(order))[0] == "order.imported"
    assert (await audit()).findings == ()


async def test_history_says_who_imported_an_order(shop):
    await bring(shop, orders(row("A1")), shop.retailer)

    events = await models.OrderEvent.filter(order_id=(await stored("A1")).id)
    assert {(event.actor_kind, event.actor_name) for event in events} == {(ActorKind.USER, shop.retailer.name)}


async def test_the_same_file_again_changes_nothing(shop):
    text = orders(row("A1"), row("A2", "CARD", 5))
    await bring(shop, text)
    before = await models.OrderEvent.all().count()

    again = await bring(shop, text)

    assert (again.imported, again.unchanged, again.order_ids) == (0, 2, ())
    assert await models.Order.all().count() == 2
    assert await models.OrderEvent.all().count() == before
    assert (await shop.stock("CARD")).reserved == 5


async def test_another_order_under_a_known_reference_is_refused_and_names_the_first(shop):
    await bring(shop, orders(row("A1")))
    first = await stored("A1")

    with pytest.raises(Refused) as refusal:
        await bring(shop, orders(row("A1", units=2), row("A2")))

    (reason,) = refusal.value.reasons
    assert isinstance(reason, DuplicateReference)
    assert (reason.existing, reason.number) == (first.id, first.number)
    assert await models.Order.all().count() == 1


async def test_a_reference_counts_in_its_own_channel_alone(shop):
    await bring(shop, orders(row("A1")))

    await import_orders(shop.world, shop.rival, ImportOrders(shop.rival_channel.code, orders(row("A1", units=2))))

    assert await models.Order.filter(external_ref="A1").count() == 2


async def test_a_file_with_a_mistake_imports_nothing_and_tells_all_of_them(shop):
    with pytest.raises(Refused) as refusal:
        await bring(shop, orders(row("A1"), row("A2", units=0), row("A3", price="ten")))

    places = [(reason.row, reason.column) for reason in refusal.value.reasons if isinstance(reason, RowInvalid)]
    assert places == [(3, "item.quantity"), (4, "item.unit_price")]
    assert await models.Order.all().count() == 0
    assert await models.OrderEvent.all().count() == 0


async def test_order_by_order_the_good_ones_come_in_and_the_others_are_reported(shop):
    await bring(shop, orders(row("A0")))

    report = await bring(
        shop, orders(row("A0", units=2), row("A1"), row("A2", units=0)), mode=ImportMode.PER_ORDER
    )

    assert (report.imported, report.unchanged) == (1, 0)
    assert {type(reason) for reason in report.refused} == {DuplicateReference, RowInvalid}
    assert report.order_ids == ((await stored("A1")).id,)


async def test_a_file_without_a_needed_column_imports_nothing_even_order_by_order(shop):
    report = await bring(shop, "order.external_ref,item.sku,item.quantity\nA1,MUG,1\n", mode=ImportMode.PER_ORDER)

    assert (report.imported, [reason.column for reason in report.refused]) == (0, ["order.sale_datetime"])


async def test_an_unknown_column_is_a_warning(shop):
    report = await bring(shop, orders(row("A1") + ",full", columns=(*ORDER_COLUMNS, "order.moon_phase")))

    assert report.imported == 1
    assert [warning.column for warning in report.warnings] == ["order.moon_phase"]


async def test_a_line_without_a_price_costs_what_the_catalogue_says(shop):
    await bring(shop, orders(row("A1", "CARD", 2, price="")))

    (line,) = await shop.lines(await stored("A1"))
    assert (line.unit_price_minor, line.total_minor, line.name) == (1000, 2000, "Card")


async def test_a_line_without_any_price_is_refused(shop):
    with pytest.raises(Refused) as refusal:
        await bring(shop, orders(row("A1", "UNKNOWN", price="")))

    assert [(reason.row, reason.column) for reason in refusal.value.reasons] == [(2, "item.unit_price")]


async def test_an_order_can_replace_one_of_the_same_retailer(shop):
    old = await shop.order()
    columns = (*ORDER_COLUMNS, "order.replaces")

    await bring(shop, orders(f"{row('A1')},{old.number}", columns=columns))

    assert (await stored("A1")).replaces_id == old.id


async def test_an_order_cannot_replace_what_the_retailer_does_not_have(shop):
    foreign = await shop.order(channel=shop.rival_channel)
    columns = (*ORDER_COLUMNS, "order.replaces")

    with pytest.raises(Refused) as refusal:
        await bring(shop, orders(f"{row('A1')},{foreign.number}", f"{row('A2')},none", columns=columns))

    places = [(reason.row, reason.column) for reason in refusal.value.reasons]
    assert places == [(2, "order.replaces"), (3, "order.replaces")]


async def test_a_payment_made_outside_counts_as_captured(shop):
    await bring(shop, orders(row("A1", paid="10.00")))

    payment = await models.Payment.get()
    operation = await models.PaymentOperation.get()
    assert (payment.method, payment.status) == ("other", PaymentStatus.CAPTURED)
    assert (payment.authorised_minor, payment.captured_minor) == (1000, 1000)
    assert (operation.event, operation.status, operation.amount_minor) == (
        PaymentEvent.CAPTURE,
        OperationStatus.SUCCEEDED,
        1000,
    )


async def test_a_payment_to_be_captured_later_is_authorised(orm):
    shop = await Shop.open(capture_mode=CaptureMode.ON_SHIPMENT)

    await bring(shop, orders(row("A1", paid="10.00")))

    payment = await models.Payment.get()
    assert (payment.status, payment.authorised_minor, payment.captured_minor) == (
        PaymentStatus.AUTHORISED,
        1000,
        0,
    )
    assert "payment.authorised" in await shop.events(await stored("A1"))


@pytest.mark.parametrize(
    ("paid", "issues"), [("15.50", []), ("15.51", []), ("15.52", [IssueCode.TOTALS_MISMATCH])]
)
async def test_a_payment_that_differs_by_more_than_a_cent_is_an_issue_not_an_error(shop, paid, issues):
    report = await bring(shop, orders(row("A1", shipping="5.50", paid=paid)))

    assert report.imported == 1
    assert await models.OrderIssue.all().values_list("code", flat=True) == issues
    assert (await stored("A1")).status is OrderStatus.RECEIVED


async def test_an_order_with_an_unknown_sku_waits_to_be_resolved(shop):
    await bring(shop, orders(row("A1", "UNKNOWN")))

    assert (await stored("A1")).status is OrderStatus.NEW
    assert await models.OrderIssue.all().values_list("code", flat=True) == [IssueCode.UNKNOWN_SKU]


async def test_a_channel_that_looks_first_holds_what_comes_in(orm):
    shop = await Shop.open(default_entry_status=EntryStatus.ON_HOLD)

    await bring(shop, orders(row("A1")))

    order = await stored("A1")
    assert (order.status, order.hold_reason) == (OrderStatus.ON_HOLD, HoldReason.REVIEW)
    assert "order.held" in await shop.events(order)


async def test_a_customer_may_change_their_mind_for_as_long_as_the_channel_says(orm):
    shop = await Shop.open(remorse_minutes=2 * 24 * 60)

    await bring(shop, orders(row("A1")))

    order = await stored("A1")
    assert (order.status, order.hold_reason) == (OrderStatus.ON_HOLD, HoldReason.REMORSE)
    assert (order.held_until - order.placed_at).days == 2


async def test_remorse_that_is_over_when_an_order_arrives_does_not_hold_it(orm):
    shop = await Shop.open(remorse_minutes=60)

    await bring(shop, orders(row("A1")))

    assert (await stored("A1")).status is OrderStatus.RECEIVED


async def test_a_channel_that_sends_by_itself_sends_what_comes_in(orm):
    shop = await Shop.open(auto_process=True)

    await bring(shop, orders(row("A1"), row("A2", "UNKNOWN")))

    assert (await stored("A1")).status is OrderStatus.PROCESSING
    assert (await stored("A2")).status is OrderStatus.NEW
    assert (await audit()).findings == ()


async def test_a_channel_without_a_currency_takes_that_of_its_first_file(orm):
    shop = await Shop.open(currency=NO_CURRENCY)
    columns = (*ORDER_COLUMNS, "order.currency")

    await bring(shop, orders(f"{row('A1')},JPY".replace("10.00", "1000"), columns=columns))

    assert (await shop.now(shop.channel)).currency == "JPY"
    assert (await stored("A1")).total_minor == 1000
    event = await models.OrderEvent.get(type="channel.changed")
    assert (event.channel_id, event.data["changes"]) == (shop.channel.id, {"currency": ["XXX", "JPY"]})


async def test_the_log_holds_no_personal_data_of_an_import(shop):
    await bring(shop, orders(row("A1", paid="10.00")))

    text = "".join(f"{event.summary}{event.data}" for event in await models.OrderEvent.all())
    assert not [word for word in ("Ada", "Lovelace", "Harbour", "Hamburg", "20457") if word in text]


async def test_who_may_not_create_orders_may_not_import_them(shop):
    for viewer in (shop.onlooker, shop.press, shop.with_permissions(shop.press, *Permission)):
        with pytest.raises(Refused) as refusal:
            await bring(shop, orders(row("A1")), viewer)

        assert isinstance(refusal.value.reasons[0], PermissionDenied)
    assert await models.Order.all().count() == 0


async def test_somebody_elses_channel_is_as_good_as_none(shop):
    limited = shop.limited_to(shop.agent, shop.rival_channel)

    for viewer, code in ((shop.rival, shop.channel.code), (limited, shop.channel.code), (shop.agent, "a\0b")):
        with pytest.raises(Refused) as refusal:
            await import_orders(shop.world, viewer, ImportOrders(code, orders(row("A1"))))

        assert isinstance(refusal.value.reasons[0], NotFound)


@pytest.mark.postgres
async def test_two_who_import_the_same_file_at_once_import_it_once(shop):
    text = orders(*(row(f"A{number}", "CARD") for number in range(12)))

    for mode in ImportMode:
        reports = await asyncio.gather(*(bring(shop, text, mode=mode) for _ in range(4)))

        assert all(report.refused == () for report in reports)
        assert all(report.imported + report.unchanged == 12 for report in reports)
    assert await models.Order.all().count() == 12
    assert (await shop.stock("CARD")).reserved == 12
    assert (await audit()).findings == ()


@pytest.mark.postgres
async def test_of_two_different_orders_under_one_reference_one_comes_in(shop):
    texts = [orders(row("A1", units=units)) for units in (1, 2, 3)]

    reports = await asyncio.gather(*(bring(shop, text, mode=ImportMode.PER_ORDER) for text in texts))

    assert sorted(report.imported for report in reports) == [0, 0, 1]
    assert [type(reason) for report in reports for reason in report.refused] == [DuplicateReference] * 2


@pytest.mark.postgres
async def test_several_orders_stored_at_once_share_the_stock_that_is_there(shop):
    text = orders(*(row(f"A{number}", "CARD", 30) for number in range(5)))

    checked = await check_orders(shop.agent, shop.channel, text)
    report = await store_orders(shop.world, shop.agent, shop.channel, checked, at_once=4)

    assert report.imported == 5
    assert (await shop.stock("CARD")).reserved == 90
    assert await models.OrderIssue.filter(code=IssueCode.OUT_OF_STOCK).count() == 2
    assert (await audit()).findings == ()
