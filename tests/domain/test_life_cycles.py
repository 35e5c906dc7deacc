"""The printed life cycles are those the program decides by."""

from __future__ import annotations

from docs.print_life_cycles import TARGET, page


def test_the_printed_life_cycles_are_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "run: python docs/print_life_cycles.py"
