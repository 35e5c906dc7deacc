"""Who may read a row of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

from domain.access import CompanyKind, Permission, Scope
from domain.events import Actor, ActorKind, Audience, EventKind, LogEntry, may_read

OURS, THEIRS = 1, 2
SHOP, OTHER_SHOP = 10, 20
READERS = {
    CompanyKind.PLATFORM: {Audience.PLATFORM, Audience.RETAILER, Audience.SHARED},
    CompanyKind.RETAILER: {Audience.RETAILER, Audience.SHARED},
    CompanyKind.FULFILLER: {Audience.SHARED, Audience.FULFILLER},
}
CHANNELS = (None, frozenset({SHOP}), frozenset({OTHER_SHOP}), frozenset({SHOP, OTHER_SHOP}), frozenset[int]())


def entry(audience: Audience, channel: int | None, retailer: int | None, fulfiller: int | None) -> LogEntry:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return LogEntry(
        position=1,
        id=1,
        event_id=UUID(int=1),
        kind=EventKind.COMMENT,
        type="comment.added",
        audience=audience,
        order_id=1,
        order_version=1,
        channel_id=channel,
        retailer_id=retailer,
        fulfiller_id=fulfiller,
        actor=Actor(ActorKind.SYSTEM, "clock"),
        summary="",
        occurred_at=now,
        recorded_at=now,
    )


def test_a_row_is_read_by_its_audience_in_its_channels_and_by_nobody_else() -> None:
    companies = (None, OURS, THEIRS)
    grid = product(CompanyKind, CHANNELS, Audience, (None, SHOP, OTHER_SHOP), companies, companies)

    for kind, channels, audience, channel, retailer, fulfiller in grid:
        scope = Scope(OURS, kind, frozenset(), channels)
        row = entry(audience, channel, retailer, fulfiller)
        concerned = {
            CompanyKind.PLATFORM: True,
            CompanyKind.RETAILER: retailer == OURS,
            CompanyKind.FULFILLER: fulfiller == OURS,
        }[kind]
        limited = channels is not None and channel not in channels
        may = audience in READERS[kind] and concerned and not limited

        assert may_read(scope, row) is may, (scope, row)


def test_what_is_meant_for_one_fulfiller_reaches_no_other_company() -> None:
    row = entry(Audience.FULFILLER, SHOP, OURS, THEIRS)

    readers = [kind for kind in CompanyKind if may_read(Scope(OURS, kind, frozenset()), row)]

    assert readers == []


def test_what_happens_to_money_is_read_only_with_the_permission_to_see_payments() -> None:
    told = replace(entry(Audience.RETAILER, SHOP, OURS, None), kind=EventKind.PAYMENT)
    without = Scope(OURS, CompanyKind.RETAILER, frozenset({Permission.ORDERS_VIEW}))

    with_permission = replace(without, permissions=without.permissions | {Permission.PAYMENTS_VIEW})

    assert may_read(with_permission, told) is True
    assert may_read(without, told) is False
    assert may_read(without, replace(told, kind=EventKind.REFUND)) is False
