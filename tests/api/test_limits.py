"""How much one document may ask for."""

from __future__ import annotations

import pytest
from graphql import parse
from graphql.utilities import get_introspection_query

from gql.limits import Limits, exceeded
from server.examples import GRID, LIVE, ORDER_PAGE
from server.schema import schema

ROUND = "lines { order { "


def judged(text: str, **variables: object) -> list[str]:
    document = parse(text)
    return exceeded(schema._schema, document, document.definitions[0], variables, Limits())


@pytest.mark.parametrize("text", [GRID.query, ORDER_PAGE.query, LIVE.query, get_introspection_query()])
def test_the_shown_documents_and_introspection_are_within_the_limits(text):
    assert judged(text) == []


def test_a_page_of_a_hundred_orders_with_their_lines_may_be_asked_for():
    lines = "lines { sku amounts { total { amount } } }"

    assert judged("{ orders(first: 100) { nodes { number customer { email } " + lines + " } } }") == []


def test_going_round_in_circles_is_refused_by_depth_and_by_what_it_would_read():
    reasons = judged("{ orders(first: 100) { nodes { " + ROUND * 12 + "id" + " } }" * 12 + " } } }")

    assert len(reasons) == 2
    assert "27 levels of nesting, 12 are allowed" in reasons[0]
    assert "objects by estimate" in reasons[1]


@pytest.mark.parametrize("variables", [{"n": 100}, {}, {"n": 10**30}])
def test_the_size_of_a_page_counts_wherever_it_is_named(variables):
    text = "query($n: Int) { orders(first: $n) { nodes { lines { order { lines { order { id } } } } } } }"

    assert judged(text, **variables)
    assert judged(text, n=5) == []


def test_fragments_count_where_they_are_used():
    fragments = " ".join(
        f"fragment F{n} on Order {{ lines {{ order {{ ...F{n + 1} ...F{n + 1} }} }} }}" for n in range(8)
    )

    reasons = judged("{ orders { nodes { ...F0 } } } " + fragments + " fragment F8 on Order { id }")

    assert any("levels of nesting" in reason for reason in reasons)
    assert any("objects by estimate" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{ " + " ".join(f"a{n}: viewer {{ name }}" for n in range(31)) + " }", "31 aliases, 30 are allowed"),
        ("{ " + "viewer { name } " * 21 + "}", "21 fields of the root type, 20 are allowed"),
        ("{ viewer { " + "name @skip(if: false) " * 11 + "} }", "11 directives, 10 are allowed"),
        ("{ orders { nodes " + "{ ... on Order " * 80 + "{ id }" + " }" * 80 + " } }", "nested deeper"),
    ],
)
def test_too_many_of_anything_is_refused_with_how_many_are_allowed(text, told):
    assert any(told in reason for reason in judged(text)), judged(text)


def test_a_fragment_that_holds_itself_does_not_stop_the_judge():
    assert judged("{ viewer { ...F } } fragment F on Viewer { name ...F }") == []


def test_fragments_on_pages_count_for_each_page_that_uses_them():
    lines = "nodes { lines { order { lines { order { id } } } } }"
    fragments = f"fragment F on OrderConnection {{ {lines} }}"

    (reason,) = judged("{ orders(first: 100) { ...F } } " + fragments)

    assert "6,101 objects" in reason
    assert judged("{ orders(first: 50) { ...F } few: orders(first: 20) { ...F } } " + fragments) == []


def test_the_whole_schema_may_be_asked_for_once():
    text = "{ a: __schema { types { name } } b: __schema { types { name } } }"

    assert judged(text) == [
        "The document has 2 introspections, 1 are allowed; ask for smaller pages or in several requests."
    ]


def test_who_may_not_introspect_is_refused_however_it_is_asked_for():
    document = parse(
        '{ viewer { __typename } ...F } fragment F on Query { ... { __type(name: "Order") { name } } }'
    )

    (reason,) = exceeded(schema._schema, document, document.definitions[0], {}, Limits(introspection=False))

    assert "may not ask" in reason


def test_variables_hold_as_many_objects_as_are_read_in_a_moment():
    text = "query($f: OrderFilter) { orders(filter: $f) { nodes { id } } }"

    assert judged(text, f={"and": [{} for _ in range(4_998)], "number": "1"}) == []
    (reason,) = judged(text, f={"and": [{"or": [{}]} for _ in range(2_500)]})
    assert "5,001 objects in its variables, 5,000 are allowed" in reason
