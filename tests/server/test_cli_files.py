from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tortoise.context import TortoiseContext
from tortoise.expressions import F

from models import Order
from server.cli import main
from server.database import config
from tests.operations.files import CATALOGUE, SUPPLIERS, orders, row

METHOD = "Standard delivery"
ORDERS = orders(
    row("A1", "BOARD-S", 2, "12.50", paid="25.00", method=METHOD), row("A2", "LANTERN", 1, "9.99", method=METHOD)
)
HISTORY = """\
order.external_ref,supplier,final_status,approved_at,handed_to_carrier_at,delivered_at
A1,mill,delivered,2026-03-02,2026-03-03,2026-03-09
A2,yard,canceled,2026-03-02,,
"""


@pytest.fixture
def ordergraph(database_url, tmp_path):
    """Runs the command line on this test's database; files are named by what they hold."""

    def run(*words: str, text: str | bytes | None = None) -> Result:
        given = list(words)
        if text is not None:
            file = Path(tmp_path) / "file.csv"
            file.write_bytes(text.encode() if isinstance(text, str) else text)
            given.append(str(file))
        return CliRunner().invoke(main, given, env={"DATABASE_URL": database_url}, catch_exceptions=False)

    return run


def bring_everything(ordergraph) -> None:
    for kind, text in (("suppliers", SUPPLIERS), ("catalogue", CATALOGUE), ("orders", ORDERS)):
        assert ordergraph("import", kind, text=text).exit_code == 0


def test_files_come_in_one_after_the_other_and_history_is_done_again(ordergraph):
    first = ordergraph("import", "suppliers", text=SUPPLIERS)
    second = ordergraph("import", "catalogue", text=CATALOGUE)
    third = ordergraph("import", "orders", text=ORDERS)
    fourth = ordergraph("replay", text=HISTORY)
    last = ordergraph("verify")

    assert "Made the sales channel “import”" in first.stdout
    assert "2 suppliers added" in first.stdout
    assert "3 variants added" in second.stdout
    assert "2 orders imported" in third.stdout
    assert "5 actions" in fourth.stdout
    assert "everything is as it should be" in last.stdout
    assert [result.exit_code for result in (first, second, third, fourth, last)] == [0] * 5


def test_the_same_files_again_change_nothing_and_say_so(ordergraph):
    bring_everything(ordergraph)
    ordergraph("replay", text=HISTORY)

    said = [
        ordergraph("import", "suppliers", text=SUPPLIERS).stdout,
        ordergraph("import", "catalogue", text=CATALOGUE).stdout,
        ordergraph("import", "orders", text=ORDERS).stdout,
        ordergraph("replay", text=HISTORY).stdout,
    ]

    assert said == [
        "0 suppliers added, 0 changed, 2 unchanged.\n",
        "0 variants added, 0 changed, 3 unchanged.\n",
        "0 orders imported, 2 unchanged.\n",
        "0 actions.\n",
    ]


def test_a_fresh_database_is_made_ready_by_the_first_import(blank_url, tmp_path):
    file = tmp_path / "suppliers.csv"
    file.write_text(SUPPLIERS)

    result = CliRunner().invoke(main, ["import", "suppliers", str(file)], env={"DATABASE_URL": blank_url})

    assert result.exit_code == 0
    assert "2 suppliers added" in result.stdout


def test_a_file_with_mistakes_stores_nothing_not_even_a_channel(ordergraph):
    bad = ORDERS.replace(",2,12.50", ",0,twelve").replace("2026-03-01", "01.03.2026", 1)

    result = ordergraph("import", "orders", text=bad)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "row 2, order.sale_datetime:" in result.stderr
    assert "row 2, item.quantity:" in result.stderr
    assert "row 2, item.unit_price:" in result.stderr
    assert "Made the sales channel" in ordergraph("import", "suppliers", text=SUPPLIERS).stdout


def test_one_duplicate_reference_stops_the_whole_file(ordergraph):
    bring_everything(ordergraph)

    result = ordergraph("import", "orders", text=ORDERS.replace("LANTERN,1,", "LANTERN,2,").replace("A1", "A3"))

    assert result.exit_code == 1
    assert "The reference A2 (row 3) belongs to order" in result.stderr
    assert "2 unchanged" in ordergraph("import", "orders", text=ORDERS).stdout
    assert "2 orders" in ordergraph("verify").stdout


def test_an_unknown_column_is_warned_of_and_left_out(ordergraph):
    result = ordergraph("import", "suppliers", text=SUPPLIERS.replace("postcode", "postal"))

    assert result.exit_code == 0
    assert "“postal” is not known" in result.stderr


def test_a_file_in_another_encoding_says_what_to_do(ordergraph):
    result = ordergraph("import", "suppliers", text="supplier,name\nmill,Mühle\n".encode("latin-1"))

    assert result.exit_code == 1
    assert "save it as UTF-8" in result.stderr


def test_history_of_a_channel_that_does_not_exist_is_refused(ordergraph):
    result = ordergraph("replay", "--channel", "nowhere", text=HISTORY)

    assert result.exit_code == 1
    assert "no such sales channel" in result.stderr


def test_history_of_an_unknown_order_names_the_row(ordergraph):
    bring_everything(ordergraph)

    result = ordergraph("replay", text=HISTORY.replace("A2", "B2"))

    assert result.exit_code == 1
    assert "row 3, order.external_ref: The channel has no order “B2”" in result.stderr


def test_a_channel_of_ones_own_is_named_by_its_code(ordergraph):
    result = ordergraph("import", "suppliers", "--channel", "olive", text=SUPPLIERS)

    assert "Made the sales channel “olive” of a new retailer, “olive-retailer”" in result.stdout


def test_a_code_that_is_no_code_is_refused(ordergraph):
    for code in ("", "x" * 51, "a\nb"):
        assert ordergraph("import", "suppliers", "--channel", code, text=SUPPLIERS).exit_code == 2


def test_a_wrong_database_address_is_named(tmp_path):
    result = CliRunner().invoke(main, ["verify"], env={"DATABASE_URL": "mysql://shop"})

    assert result.exit_code == 1
    assert "DATABASE_URL" in result.stderr


def test_damage_makes_verify_end_with_1_and_names_the_order(ordergraph, database_url):
    bring_everything(ordergraph)
    asyncio.run(damage(database_url))

    result = ordergraph("verify")

    assert result.exit_code == 1
    assert "order 100001: grand total is 2501, should be 2500" in result.stdout
    assert "2 differences in 2 orders" in result.stdout


async def damage(url: str) -> None:
    async with TortoiseContext() as context:
        await context.init(config=config(url))
        await Order.all().update(total_minor=F("total_minor") + 1)
