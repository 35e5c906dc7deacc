from __future__ import annotations

from collections.abc import Iterator

from tests.api.matrix.canaries import UNTOUCHED, is_worded, tables
from tests.api.matrix.columns import reader
from tests.api.matrix.fair import Fair
from tests.api.matrix.market import viewer_names


async def test_every_table_has_rows_and_every_text_and_amount_in_them_is_judged(fair: Fair) -> None:
    empty = [name for name in tables() if not fair.rows[name]]
    unjudged = {(cell.table, cell.column) for cell in fair.places.values() if _unjudged(*cell[::2])}

    wordless = {one for one in _worded() if one not in {cell[::2] for cell in fair.places.values()}}

    assert empty == [], "put rows of these into tests/api/matrix/market.py"
    assert wordless == set(), "put texts into these in tests/api/matrix/market.py"
    assert unjudged == set(), "say in tests/api/matrix/columns.py who reads these"


async def test_everybody_is_there(fair: Fair) -> None:
    assert sorted(fair.viewers) == sorted(viewer_names())


def _worded() -> Iterator[tuple[str, str]]:
    """Every column that could hold a word."""
    for name, table in tables().items():
        for column, field in table._meta.fields_map.items():
            if f"{name}.{column}" not in UNTOUCHED | {"OrderEvent.data"} and is_worded(field):
                yield name, column


def _unjudged(table: str, column: str) -> bool:
    try:
        reader(table, column)
    except KeyError:
        return True
    return False
