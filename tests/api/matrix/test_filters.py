"""What somebody may not see makes no difference to what they are answered: filters, sorts, pages and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphql import GraphQLField, get_named_type

from gql.ids import from_global
from resolvers.nodes import MOST_IDS
from tests.api.matrix.fair import CELLS, Fair, table_of
from tests.api.matrix.market import viewer_names
from tests.api.matrix.probes import Probes
from tests.api.matrix.scrambling import scramble
from tests.api.matrix.walking import TYPES, ask, ids_in, node_types, paginates, root, rows_of, values

Question = tuple[str, str, dict[str, Any]]
"""A family of cells, a document and its variables."""
pytestmark = pytest.mark.timeout(600)
everybody = pytest.mark.parametrize("name", viewer_names())
ROWS: Final = "nodes { id } edges { cursor } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }"
PAGES: Final = ("first: 100", "last: 100", "first: 1", "last: 2")


@everybody
async def test_what_is_hidden_makes_no_difference_to_filters_sorts_and_counts(fair: Fair, name: str) -> None:
    questions = [*_filters(fair, name), *_sorts(), *_pages(), *_rows(fair, name)]
    before = [await ask(fair.viewers[name], document, **given) for _, document, given in questions]
    assert await scramble(fair, name) > 0

    after = [
        await ask(fair.viewers[name], document, **given) if "errors" not in one else one
        for (_, document, given), one in zip(questions, before, strict=True)
    ]

    wrong = []
    for question, one, another in zip(questions, before, after, strict=True):
        CELLS[question[0]] += 1
        strange = [from_global(row) for row in ids_in(one) if not fair.sees(name, row)]
        told = fair.strange(name, one)
        said = [error for error in one.get("errors", ()) if REFUSED not in error["message"]]
        if strange or told or said or _still(one) != _still(another):
            wrong.append((question, strange, told, said, _difference(one, another)))
    assert wrong == []


def _difference(one: object, another: object) -> object:
    """The first place where two answers differ."""
    if isinstance(one, dict) and isinstance(another, dict):
        return next(
            ([key, _difference(one[key], another.get(key))] for key in one if one[key] != another.get(key)), ""
        )
    if isinstance(one, list) and isinstance(another, list) and len(one) == len(another):
        return next((_difference(a, b) for a, b in zip(one, another, strict=True) if a != b), "")
    return (one, another)


def _still(answer: dict[str, Any]) -> Any:
    return [answer.get("data"), [error["message"] for error in answer.get("errors", ())]]


def _filters(fair: Fair, name: str) -> Iterator[Question]:
    probes = Probes(fair, name)
    for field_name, field in root("Query").items():
        if "filter" not in field.args:
            continue
        kind = get_named_type(field.args["filter"].type).name
        for member, wanted in probes.of(kind):
            if paginates(field):
                selected = f"{field_name}(filter: $filter, first: 100) {{ nodes {{ id }} count {{ value }} }}"
                yield f"{kind}.{member}", f"query($filter: {kind}) {{ {selected} }}", {"filter": wanted}
            elif member in ("text", "status"):
                counted = "{ status count { value exact } }"
                document = f"query($filter: {kind}) {{ {field_name}(filter: $filter) {counted} }}"
                few = {"or": wanted["or"][:5]} if "or" in wanted else wanted
                yield f"{field_name}.{member}", document, {"filter": few}


def _sorts() -> Iterator[Question]:
    for field_name, field in root("Query").items():
        if "sort" not in field.args:
            continue
        kind = get_named_type(field.args["sort"].type).name
        members = TYPES[kind].fields
        assert set(members) == {"field", "direction"}, f"{kind}: how to ask for it?"
        for by in get_named_type(members["field"].type).values:
            for direction in get_named_type(members["direction"].type).values:
                for page in PAGES[::3]:
                    document = f"query($sort: {kind}) {{ {field_name}(sort: $sort, {page}) {{ {ROWS} }} }}"
                    yield f"{kind}.{by}", document, {"sort": {"field": by, "direction": direction}}


def _pages() -> Iterator[Question]:
    for field_name, field in root("Query").items():
        if paginates(field):
            for page in PAGES:
                counts = "few: count(limit: 1) { value exact } count { value exact }"
                yield "page", f"{{ {field_name}({page}) {{ {ROWS} {counts} }} }}", {}


def _rows(fair: Fair, name: str) -> Iterator[Question]:
    """Everything that rows say of themselves: what may be done with them, and how much is unread."""
    for kind in node_types():
        ids = sorted(fair.ids(name, table_of(kind)))
        document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {kind} {values(kind)} }} }}"
        for start in range(0, len(ids), MOST_IDS):
            yield "row", document, {"ids": ids[start : start + MOST_IDS]}


def test_every_root_field_with_rows_is_asked() -> None:
    lists = {name: field for name, field in root("Query").items() if paginates(field)}

    assert all(table_of(rows_of(get_named_type(field.type).name)) for field in lists.values())
    assert {argument for field in lists.values() for argument in _own(field)} <= KNOWN


def _own(field: GraphQLField) -> set[str]:
    return set(field.args) - {"first", "after", "last", "before"}


REFUSED: Final = "this viewer cannot"
"""How filters and sorts by something hidden are refused; any other refusal is a question put wrongly."""
KNOWN: Final = {"filter", "sort", "company", "channel"}
"""Arguments of lists that the matrix knows how to ask; the latter two are in test_roots."""
