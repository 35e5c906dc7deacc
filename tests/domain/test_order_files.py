from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.catalog import DeliveryMode, ItemKind
from domain.order_draft import line_sums
from domain.order_files import read_orders
from domain.orders import OrderOrigin

HEADER = "order.external_ref,order.sale_datetime,item.sku,item.quantity"


def file_of(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def problems(text: str, currency: str | None = "EUR") -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in read_orders(text, currency).errors]


def with_cell(column: str, cell: str) -> str:
    """A file with one good order and one more column."""
    quoted = '"' + cell.replace('"', '""') + '"'
    return file_of(f"A1,2017-03-25 18:45,MUG,1,{quoted}", header=f"{HEADER},{column}")


def test_a_row_with_the_four_needed_columns_is_an_order():
    file = read_orders(file_of("A1,2017-03-25 18:45:00,MUG,2"), "EUR")

    (order,) = file.orders
    assert file.errors == file.warnings == ()
    assert (order.external_ref, order.currency, order.origin) == ("A1", "EUR", OrderOrigin.IMPORT)
    assert order.placed_at == datetime(2017, 3, 25, 18, 45, tzinfo=UTC)
    assert [(line.sku, line.quantity, line.unit_price_minor) for line in order.lines] == [("MUG", 2, None)]


def test_every_column_arrives_where_it_belongs():
    columns = {
        "order.external_ref": "A1",
        "order.sales_datetime": "2017-03-25T18:45:00-03:00",
        "order.currency": "brl",
        "order.origin": "marketplace",
        "order.replaces": "100001",
        "order.customer_name": "Maria da Silva",
        "order.customer_email": "maria@example.com",
        "order.customer_phone": "+55 1",
        "order.shipping_company": "Silva Ltda",
        "order.shipping_address_1": "Rua Um 1",
        "order.shipping_address_5": "fundos",
        "order.shipping_city": "Recife",
        "order.shipping_region": "PE",
        "order.shipping_postcode": "50000",
        "order.shipping_country_code": "br",
        "order.shipping_method": "Express",
        "order.shipping_price": "5.05",
        "order.expected_delivery": "2017-04-01",
        "order.billing_name": "Caixa",
        "order.billing_city": "Olinda",
        "order.payment_method": "boleto",
        "order.payment_amount": "25",
        "item.external_ref": "A1-1",
        "item.sku": "MUG",
        "item.description": "Mug, blue",
        "item.quantity": "2",
        "item.unit_price": "10.50",
        "item.tax_rate": "0.2",
        "item.discount": "1.05",
        "item.type": "personalised",
        "item.delivery_mode": "STORE_PICKUP",
        "item.external_url": "https://shop.example/mug",
        "item.supplier": "press",
        "item.personalisation": '{"name": "Ada"}',
    }
    cells = ",".join('"' + cell.replace('"', '""') + '"' for cell in columns.values())

    file = read_orders(file_of(cells, header=",".join(columns)), None)

    assert file.errors == file.warnings == ()
    (order,) = file.orders
    (line,) = order.lines
    assert order.placed_at == datetime(2017, 3, 25, 21, 45, tzinfo=UTC)
    assert (order.currency, order.origin, order.replaces) == ("BRL", OrderOrigin.MARKETPLACE, "100001")
    assert order.customer_names == ("Maria da", "Silva")
    assert (order.shipping.street, order.shipping.country_code) == (("Rua Um 1", "fundos"), "BR")
    assert order.billing is not None
    assert (order.billing.name, order.billing.city) == ("Caixa", "Olinda")
    assert (order.shipping_minor, order.payment_minor, order.payment_method) == (505, 2500, "boleto")
    assert order.expected_delivery == date(2017, 4, 1)
    assert (line.unit_price_minor, line.discount_minor, line.tax_rate) == (1050, 105, Decimal("0.2"))
    assert (line.kind, line.delivery_mode) == (ItemKind.PERSONALISED, DeliveryMode.STORE_PICKUP)
    assert (line.supplier, line.personalisation) == ("press", {"name": "Ada"})


def test_rows_of_one_order_are_its_lines_wherever_they_stand():
    file = read_orders(file_of("A1,2017-03-25,MUG,1", "A2,2017-03-26,MUG,1", "A1,2017-03-25,CARD,3"), "EUR")

    assert [[line.sku for line in order.lines] for order in file.orders] == [["MUG", "CARD"], ["MUG"]]
    assert [line.row for line in file.orders[0].lines] == [2, 4]


