"""An order's money at a glance."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.payments import CaptureMode, Snapshot, Sums, snapshot

minor = st.integers(0, 10**9)
payments = st.lists(st.builds(Sums, authorised=minor, captured=minor, refunded=minor), max_size=5)


def test_due_is_what_is_owed_and_not_taken_yet() -> None:
    paid = [Sums(authorised=6000, captured=4000, refunded=500), Sums(authorised=2000, captured=1000)]

    shown = snapshot(10000, 8000, paid, CaptureMode.ON_SHIPMENT)

    assert shown == Snapshot(total=10000, captured=5000, due=3000, refunded=500)
    assert [payment.refundable for payment in paid] == [3500, 1000]


@settings(deadline=None)
@given(total=minor, owed=minor, sums=payments, mode=st.sampled_from(CaptureMode))
def test_due_is_never_negative_and_nothing_is_due_where_payment_happens_outside(
    total: int, owed: int, sums: list[Sums], mode: CaptureMode
) -> None:
    shown = snapshot(total, owed, sums, mode)

    assert shown.due >= 0
    assert shown.due == 0 or (mode is not CaptureMode.OFFLINE and shown.due + shown.captured == owed)
    assert (shown.captured, shown.refunded) == (sum(s.captured for s in sums), sum(s.refunded for s in sums))
