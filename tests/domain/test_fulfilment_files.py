from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.fulfilment_files import Step, read_history

HEADER = "order.external_ref,supplier,final_status,approved_at,handed_to_carrier_at,delivered_at"
PLACED = datetime(2017, 1, 1, tzinfo=UTC)


def steps_of(cells: str) -> list[tuple[Step, int]]:
    """Steps with their day of January."""
    (part,) = read_history(f"{HEADER}\nA1,press,{cells}\n").parts
    return [(step, at.day) for step, at in part.steps(PLACED)]


@pytest.mark.parametrize(
    ("cells", "steps"),
    [
        ("approved,2017-01-02,,", [(Step.PROCESS, 2)]),
        ("invoiced,,,", [(Step.PROCESS, 1)]),
        ("shipped,2017-01-02,2017-01-03,", [(Step.PROCESS, 2), (Step.SHIP, 3)]),
        ("delivered,2017-01-02,2017-01-03,2017-01-09", [(Step.PROCESS, 2), (Step.SHIP, 3), (Step.DELIVER, 9)]),
        ("delivered,2017-01-02,,", [(Step.PROCESS, 2), (Step.SHIP, 2), (Step.DELIVER, 2)]),
        ("delivered,,,2017-01-09", [(Step.PROCESS, 9), (Step.SHIP, 9), (Step.DELIVER, 9)]),
        ("delivered,,2017-01-05,", [(Step.PROCESS, 5), (Step.SHIP, 5), (Step.DELIVER, 5)]),
        ("delivered,2017-01-02,2017-01-09,2017-01-05", [(Step.PROCESS, 2), (Step.SHIP, 9), (Step.DELIVER, 9)]),
        ("canceled,2017-01-02,,", [(Step.PROCESS, 2), (Step.CANCEL, 2)]),
        ("unavailable,2017-01-02,,", [(Step.PROCESS, 2), (Step.CANCEL, 2)]),
        ("canceled,2017-01-02,2017-01-03,", [(Step.PROCESS, 2), (Step.SHIP, 3)]),
        ("canceled,2017-01-02,2017-01-03,2017-01-04", [(Step.PROCESS, 2), (Step.SHIP, 3), (Step.DELIVER, 4)]),
    ],
)
def test_what_was_done_follows_from_what_happened(cells, steps):
    assert steps_of(cells) == steps


def test_every_mistake_in_a_history_is_told_at_once():
    rows = "A1,press,lost,2017-13-01,,\n,press,shipped,,,\nA1,press,shipped,,,"

    errors = read_history(f"{HEADER}\n{rows}\n").errors

    assert [(error.row, error.column) for error in errors] == [
        (2, "final_status"),
        (2, "approved_at"),
        (3, "order.external_ref"),
        (4, "supplier"),
    ]