def test_rows_of_one_order_must_say_the_same_about_it():
    header = f"{HEADER},order.shipping_city"

    found = problems(file_of("A1,2017-03-25,MUG,1,Leeds", "A1,2017-03-25,CARD,1,York", header=header))

    ((row, column, message),) = found
    assert (row, column) == (3, "order.shipping_city")
    assert "“York”" in message
    assert "row 2" in message
    assert "“Leeds”" in message


def test_every_mistake_is_told_at_once_with_its_row_and_column():
    header = f"{HEADER},order.shipping_country_code,item.unit_price"

    found = problems(
        file_of("A1,25/03/2017,,0,XX,12.345", ",2017-03-25,MUG,1,DE,1", "A3,2017-03-25,MUG,x,DE,-1", header=header)
    )

    assert [(row, column) for row, column, _ in found] == [
        (2, "order.sale_datetime"),
        (2, "order.shipping_country_code"),
        (2, "item.sku"),
        (2, "item.quantity"),
        (2, "item.unit_price"),
        (3, "order.external_ref"),
        (4, "item.quantity"),
        (4, "item.unit_price"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("order.currency", "Euro", "ISO 4217"),
        ("order.origin", "FAX", "WEB, MOBILE"),
        ("order.shipping_country_code", "UK", "ISO 3166-1"),
        ("order.shipping_country_code", "\ufb01", "ISO 3166-1"),
        ("order.expected_delivery", "soon", "2017-03-25"),
        ("order.shipping_price", "1,50", "12.30"),
        ("order.payment_amount", "-1", "0 or more"),
        ("item.unit_price", "1e3", "12.30"),
        ("item.tax_rate", "20", "0.20"),
        ("item.tax_rate", "0.12345", "four decimals"),
        ("item.type", "THING", "STOCK"),
        ("item.external_url", "javascript:alert(1)", "https://"),
        ("item.personalisation", "Ada", "JSON object"),
        ("item.personalisation", "[1]", "JSON object"),
        ("item.personalisation", '{"a": "\\u0000"}', "JSON object"),
        ("item.personalisation", '{"a": "\\ud800"}', "JSON object"),
        ("item.personalisation", '{"a": 1e999}', "JSON object"),
        ("item.personalisation", '{"a": 99999999999999999999}', "JSON object"),
        ("item.personalisation", '{"a": ' + "[" * 5000 + "}", "JSON object"),
        ("order.customer_name", "x" * 201, "200"),
        ("order.customer_name", "a\0b", "no text"),
        ("order.customer_name", "a\ud800b", "no text"),
    ],
)
def test_a_cell_that_cannot_be_right_is_named_with_what_to_write(column, cell, hint):
    ((row, named, message),) = problems(with_cell(column, cell))

    assert (row, named) == (2, column)
    assert hint in message


@pytest.mark.parametrize(
    "moment", ["0001-01-01", "9999-12-31T23:59:59-12:00", "2017-02-30", "1489-01-01 10:00", "now"]
)
def test_a_time_that_never_was_is_refused(moment):
    ((row, column, _),) = problems(file_of(f"A1,{moment},MUG,1"))

    assert (row, column) == (2, "order.sale_datetime")


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "100001", "", "٣", "9" * 30])
def test_a_quantity_is_a_whole_number_from_1_to_100000(quantity):
    ((row, column, _),) = problems(file_of(f"A1,2017-03-25,MUG,{quantity}"))

    assert (row, column) == (2, "item.quantity")


def test_an_item_reference_counts_once_in_an_order():
    header = f"{HEADER},item.external_ref"

    found = problems(
        file_of("A1,2017-03-25,MUG,1,1", "A1,2017-03-25,CARD,1,1", "A2,2017-03-25,MUG,1,1", header=header)
    )

    assert [(row, column) for row, column, _ in found] == [(3, "item.external_ref")]


def test_a_discount_is_no_more_than_the_line_costs():
    header = f"{HEADER},item.unit_price,item.discount"

    found = problems(file_of("A1,2017-03-25,MUG,2,5.00,10.00", "A2,2017-03-25,MUG,2,5.00,10.01", header=header))

    assert [(row, column) for row, column, _ in found] == [(3, "item.discount")]


