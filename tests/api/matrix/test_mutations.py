"""Every mutation, for everybody: what it takes, and that names tell nothing."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final

import pytest

from tests.api.matrix.canaries import TABLES, found_in
from tests.api.matrix.fair import CELLS, Fair
from tests.api.matrix.market import viewer_names
from tests.api.matrix.mutations import NEEDS, Call, calls, document, plain
from tests.api.matrix.walking import ask, root

pytestmark = pytest.mark.timeout(600)
everybody = pytest.mark.parametrize("name", viewer_names())
NAMES: Final = tuple(root("Mutation"))


async def digest() -> str:
    """Changes with anything in the database."""
    rows = [await table.all().order_by(table._meta.pk_attr).values() for table in TABLES.values()]
    return sha256(json.dumps(rows, default=str).encode()).hexdigest()


def test_every_mutation_is_judged() -> None:
    assert set(NEEDS) >= set(NAMES), "say in tests/api/matrix/mutations.py what these need"


@everybody
async def test_something_foreign_is_answered_like_something_absent_and_nothing_changes(
    fair: Fair, name: str
) -> None:
    before, wrong = await digest(), []
    for mutation in NAMES:
        for call in calls(fair, name, mutation):
            foreign = await _do(fair, name, mutation, call.foreign)
            absent = await _do(fair, name, mutation, call.absent)
            CELLS["mutation"] += 1
            if fault := _fault(fair, name, call, foreign, absent):
                wrong.append((fault, name, mutation, call.member, foreign, absent))

    assert wrong == []
    assert await digest() == before


@everybody
async def test_without_its_permission_a_mutation_is_refused_and_nothing_changes(fair: Fair, name: str) -> None:
    before, wrong = await digest(), []
    for mutation in NAMES:
        if not _may(fair, name, mutation):
            answer = await _do(fair, name, mutation, plain(fair, name, mutation))
            CELLS["mutation"] += 1
            if _codes(answer, mutation) != {"PERMISSION_DENIED"} or found_in(answer):
                wrong.append((name, mutation, answer))

    assert wrong == []
    assert await digest() == before


async def _do(fair: Fair, name: str, mutation: str, given: dict[str, Any]) -> Any:
    return await ask(fair.viewers[name], document(mutation), input=given)


def _may(fair: Fair, name: str, mutation: str) -> bool:
    eyes, need = fair.eyes[name], NEEDS[mutation]
    return eyes.may(need.permission) and eyes.kind in need.kinds


def _codes(answer: Any, mutation: str) -> set[str]:
    payload = (answer["data"] or {}).get(mutation)
    return {"ERROR"} if payload is None else {error["code"] for error in payload["userErrors"]}


def _fault(fair: Fair, name: str, call: Call, foreign: Any, absent: Any) -> str:
    codes = _codes(foreign, call.mutation)
    if foreign != absent:
        return "tells foreign from absent"
    if fair.strange(name, foreign):
        return "tells what is hidden"
    if not _may(fair, name, call.mutation):
        return "" if codes == {"PERMISSION_DENIED"} else "is not refused for lack of the permission"
    return "" if "NOT_FOUND" in codes else "finds what is not there"
