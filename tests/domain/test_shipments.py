"""Carrier events may come late, twice and in any order; the parcel ends where it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shipments import (
    FINAL,
    MEANS,
    ShipmentStatus,
    TrackingCode,
    Whereabouts,
    after_event,
    deletion_blockers,
    to_pass_on,
    tracking_blockers,
)

S = ShipmentStatus
C = TrackingCode
START = datetime(2026, 3, 1, tzinfo=UTC)
ARRIVALS = {C.DELIVERED, C.RETURNED_TO_SENDER}

Event = tuple[TrackingCode, int]
moving = st.sampled_from([code for code in C if code not in ARRIVALS])
journeys = st.lists(st.tuples(moving, st.integers(0, 4)), max_size=6)


def after(*events: Event, status: ShipmentStatus = S.CREATED) -> Whereabouts:
    parcel = Whereabouts(status)
    for code, hour in events:
        parcel = after_event(parcel, code, START + timedelta(hours=hour))
    return parcel


@settings(deadline=None)
@given(journey=journeys, again=st.data())
def test_any_order_and_repetition_of_a_journey_ends_in_the_same_place(
    journey: list[Event], again: st.DataObject
) -> None:
    heard = again.draw(
        st.permutations(journey + again.draw(st.lists(st.sampled_from(journey))) if journey else [])
    )

    assert after(*heard) == after(*journey)


@settings(deadline=None)
@given(journey=journeys, arrival=st.sampled_from(sorted(ARRIVALS)), again=st.data())
def test_an_arrival_stands_however_late_or_often_it_is_heard_of(
    journey: list[Event], arrival: TrackingCode, again: st.DataObject
) -> None:
    heard = again.draw(st.permutations([*journey, (arrival, 2), (arrival, 2)]))

    assert after(*heard) == Whereabouts(MEANS[arrival], START + timedelta(hours=2))


def test_of_two_different_arrivals_the_first_heard_of_stands() -> None:
    assert after((C.RETURNED_TO_SENDER, 5), (C.DELIVERED, 6)).status is S.RETURNED_TO_SENDER
    assert after((C.DELIVERED, 6), (C.RETURNED_TO_SENDER, 5)).status is S.DELIVERED


@pytest.mark.parametrize(("known", "late"), list(product(sorted(set(C) - ARRIVALS), repeat=2)))
def test_an_older_event_never_moves_a_parcel_back(known: TrackingCode, late: TrackingCode) -> None:
    before = after((known, 5))

    if MEANS[known] is not None:
        assert after((known, 5), (late, 4)) == before


def test_of_events_of_one_minute_the_one_furthest_on_stands() -> None:
    events = [(C.IN_TRANSIT, 1), (C.OUT_FOR_DELIVERY, 1), (C.LABEL_CREATED, 1)]

    assert {after(*heard).status for heard in permutations(events)} == {S.OUT_FOR_DELIVERY}


@pytest.mark.parametrize(("status", "code"), list(product(sorted(FINAL), C)))
def test_nothing_moves_a_parcel_that_arrived_came_back_or_was_deleted(
    status: ShipmentStatus, code: TrackingCode
) -> None:
    assert after((code, 1), status=status) == Whereabouts(status)


@pytest.mark.parametrize("code", C)
def test_what_each_event_means_for_a_fresh_parcel(code: TrackingCode) -> None:
    meant = {
        C.LABEL_CREATED: S.CREATED,
        C.IN_TRANSIT: S.IN_TRANSIT,
        C.OUT_FOR_DELIVERY: S.OUT_FOR_DELIVERY,
        C.DELIVERED: S.DELIVERED,
        C.EXCEPTION: S.EXCEPTION,
        C.RETURNED_TO_SENDER: S.RETURNED_TO_SENDER,
        C.INFO: S.CREATED,
    }

    assert after((code, 1)).status is meant[code]


def test_a_parcel_is_taken_back_until_its_way_has_ended() -> None:
    assert {status for status in S if list(deletion_blockers("1", status))} == FINAL


@pytest.mark.parametrize("tracked", [False, True])
def test_a_deleted_parcel_and_an_untracked_service_are_not_reported(tracked: bool) -> None:
    counts = {status: len(list(tracking_blockers("1", status, tracked=tracked))) for status in S}

    assert counts == {status: (status is S.DELETED) + (not tracked) for status in S}


def test_a_tracking_number_is_passed_on_once() -> None:
    assert [to_pass_on("T 1", None), to_pass_on("T 1", START)] == [True, False]
    assert [to_pass_on(None, None), to_pass_on("", None)] == [False, False]