def test_an_order_too_dear_to_be_true_is_refused():
    header = f"{HEADER},item.unit_price"

    found = problems(file_of("A1,2017-03-25,MUG,100000,9999999999.99", header=header))

    assert [(row, column) for row, column, _ in found] == [(2, "item.unit_price")]


def test_without_a_currency_anywhere_an_order_cannot_be_read():
    ((row, column, _),) = problems(file_of("A1,2017-03-25,MUG,1"), None)

    assert (row, column) == (2, "order.currency")


def test_byte_order_mark_and_line_ends_of_other_systems_are_read():
    file = read_orders(
        "\ufeff" + file_of("A1,2017-03-25,MUG,1", "", "A2,2017-03-25,MUG,1").replace("\n", "\r\n"), "EUR"
    )

    assert [order.external_ref for order in file.orders] == ["A1", "A2"]
    assert [order.row for order in file.orders] == [2, 4]


def test_a_column_nobody_knows_is_left_out_with_a_warning():
    file = read_orders(with_cell("order.moon_phase", "full"), "EUR")

    assert len(file.orders) == 1
    assert [(warning.row, warning.column) for warning in file.warnings] == [(1, "order.moon_phase")]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("", (1, ""), "empty"),
        (HEADER.replace(",", ";") + "\n", (1, ""), "semicolons"),
        (HEADER.replace(",", "\t") + "\n", (1, ""), "tabs"),
        (HEADER + "\n", (2, "order.external_ref"), "no row"),
        (HEADER + ",item.sku\nA1,2017-03-25,MUG,1,MUG\n", (1, "item.sku"), "2 times"),
        (HEADER + '\nA1,2017-03-25,"MUG,1\n', (2, ""), "cannot be read"),
        (HEADER + "\nA1,2017-03-25,MUG\n", (2, ""), "3 cells"),
    ],
)
def test_a_file_that_is_no_table_says_why(text, place, hint):
    ((row, column, message),) = problems(text)

    assert (row, column) == place
    assert hint in message


def test_missing_columns_are_named_all_at_once():
    found = problems("item.sku\nMUG\n")

    assert [column for _, column, _ in found] == ["order.external_ref", "order.sale_datetime", "item.quantity"]


def test_no_order_is_read_from_a_file_with_a_row_that_may_belong_to_any_of_them():
    file = read_orders(file_of("A1,2017-03-25,MUG,1", "A1,2017-03-25,CARD"), "EUR")

    assert file.orders == ()
    assert [error.row for error in file.errors] == [3]


def test_good_orders_are_read_beside_bad_ones():
    file = read_orders(file_of("A1,2017-03-25,MUG,0", "A2,2017-03-25,MUG,1"), "EUR")

    assert [order.external_ref for order in file.orders] == ["A2"]
    assert len(file.errors) == 1


def test_the_same_order_has_the_same_digest_however_it_is_written():
    header = f"{HEADER},item.unit_price,item.tax_rate,order.customer_phone"
    text = file_of("A1,2017-03-25 18:45,MUG,1,12.30,0.20,", header=header)
    again = "moon,item.tax_rate,item.unit_price,item.quantity,item.sku,order.sale_datetime,order.external_ref"
    other = file_of("new,0.2,12.3,1,MUG,2017-03-25T20:45:00+02:00,A1", header=again)

    (first,), (second,) = read_orders(text, "EUR").orders, read_orders(other, "EUR").orders

    assert first.digest == second.digest


@pytest.mark.parametrize(
    "change", [("MUG", "CUP"), ("12.30", "12.31"), ("18:45", "18:46"), (",1,", ",2,"), ("A1", "A2")]
)
def test_another_content_has_another_digest(change):
    text = file_of("A1,2017-03-25 18:45,MUG,1,12.30", header=f"{HEADER},item.unit_price")

    (first,), (second,) = read_orders(text, "EUR").orders, read_orders(text.replace(*change), "EUR").orders

    assert first.digest != second.digest


def test_tax_is_inside_the_price_and_adds_up_to_the_cent():
    sums = line_sums(quantity=3, unit_price=1999, discount=100, tax_rate=Decimal("0.19"))

    assert (sums.gross, sums.total) == (5997, 5897)
    assert (sums.net, sums.tax) == (4955, 942)
