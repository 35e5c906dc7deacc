"""Every refusal has a type, a code, advice, and a page that explains it."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from docs.print_errors import FOLDER, REMEDY, pages
from domain import refusals
from domain.refusals import Blocker, BlockerCode, NotAllowed, Reason, VersionConflict
from gql.errors import ERRORS, SHOWN, RetryAdvice, UserError, UserErrorCode
from server.schema import schema

FROM_THE_TABLE = {"code", "retry", "is_type_of"}


def reasons() -> set[type[Reason]]:
    return {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Reason)} - {
        Reason
    }


def test_every_reason_an_operation_can_give_is_shown() -> None:
    assert set(SHOWN) == reasons()


def test_every_code_belongs_to_one_type_and_every_type_to_one_reason() -> None:
    assert sorted(shown.code for shown in SHOWN.values()) == sorted(UserErrorCode)
    assert len(set(ERRORS)) == len(SHOWN)


SHOWN_OTHERWISE = {VersionConflict: {"aggregate", "aggregate_id"}}
"""Facts a type tells in other words: whose changes `changedSince` lists."""


@pytest.mark.parametrize("reason", SHOWN, ids=lambda reason: reason.__name__)
def test_a_refusal_shows_every_fact_of_its_reason(reason: type[Reason]) -> None:
    shown = SHOWN[reason].as_type

    assert issubclass(shown, UserError)
    assert shown.__name__ == reason.__name__
    facts = set(reason.__dataclass_fields__) - SHOWN_OTHERWISE.get(reason, set())
    assert facts <= set(get_type_hints(shown))


def test_the_schema_knows_every_refusal() -> None:
    interface = schema._schema.type_map["UserError"]

    possible = {kind.name for kind in schema._schema.get_possible_types(interface)}

    assert possible == {kind.__name__ for kind in ERRORS}


@pytest.mark.parametrize(
    ("codes", "advice"),
    [
        ((BlockerCode.AWAITS_WAREHOUSE,), RetryAdvice.LATER),
        ((BlockerCode.AWAITS_WAREHOUSE, BlockerCode.ON_HOLD), RetryAdvice.AFTER_CHANGE),
        ((BlockerCode.ON_HOLD, BlockerCode.NOTHING_OPEN, BlockerCode.AWAITS_WAREHOUSE), RetryAdvice.NEVER),
    ],
)
def test_the_least_hopeful_blocker_decides_whether_calling_again_helps(
    codes: tuple[BlockerCode, ...], advice: RetryAdvice
) -> None:
    refusal = NotAllowed(message="", blockers=tuple(Blocker(code, "") for code in codes))

    assert SHOWN[NotAllowed].retry(refusal) is advice


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == set(pages())


@pytest.mark.parametrize("code", sorted(pages()))
def test_a_page_says_what_its_code_means_and_what_to_do(code: str) -> None:
    head, _, remedy = (FOLDER / f"{code}.md").read_text(encoding="utf-8").partition(REMEDY)

    assert head == pages()[code], "run: python docs/print_errors.py"
    assert len(remedy.split()) >= 5
