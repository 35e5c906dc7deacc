from __future__ import annotations

import asyncio

import pytest

import models
from domain.access import CompanyKind
from domain.catalog import ConnectionStatus
from domain.events import Audience
from domain.money import NO_CURRENCY
from domain.payments import CaptureMode
from domain.refusals import PermissionDenied, Refused
from operations.auditing import audit
from operations.channels import ensure_channel, planned_channel
from operations.imports.catalog import ImportCatalog, import_catalog
from operations.imports.master import Tally
from operations.imports.orders import ImportOrders, import_orders
from operations.imports.suppliers import ImportSuppliers, import_suppliers
from operations.system import system_viewer
from tests.operations.files import CATALOGUE, SUPPLIERS, orders, row
from tests.shop import Shop


@pytest.fixture
async def shop(orm):
    return await Shop.open()


async def suppliers(shop: Shop, text: str = SUPPLIERS, viewer=None) -> Tally:
    command = ImportSuppliers(shop.channel.code, text)
    return (await import_suppliers(shop.world, viewer or shop.administrator, command)).tally


async def catalogue(shop: Shop, text: str = CATALOGUE, viewer=None) -> Tally:
    command = ImportCatalog(shop.channel.code, text)
    return (await import_catalog(shop.world, viewer or shop.retailer, command)).tally


async def test_what_imported_suppliers_carry_can_be_ordered_and_sent(shop):
    assert await suppliers(shop) == Tally(created=2)
    assert await catalogue(shop) == Tally(created=3)

    method = "Standard delivery"
    lines = orders(row("A1", "BOARD-S", method=method), row("A1", "LANTERN", method=method))
    await import_orders(shop.world, shop.agent, ImportOrders(shop.channel.code, lines))
    order = await models.Order.get()
    await shop.process(order)

    parts = await models.FulfillmentOrder.all().select_related("fulfiller", "service")
    assert sorted((part.fulfiller.code, part.service.tracked) for part in parts) == [
        ("mill", True),
        ("yard", True),
    ]
    assert (await audit()).findings == ()


async def test_a_supplier_comes_with_its_source_its_roles_and_its_connection(shop):
    await suppliers(shop)

    company = await models.Company.get(code="mill")
    source = await models.Source.get(company_id=company.id)
    connection = await models.Connection.get(fulfiller_id=company.id)
    assert company.kind is CompanyKind.FULFILLER
    assert (source.city, source.postcode, source.country_code) == ("Leeds", "LS1", "GB")
    assert (connection.retailer_id, connection.status) == (shop.channel.retailer_id, ConnectionStatus.ACTIVE)
    assert await models.Role.filter(company_id=company.id).values_list("code", flat=True) == ["fulfiller"]
    event = await models.OrderEvent.get(aggregate="company", aggregate_id=company.id)
    assert (event.order_version, event.audience, event.fulfiller_id) == (1, Audience.SHARED, company.id)


async def test_the_same_files_again_write_nothing(shop):
    await suppliers(shop)
    await catalogue(shop)
    before = await models.OrderEvent.all().count()

    assert await suppliers(shop) == Tally(unchanged=2)
    assert await catalogue(shop) == Tally(unchanged=3)
    assert await models.OrderEvent.all().count() == before


async def test_a_corrected_supplier_is_changed_and_the_log_says_what(shop):
    await suppliers(shop)

    tally = await suppliers(shop, SUPPLIERS.replace("Leeds", "Bradford"))

    event = await models.OrderEvent.filter(type="company.imported").order_by("-id").first()
    assert tally == Tally(changed=1, unchanged=1)
    assert (event.order_version, event.data["changes"]) == (2, {"city": ["Leeds", "Bradford"]})
    assert await models.Source.filter(city="Bradford").count() == 1
    assert (await audit()).findings == ()


async def test_a_suspended_connection_stays_suspended(shop):
    await suppliers(shop)
    await models.Connection.all().update(status=ConnectionStatus.SUSPENDED)

    await suppliers(shop)

    assert await models.Connection.filter(status=ConnectionStatus.ACTIVE).count() == 0


