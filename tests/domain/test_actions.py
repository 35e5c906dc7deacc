"""Actions as clients name them, and refusals told beforehand."""

from __future__ import annotations

import pytest

from domain.access import Permission
from domain.actions import as_blockers
from domain.refusals import (
    Blocker,
    BlockerCode,
    InvalidInput,
    PermissionDenied,
    QuantityExceeded,
    not_allowed,
)


def test_a_refusal_is_told_beforehand_with_everything_in_it() -> None:
    held, due = Blocker(BlockerCode.ON_HOLD, "Held."), Blocker(BlockerCode.PAYMENT_DUE, "Due.")

    told = as_blockers(
        [
            not_allowed([held, due]),
            QuantityExceeded(message="Only 2.", available=2),
            PermissionDenied(message="Not you.", permission=Permission.ORDERS_CANCEL),
        ]
    )

    assert list(told) == [
        held,
        due,
        Blocker(BlockerCode.QUANTITY_EXCEEDED, "Only 2."),
        Blocker(BlockerCode.PERMISSION_DENIED, "Not you."),
    ]


def test_what_is_wrong_with_an_input_cannot_be_told_before_there_is_one() -> None:
    with pytest.raises(KeyError):
        list(as_blockers([InvalidInput(message="No.")]))
