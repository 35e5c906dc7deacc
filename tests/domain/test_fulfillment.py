"""A fulfilment order takes the listed steps and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from domain.fulfillment import (
    IN_THE_MAKING,
    MADE,
    OVER,
    SHIPPABLE,
    STEPS,
    FulfillmentFacts,
    FulfillmentStatus,
    blockers,
    next_steps,
    settled,
    shipping_blockers,
)
from domain.refusals import BlockerCode

LISTED = {
    "send": "PENDING>SENT",
    "accept": "SENT>ACCEPTED",
    "reject": "SENT>FAILED",
    "fail": "PENDING>FAILED SENT>FAILED ACCEPTED>FAILED",
    "retry": "FAILED>SENT",
    "progress": """
        ACCEPTED>STOCK_PICKING ACCEPTED>IN_PRODUCTION ACCEPTED>READY
        STOCK_PICKING>IN_PRODUCTION
        IN_PRODUCTION>POST_PROCESSING IN_PRODUCTION>QC_PASSED IN_PRODUCTION>QC_QUERY
        POST_PROCESSING>QC_PASSED POST_PROCESSING>QC_QUERY
        QC_QUERY>REBATCH REBATCH>IN_PRODUCTION
        QC_PASSED>CONSOLIDATING QC_PASSED>READY
        CONSOLIDATING>CONSOLIDATED CONSOLIDATED>READY READY>SENT_TO_CARRIER
    """,
}
POSSIBLE = {(action, *pair.split(">")) for action, pairs in LISTED.items() for pair in pairs.split()}
ACTIONS = [*LISTED, "ship", "deliver", "cancel", "dispatch", "PROGRESS", ""]
EASY = FulfillmentFacts(FulfillmentStatus.PENDING, open_units=1, shipped_units=0)
"""One open unit at a supplier without production, nothing held: no guard objects."""

S = FulfillmentStatus


def test_every_status_action_and_target_that_is_not_listed_is_refused() -> None:
    allowed = {
        (action, status.value, target.value)
        for status, action, target in product(S, ACTIONS, S)
        if not blockers(replace(EASY, status=status), action, target)
    }

    assert allowed == POSSIBLE
    assert len(STEPS) == len(POSSIBLE)


def test_what_is_not_listed_says_what_is() -> None:
    facts = replace(EASY, status=S.READY)

    (blocker,) = blockers(facts, "progress", S.DISPATCHED)

    assert blocker.code is BlockerCode.STEP_NOT_LISTED
    assert blocker.message.endswith("possible from here: SENT_TO_CARRIER.")


@pytest.mark.parametrize("status", [S.DISPATCHED, S.DELIVERED, S.CANCELLED, S.ON_HOLD, S.PENDING])
def test_nobody_sets_what_parcels_and_cancellations_cause(status: FulfillmentStatus) -> None:
    assert not [step for step in STEPS if step.target is status]


@pytest.mark.parametrize("status", OVER)
def test_nothing_is_done_with_a_fulfilment_order_that_is_over(status: FulfillmentStatus) -> None:
    assert not [step for step in STEPS if step.source is status]


def _objections(action: str, source: str, target: str, facts: FulfillmentFacts) -> Iterator[BlockerCode]:
    if facts.order_held and action not in ("accept", "reject", "fail"):  # those are the supplier's answers
        yield BlockerCode.ON_HOLD
    if facts.produces and (source, target) == ("ACCEPTED", "READY"):
        yield BlockerCode.PRODUCTION_REQUIRED
    if facts.open_units > 1 and (source, target) == ("QC_PASSED", "READY"):
        yield BlockerCode.SEVERAL_UNITS


@pytest.mark.parametrize(("action", "source", "target"), sorted(POSSIBLE), ids=">".join)
def test_each_step_has_its_own_objections_and_names_all_of_them(action: str, source: str, target: str) -> None:
    for held, produces, units in product((False, True), (False, True), (0, 1, 2, 7)):
        facts = FulfillmentFacts(S[source], units, 0, produces=produces, order_held=held)

        found = [blocker.code for blocker in blockers(facts, action, S[target])]

        assert found == list(_objections(action, source, target, facts))


def test_next_steps_are_those_of_the_table_in_its_order() -> None:
    assert next_steps(S.ACCEPTED, "progress") == [S.STOCK_PICKING, S.IN_PRODUCTION, S.READY]
    assert next_steps(S.DELIVERED, "progress") == []


def _facts() -> Iterator[FulfillmentFacts]:
    for status, still_open, shipped in product(S, range(3), range(4)):
        for delivered in range(shipped + 1):
            yield FulfillmentFacts(status, still_open, shipped, delivered)


def test_open_units_keep_the_status_and_a_deleted_parcel_makes_it_ready_again() -> None:
    for facts in _facts():
        if facts.open_units:
            gone_out = facts.status in (S.DISPATCHED, S.DELIVERED)
            assert settled(facts) is (S.READY if gone_out else facts.status)


def test_without_open_units_it_is_cancelled_dispatched_or_delivered_whatever_it_was() -> None:
    for facts in _facts():
        if not facts.open_units:
            all_arrived = facts.shipped_units == facts.delivered_units
            caused = S.CANCELLED if not facts.shipped_units else S.DELIVERED if all_arrived else S.DISPATCHED
            assert settled(facts) is caused


def test_settling_twice_changes_nothing_more() -> None:
    for facts in _facts():
        once = settled(facts)
        assert settled(replace(facts, status=once)) is once


def test_every_status_belongs_to_exactly_one_part_of_the_life() -> None:
    waiting = {S.PENDING, S.SENT, S.ACCEPTED, S.STOCK_PICKING, S.ON_HOLD, S.FAILED}
    parts = [waiting, IN_THE_MAKING, MADE, OVER]

    assert sorted(status for part in parts for status in part) == sorted(S)
    assert {S.ACCEPTED, S.STOCK_PICKING} | IN_THE_MAKING | MADE == SHIPPABLE


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("held", [False, True])
def test_everything_against_a_parcel_is_told_at_once(status: FulfillmentStatus, held: bool) -> None:
    facts = replace(EASY, status=status, order_held=held)

    found = [blocker.code for blocker in shipping_blockers(facts, "100-1")]

    why = {S.ON_HOLD: BlockerCode.ON_HOLD, **dict.fromkeys(OVER, BlockerCode.NOTHING_OPEN)}
    own = [] if status in SHIPPABLE else [why.get(status, BlockerCode.NOT_SHIPPABLE_YET)]
    assert found == [BlockerCode.ON_HOLD] * held + own


def test_a_held_order_is_told_beside_a_step_that_is_not_listed() -> None:
    facts = replace(EASY, status=S.DISPATCHED, order_held=True)

    for target in (S.READY, None):
        found = [blocker.code for blocker in blockers(facts, "progress", target)]
        assert found == [BlockerCode.STEP_NOT_LISTED, BlockerCode.ON_HOLD]
