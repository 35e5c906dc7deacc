"""No unit is ever lost or made, and a line's status is the first that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fulfillment import FulfillmentStatus
from domain.lines import (
    MOVES,
    LawBroken,
    LineFacts,
    LineStatus,
    Quantities,
    broken_laws,
    fresh,
    line_status,
    move,
)

MOVES_OF_A_UNIT = {
    #          from       to
    "cancel": ("open", "cancelled"),
    "ship": ("open", "on its way"),
    "unship": ("on its way", "open"),
    "deliver": ("on its way", "arrived"),
}


class Units:
    """The same line, kept unit by unit: each is in exactly one place."""

    def __init__(self, ordered: int) -> None:
        self.places = Counter({"open": ordered})

    def move(self, name: str, units: int) -> bool:
        source, target = MOVES_OF_A_UNIT[name]
        if not 1 <= units <= self.places[source]:
            return False
        self.places[source] -= units
        self.places[target] += units
        return True

    def counted(self) -> Quantities:
        place = self.places
        shipped = place["on its way"] + place["arrived"]
        return Quantities(
            ordered=sum(place.values()),
            open=place["open"],
            cancelled=place["cancelled"],
            shipped=shipped,
            with_customer=shipped,
            delivered=place["arrived"],
        )


@settings(deadline=None)
@given(
    ordered=st.integers(1, 12),
    moves=st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(-1, 6)), max_size=30),
)
def test_whatever_is_done_in_whatever_order_no_unit_is_lost_or_made(
    ordered: int, moves: list[tuple[str, int]]
) -> None:
    line, units = fresh(ordered), Units(ordered)

    for name, count in moves:
        before = asdict(line)
        try:
            line = move(line, name, count)
            moved = True
        except LawBroken:
            moved = False
            assert asdict(line) == before
        assert moved is units.move(name, count)
        assert line == units.counted()
        assert not list(broken_laws(line))


def test_only_known_moves_exist() -> None:
    assert set(MOVES) == set(MOVES_OF_A_UNIT)


def test_a_move_with_too_few_units_says_what_would_be_wrong() -> None:
    with pytest.raises(LawBroken, match=r"cannot ship 3 of .*open is negative \(-1\)"):
        move(fresh(2), "ship", 3)


@pytest.mark.parametrize("units", [0, -1])
def test_nothing_is_no_move(units: int) -> None:
    with pytest.raises(LawBroken):
        move(fresh(2), "cancel", units)


def test_a_delivered_unit_cannot_be_taken_out_of_its_parcel_again() -> None:
    arrived = move(move(fresh(1), "ship", 1), "deliver", 1)

    with pytest.raises(LawBroken, match="delivered 1 is more than shipped 0"):
        move(arrived, "unship", 1)


def test_units_returned_claimed_or_asked_to_cancel_are_not_moved_away_by_mistake() -> None:
    returned = Quantities(ordered=1, shipped=1, returned=1, delivered=1)
    claimed = Quantities(ordered=1, shipped=1, with_customer=1, return_pending=1)
    asked_for = Quantities(ordered=1, open=1, cancel_requested=1)

    for line, name in ((returned, "unship"), (claimed, "unship"), (asked_for, "ship"), (asked_for, "cancel")):
        with pytest.raises(LawBroken):
            move(line, name, 1)


def every_line(ordered: int) -> Iterator[Quantities]:
    """Every lawful line of so many units."""
    names = [field.name for field in fields(Quantities) if field.name not in ("ordered", "open", "exchanged")]
    for values in product(range(ordered + 1), repeat=len(names)):
        counters = dict(zip(names, values, strict=True))
        still_open = ordered - counters["cancelled"] - counters["shipped"]
        line = Quantities(ordered=ordered, open=still_open, **counters)
        if not list(broken_laws(line)):
            yield from (replace(line, exchanged=exchanged) for exchanged in range(line.shipped + 1))


Fits = Callable[[Quantities, LineFacts], bool]
SENTENCES: list[tuple[LineStatus, Fits]] = [
    (LineStatus.CANCELLED, lambda q, line: q.cancelled == q.ordered),
    (LineStatus.RETURNED, lambda q, line: q.cancelled + q.returned == q.ordered),
    (LineStatus.RETURN_REQUESTED, lambda q, line: q.return_pending >= 1),
    (LineStatus.EXCHANGED, lambda q, line: q.exchanged >= 1),
    (LineStatus.DELIVERED, lambda q, line: q.open == 0 and q.delivered == q.shipped),
    (LineStatus.SHIPPED, lambda q, line: q.open == 0),
    (LineStatus.PARTIALLY_SHIPPED, lambda q, line: q.shipped >= 1),
    (LineStatus.CANCEL_REQUESTED, lambda q, line: q.cancel_requested >= 1),
    (LineStatus.READY, lambda q, line: line.fulfillment in ("CONSOLIDATED", "READY", "SENT_TO_CARRIER")),
    (
        LineStatus.IN_PRODUCTION,
        lambda q, line: (
            line.fulfillment
            in ("IN_PRODUCTION", "POST_PROCESSING", "QC_PASSED", "QC_QUERY", "REBATCH", "CONSOLIDATING")
        ),
    ),
    (LineStatus.BATCHED, lambda q, line: line.batched),
    (LineStatus.ALLOCATED, lambda q, line: line.allocated),
    (LineStatus.NEW, lambda q, line: True),
]


@pytest.mark.parametrize("ordered", [1, 2])
def test_a_lines_status_is_the_first_that_fits(ordered: int) -> None:
    reached = set()

    for q in every_line(ordered):
        for fulfillment, allocated, batched in product((None, *FulfillmentStatus), (False, True), (False, True)):
            line = LineFacts(q, fulfillment, allocated, batched)
            said = next(status for status, fits in SENTENCES if fits(q, line))
            assert line_status(line) is said, line
            reached.add(said)

    assert reached == set(LineStatus) - (set() if ordered > 1 else {LineStatus.PARTIALLY_SHIPPED})


def test_claims_draw_on_what_is_with_the_customer() -> None:
    line = Quantities(
        ordered=9, open=2, shipped=7, with_customer=6, returned=1, delivered=5, return_pending=2, reshipped=1
    )

    assert (line.claimable, line.on_the_way) == (3, 2)
