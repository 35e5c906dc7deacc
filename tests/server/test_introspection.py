"""Who may ask what the schema holds."""

from __future__ import annotations

import pytest

from domain.access import CompanyKind, Permission, Scope, Viewer
from gql.limits import Limits
from server.app import build
from server.assembly import limits_of
from subscriptions.core.place import Place
from tests.server.little import Context, bearer, program, settings

WHOLE = "{ __schema { queryType { name } } }"


def discreet(viewer, request_id: str, place: Place) -> Context:
    return Context(viewer, request_id, place, Limits(introspection=False))


@pytest.fixture
async def outsider(aiohttp_client):
    """A client who may not ask what there is."""
    return await aiohttp_client(build(program(make_context=discreet)), headers=bearer())


async def refusal(client, query: str, **variables: object) -> dict:
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    body = await answer.json()
    assert "data" not in body
    return body["errors"][0]


@pytest.mark.parametrize(
    "query",
    [
        WHOLE,
        '{ __type(name: "Query") { name } }',
        "{ hello ... { ...F } } fragment F on Query { __schema { description } }",
    ],
)
async def test_who_may_not_ask_what_there_is_is_told_so(outsider, query):
    error = await refusal(outsider, query)

    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "may not ask" in error["message"]


@pytest.mark.parametrize(
    ("query", "secret"),
    [
        ("{ helo }", "hello"),
        ("{ many }", "Int"),
        ("{ thing }", "Thing"),
        ("{ many(m: 1) }", "Int"),
        ("{ hello(nam: 1) }", "name"),
        ("query($n: Int) { many(n: $n) }", "Int!"),
    ],
)
async def test_its_errors_tell_no_names_it_did_not_write(outsider, query, secret):
    error = await refusal(outsider, query)

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["locations"]
    assert secret not in error["message"]


async def test_neither_do_errors_of_variables(outsider):
    error = await refusal(outsider, "query($n: Int!) { many(n: $n) }", n="x")

    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "Int" not in error["message"]


async def test_what_it_knows_it_may_ask(outsider):
    answer = await outsider.post(
        "/graphql", json={"query": "query($n: Int!) { __typename many(n: $n) }", "variables": {"n": 1}}
    )

    assert await answer.json() == {"data": {"__typename": "Query", "many": 1}}


@pytest.mark.parametrize(
    ("who", "allowed"), [("everybody", {"agent", "boss"}), ("administrators", {"boss"}), ("nobody", set())]
)
def test_the_operator_says_who_may_ask(who, allowed):
    agent = Scope(1, CompanyKind.PLATFORM, frozenset({Permission.ORDERS_VIEW}))
    boss = Scope(1, CompanyKind.PLATFORM, frozenset({Permission.ROLES_MANAGE}))
    viewers = {"agent": Viewer("Ada", agent, user_id=1), "boss": Viewer("Bo", boss, user_id=2)}

    told = {
        name for name, viewer in viewers.items() if limits_of(settings(introspection=who), viewer).introspection
    }

    assert told == allowed
