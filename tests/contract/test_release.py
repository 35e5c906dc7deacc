"""What was released keeps working: the schema only grows, and what it must lose is said."""

from __future__ import annotations

import re

import pytest
from graphql import build_schema

from docs.check_release import ACCEPTED, CHANGELOG, RELEASED, changes, objections
from server.cli.schema import written

OLD = """
type Query { order(number: String!, size: Size = SMALL): Order, colour: String }
type Order { number: String!, note: String }
enum Size { SMALL LARGE }
"""
NEW = """
type Query { order(number: String!, size: Size = LARGE, urgent: Boolean): Order }
type Order { number: String, note: String, tags: [String!]! }
enum Size { SMALL LARGE HUGE }
"""
BROKEN = [
    "Field Query.colour was removed.",
    "Order.number changed type from String! to String.",
    "Argument Query.order(size:) has changed defaultValue from SMALL to LARGE.",
]


def accepting(*listed: tuple[str, str]) -> str:
    return "".join(f"[[accepted]]\nchange = '{change}'\nreason = '''{reason}'''\n" for change, reason in listed)


def changelog(unreleased: str) -> str:
    return f"# Changelog\n\n## Unreleased\n\n{unreleased}\n\n## 0.1.0\n\n- Colours.\n"


def test_the_schema_breaks_nothing_that_was_released() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ACCEPTED, CHANGELOG)]

    found = objections(RELEASED.read_text(encoding="utf-8"), written(), *texts)

    if found:
        pytest.fail("\n".join([*found, "", "`python docs/check_release.py` says what to do."]), pytrace=False)


def test_what_is_taken_away_made_null_or_given_another_default_is_refused() -> None:
    breaking, _ = changes(build_schema(OLD), build_schema(NEW))

    assert len(breaking) == len(BROKEN)
    assert objections(OLD, NEW, "", changelog("")) == breaking


def test_what_is_added_is_free_and_new_values_are_told() -> None:
    breaking, told = changes(build_schema(OLD), build_schema(NEW))

    assert not [change for change in breaking if "urgent" in change or "tags" in change]
    assert told == ["Enum value Size.HUGE was added."]


def test_a_break_is_accepted_with_the_reason_the_changelog_gives() -> None:
    breaking, _ = changes(build_schema(OLD), build_schema(NEW))
    listed = accepting(*((change, "Colours, numbers and sizes are gone.") for change in breaking))

    said = objections(OLD, NEW, listed, changelog("- Colours, numbers and\n  sizes are gone."))
    unsaid = objections(OLD, NEW, listed, changelog("- Something else."))

    assert said == []
    assert len(unsaid) == 1
    assert "CHANGELOG.md does not say" in unsaid[0]


def test_an_accepted_break_that_did_not_happen_is_taken_off_the_list() -> None:
    listed = accepting(("Field Order.note was removed.", "Notes are gone."))

    found = objections(OLD, OLD, listed, changelog("- Notes are gone."))

    assert found == ["accepted_breaks.toml lists what did not happen: Field Order.note was removed."]


def test_the_released_schema_is_that_of_a_version_the_changelog_has() -> None:
    version = re.match(r"# Ordergraph (\S+)\n", RELEASED.read_text(encoding="utf-8"))

    assert version is not None
    assert f"\n## {version[1]}\n" in CHANGELOG.read_text(encoding="utf-8")