async def test_a_second_channel_connects_known_suppliers_without_making_them_again(shop):
    await suppliers(shop)
    command = ImportSuppliers(shop.rival_channel.code, SUPPLIERS)

    report = await import_suppliers(shop.world, shop.administrator, command)

    assert report.tally == Tally(changed=2)
    assert await models.Company.filter(code="mill").count() == 1
    assert await models.Connection.filter(fulfiller__code="mill").count() == 2


async def test_a_code_of_another_kind_of_company_is_refused_before_anything_is_written(shop):
    with pytest.raises(Refused) as refusal:
        await suppliers(shop, "supplier,name\nmill,Mill\nleaf,Leaf\n")

    assert [(reason.row, reason.column) for reason in refusal.value.reasons] == [(3, "supplier")]
    assert await models.Company.filter(code="mill").count() == 0


async def test_suppliers_belong_to_all_so_only_the_platform_imports_them(shop):
    for viewer in (shop.retailer, shop.press, shop.agent):
        with pytest.raises(Refused) as refusal:
            await suppliers(shop, viewer=viewer)

        assert isinstance(refusal.value.reasons[0], PermissionDenied)


async def test_a_changed_variant_says_in_the_log_what_changed(shop):
    await suppliers(shop)
    await catalogue(shop)

    tally = await catalogue(
        shop,
        CATALOGUE.replace("12.50", "13.00").replace("lamps,LANTERN,Lantern,,", "lamps,LANTERN,Lantern,light,"),
    )

    assert tally == Tally(changed=1, unchanged=2)
    event = await models.OrderEvent.filter(type="variant.imported").order_by("-id").first()
    assert (event.order_version, event.data["changes"]) == (2, {"price_minor": [1250, 1300]})
    product = await models.OrderEvent.filter(type="product.imported").order_by("-id").first()
    assert product.data["changes"] == {"category": [None, "light"]}
    assert (await audit()).findings == ()


async def test_a_supplier_that_is_new_for_a_variant_carries_it_from_then_on(shop):
    await suppliers(shop)
    await catalogue(shop)

    tally = await catalogue(shop, CATALOGUE.replace("12.50,EUR,mill", "12.50,EUR,yard"))

    carriers = models.StockLevel.filter(variant__sku="BOARD-S").order_by("source__company__code")
    assert tally == Tally(changed=1, unchanged=2)
    assert await carriers.values_list("source__company__code", "managed") == [("mill", False), ("yard", False)]


async def test_a_catalogue_that_names_an_unknown_supplier_is_refused_with_row_and_column(shop):
    with pytest.raises(Refused) as refusal:
        await catalogue(shop)

    places = [(reason.row, reason.column) for reason in refusal.value.reasons]
    assert places == [(2, "suppliers"), (3, "suppliers"), (3, "suppliers"), (4, "suppliers")]
    assert await models.Variant.filter(sku="BOARD-S").count() == 0


async def test_a_channel_made_for_a_file_takes_the_currency_of_its_catalogue(shop):
    viewer = system_viewer()
    planned = await planned_channel("olive")
    channel = await ensure_channel(shop.world, viewer, "olive")
    await import_suppliers(shop.world, viewer, ImportSuppliers("olive", SUPPLIERS))

    await import_catalog(shop.world, viewer, ImportCatalog("olive", CATALOGUE))

    assert (planned.currency, planned.capture_mode) == (NO_CURRENCY, CaptureMode.OFFLINE)
    assert (await shop.now(channel)).currency == "EUR"
    assert await models.OrderEvent.filter(aggregate="channel").order_by("id").values_list("type", flat=True) == [
        "channel.created",
        "channel.changed",
    ]
    assert (await ensure_channel(shop.world, viewer, "olive")).id == channel.id


@pytest.mark.postgres
async def test_two_who_import_the_same_catalogue_at_once_import_it_once(shop):
    await asyncio.gather(*(suppliers(shop) for _ in range(4)))
    tallies = await asyncio.gather(*(catalogue(shop) for _ in range(4)))

    assert sum(tally.created for tally in tallies) == 3
    assert await models.OrderEvent.filter(type="company.imported").count() == 2
    assert await models.OrderEvent.filter(type="variant.imported").count() == 3
    assert (await audit()).findings == ()
