from __future__ import annotations

from tests.api.matrix.canaries import tables
from tests.api.matrix.columns import reader
from tests.api.matrix.fair import Fair
from tests.api.matrix.market import viewer_names


async def test_every_table_has_rows_and_every_text_and_amount_in_them_is_judged(fair: Fair) -> None:
    empty = [name for name in tables() if not fair.rows[name]]
    unjudged = {(cell.table, cell.column) for cell in fair.places.values() if _unjudged(*cell[::2])}

    assert empty == [], "put rows of these into tests/api/matrix/market.py"
    assert unjudged == set(), "say in tests/api/matrix/columns.py who reads these"


async def test_everybody_is_there(fair: Fair) -> None:
    assert sorted(fair.viewers) == sorted(viewer_names())


def _unjudged(table: str, column: str) -> bool:
    try:
        reader(table, column)
    except KeyError:
        return True
    return False
