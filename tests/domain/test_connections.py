"""A connection takes the listed steps and no others, each only by whom it is for."""

from __future__ import annotations

from itertools import product

import pytest

from domain.access import CompanyKind
from domain.catalog import ConnectionStatus
from domain.connections import STEPS, ConnectionFacts, after
from domain.refusals import BlockerCode

ACTIONS = ("accept", "suspend", "resume")
R, F, P = CompanyKind.RETAILER, CompanyKind.FULFILLER, CompanyKind.PLATFORM


@pytest.mark.parametrize(("status", "action", "by"), list(product(ConnectionStatus, ACTIONS, CompanyKind)))
def test_a_connection_goes_where_the_table_says_or_stays(
    status: ConnectionStatus, action: str, by: CompanyKind
) -> None:
    listed = {(step.source, step.action): step.target for step in STEPS}

    answer = after(ConnectionFacts(status, by), action)

    if (status, action) not in listed:
        assert [blocker.code for blocker in answer] == [BlockerCode.WRONG_STATUS]
    elif (action, by) == ("accept", R):
        assert [blocker.code for blocker in answer] == [BlockerCode.AWAITS_PARTNER]
    else:
        assert answer is listed[status, action]


@pytest.mark.parametrize(("by", "possible"), [(R, False), (F, False), (P, True)])
def test_what_one_company_suspended_the_other_does_not_resume(by: CompanyKind, possible: bool) -> None:
    answer = after(ConnectionFacts(ConnectionStatus.SUSPENDED, by, suspended_by_partner=True), "resume")

    assert (answer is ConnectionStatus.ACTIVE) is possible
