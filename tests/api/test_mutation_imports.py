"""Files of orders and of the catalogue come in through the API."""

from __future__ import annotations

from typing import Any

import pytest

import models
from tests.shop import Shop

HEADER = "order.external_ref,order.sale_datetime,item.sku,item.quantity,item.unit_price,order.shipping_method"
IMPORTED = "imported unchanged orders { number externalReference lines { sku } }"


def row(reference: str, sku: str = "MUG", quantity: str = "1") -> str:
    return f"{reference},2026-03-01 10:00:00,{sku},{quantity},10.00,Standard"


def file(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


async def imported(shop: Shop, csv: str, selection: str = IMPORTED, **more: Any) -> Any:
    given = {"channel": shop.channel.code, "csv": csv, **more}
    return await shop.do(shop.agent, "orderImport", selection, **given)


async def test_orders_come_in_and_the_same_file_again_changes_nothing(shop: Shop) -> None:
    csv = file(row("A-1"), row("A-1", "CARD", "2"), row("A-2"))

    first = await imported(shop, csv)
    count = await models.OrderEvent.all().count()
    again = await imported(shop, csv)

    assert first["userErrors"] == first["warnings"] == []
    assert (first["imported"], first["unchanged"]) == (2, 0)
    assert [order["externalReference"] for order in first["orders"]] == ["A-1", "A-2"]
    assert first["orders"][0]["lines"] == [{"sku": "MUG"}, {"sku": "CARD"}]
    assert (again["imported"], again["unchanged"], again["orders"]) == (0, 2, [])
    assert await models.OrderEvent.all().count() == count


async def test_a_file_with_mistakes_imports_nothing_and_names_every_cell(shop: Shop) -> None:
    csv = file(row("A-1"), row("A-2", quantity="many"), row("", "CARD"))

    payload = await imported(shop, csv)

    assert (payload["imported"], payload["orders"]) == (0, [])
    found = [(error["code"], error["row"], error["column"], error["path"]) for error in payload["userErrors"]]
    assert found == [
        ("ROW_INVALID", 3, "item.quantity", ["input", "csv"]),
        ("ROW_INVALID", 4, "order.external_ref", ["input", "csv"]),
    ]
    assert await models.Order.all().count() == 0


async def test_good_orders_come_in_beside_bad_ones_when_asked_for(shop: Shop) -> None:
    csv = file(row("A-1"), row("A-2", quantity="many"), row("A-3"))

    payload = await imported(shop, csv, mode="PER_ORDER")

    assert payload["imported"] == 2
    assert [order["externalReference"] for order in payload["orders"]] == ["A-1", "A-3"]
    assert [error["row"] for error in payload["userErrors"]] == [3]


async def test_another_order_under_a_known_reference_is_refused_and_names_the_first(shop: Shop) -> None:
    order = await shop.order(reference="A-1")
    before = await shop.trace(order)

    payload = await imported(shop, file(row("A-1", quantity="9")))

    (error,) = payload["userErrors"]
    assert (error["__typename"], error["existing"]) == ("DuplicateReference", shop.id(order))
    assert (error["number"], error["retry"]) == (order.number, "AFTER_CHANGE")
    assert await shop.trace(order) == before


async def test_columns_that_mean_nothing_are_left_out_with_a_warning(shop: Shop) -> None:
    payload = await imported(shop, file(row("A-1") + ",blue", header=f"{HEADER},item.colour"))

    assert payload["imported"] == 1
    (warning,) = payload["warnings"]
    assert (warning["code"], warning["path"]) == ("COLUMN_LEFT_OUT", ["input", "csv", "item.colour"])


@pytest.mark.parametrize("csv", ["", "\0", "\ud800", "a,b\n\0,1\n", f"{HEADER},\ud800\n{row('A-1')},x\n"])
async def test_a_file_that_is_no_text_is_refused_and_its_characters_are_not_repeated(shop: Shop, csv: str) -> None:
    payload = await imported(shop, csv, "imported")

    assert payload["imported"] == 0
    assert payload["userErrors"] != []
    str(payload).encode()


@pytest.mark.parametrize("channel", ["rival-web", "nowhere", "", "\0", "\ud800", "x" * 65])
async def test_foreign_and_absent_channels_are_answered_alike(shop: Shop, channel: str) -> None:
    payload = await shop.do(shop.retailer, "orderImport", "imported", channel=channel, csv=file(row("A-1")))

    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("NOT_FOUND", ["input", "channel"])
    ]


@pytest.mark.parametrize("role", ["viewer", "partner", "press"])
async def test_those_who_may_not_import_are_told_so(shop: Shop, role: str) -> None:
    await shop.processed()

    payload = await shop.do(shop.viewers[role], "orderImport", channel=shop.channel.code, csv=file(row("A-1")))

    assert [error["permission"] for error in payload["userErrors"]] == ["ORDERS_CREATE"]


async def test_a_catalogue_comes_in_and_is_corrected(shop: Shop) -> None:
    rows = "TEA-STYLE,TEA,Tea,4.00,EUR,press"
    given = {"channel": shop.channel.code}
    selection = "imported changed unchanged"
    header = "product,sku,name,price,currency,suppliers"

    added = await shop.do(shop.retailer, "catalogImport", selection, csv=file(rows, header=header), **given)
    again = await shop.do(shop.retailer, "catalogImport", selection, csv=file(rows, header=header), **given)
    dearer = rows.replace("4.00", "5.00")
    changed = await shop.do(shop.retailer, "catalogImport", selection, csv=file(dearer, header=header), **given)

    outcomes = [(one["imported"], one["changed"], one["unchanged"]) for one in (added, again, changed)]
    assert outcomes == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]
    assert (await models.Variant.get(sku="TEA")).price_minor == 500


async def test_a_catalogue_with_mistakes_changes_nothing(shop: Shop) -> None:
    before = await models.Variant.all().count()
    csv = file("TEA-STYLE,TEA,Tea,nobody", "TEA-STYLE,,Tea,press", header="product,sku,name,suppliers")

    payload = await shop.do(shop.retailer, "catalogImport", "imported", channel=shop.channel.code, csv=csv)

    assert {(error["row"], error["column"]) for error in payload["userErrors"]} == {(2, "suppliers"), (3, "sku")}
    assert await models.Variant.all().count() == before


async def test_an_agent_may_not_change_the_catalogue(shop: Shop) -> None:
    payload = await shop.do(shop.agent, "catalogImport", channel=shop.channel.code, csv="product,sku,name\n")

    assert [error["permission"] for error in payload["userErrors"]] == ["CATALOG_MANAGE"]
