from __future__ import annotations

import pytest

from domain.catalog_files import read_catalog, read_suppliers

GOODS = "product,sku,name,category,weight_grams,length_cm,width_cm,height_cm,price,currency,suppliers"


def test_a_supplier_needs_a_code_and_a_name_alone():
    file = read_suppliers("supplier,name\npress,The Press\n")

    (draft,) = file.drafts
    assert (draft.code, draft.name, draft.country_code, draft.city) == ("press", "The Press", None, None)
    assert file.errors == ()


def test_every_mistake_in_a_file_of_suppliers_is_told_at_once():
    file = read_suppliers("supplier,name,country_code\npress,,DE\n,Dock,DE\ndepot,Depot,XX\npress,Press,DE\n")

    places = [(error.row, error.column) for error in file.errors]
    assert places == [(2, "name"), (3, "supplier"), (4, "country_code"), (5, "supplier")]


def test_a_variant_has_its_measures_in_millimetres_and_its_price_in_cents():
    file = read_catalog(f"{GOODS}\nmugs,MUG,Mug,kitchen,350,12.5,8,9,12.30,EUR,press| dock |press\n", None)

    (draft,) = file.drafts
    assert file.errors == ()
    assert (draft.weight_grams, draft.length_mm, draft.width_mm) == (350, 125, 80)
    assert (draft.price_minor, draft.currency) == (1230, "EUR")
    assert draft.suppliers == ("press", "dock")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",MUG,Mug,,,,,,,,", "product"),
        ("mugs,MUG,Mug,,heavy,,,,,,", "weight_grams"),
        ("mugs,MUG,Mug,,,-1,,,,,", "length_cm"),
        ("mugs,MUG,Mug,,,NaN,,,,,", "length_cm"),
        ("mugs,MUG,Mug,,,,,,1,,", "currency"),
        ("mugs,MUG,Mug,,,,,,-1,EUR,", "price"),
        ("mugs,MUG,Mug,,,,,,1,Euro,", "currency"),
    ],
)
def test_a_cell_of_the_catalogue_that_cannot_be_right_is_named(row, column):
    errors = read_catalog(f"{GOODS}\n{row}\n", None).errors

    assert [(error.row, error.column) for error in errors] == [(2, column)]


def test_a_product_has_one_category():
    errors = read_catalog("product,sku,name,category\nmugs,A,A,kitchen\nmugs,B,B,garden\n", "EUR").errors

    assert [(error.row, error.column) for error in errors] == [(3, "category")]


def test_a_sku_stands_in_a_catalogue_once():
    errors = read_catalog("product,sku,name\nmugs,A,A\nmugs,A,B\n", "EUR").errors

    assert [(error.row, error.column) for error in errors] == [(3, "sku")]
