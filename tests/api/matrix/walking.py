"""Documents made from the schema by introspection, and a schema without limits to ask them of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from tortoise.connection import get_connections

from domain.access import Viewer
from gql.context import Context
from gql.errors import ERRORS
from models.event_log import DatabaseLog
from operations.world import World
from server.schema import CONFIG, Mutation, Query, Subscription
from subscriptions.core.hub import Hub

SCHEMA: Final = strawberry.Schema(Query, Mutation, Subscription, types=ERRORS, config=CONFIG)
"""All of it, without the limits of the server: the matrix asks for everything at once."""
TYPES: Final = SCHEMA._schema.type_map
PAGING: Final = frozenset({"first", "after", "last", "before"})
FULL_PAGE: Final = "first: 100"


def root(kind: str) -> dict[str, GraphQLField]:
    """The root fields of Query, Mutation or Subscription."""
    return dict(TYPES[kind].fields)


def context(viewer: Viewer, hub: Hub | None = None) -> Context:
    log = DatabaseLog(get_connections().get("default"))
    return Context(viewer, World(), hub or Hub(log), log, "request-1")


async def ask(viewer: Viewer, document: str, **variables: Any) -> dict[str, Any]:
    """The whole answer: data and errors."""
    result = await SCHEMA.execute(document, variable_values=variables, context_value=context(viewer))
    return answered(result)


def answered(result: Any) -> dict[str, Any]:
    """An answer as a client gets it."""
    assert isinstance(result, ExecutionResult) or hasattr(result, "data")
    errors = [dict(error.formatted) for error in result.errors or ()]
    return {"data": result.data, "errors": errors} if errors else {"data": result.data}


def node_types() -> list[str]:
    """Every type with a global id."""
    return sorted(one.name for one in SCHEMA._schema.get_possible_types(TYPES["Node"]))


def is_node(name: str) -> bool:
    return name in node_types()


def paginates(field: GraphQLField) -> bool:
    return set(field.args) >= PAGING


def edges(kind: str) -> list[str]:
    """The fields of a type that lead on to objects."""
    return [name for name, field in TYPES[kind].fields.items() if not is_leaf_type(get_named_type(field.type))]


def values(kind: str) -> str:
    """Everything a type says of itself: its own fields and those of objects without an id."""
    return "{ __typename " + " ".join(_fields(TYPES[kind], frozenset({kind}))) + " }"


def edge(kind: str, name: str) -> str:
    """One step along a field: a page of a hundred, or all with everything they say of themselves."""
    return _selected(name, TYPES[kind].fields[name], frozenset({kind}), whole=True)


def pushed(kind: str) -> str:
    """What a subscription pushes: its own fields, the event with everything, and what else it names."""
    named = " ".join(f"{name} {{ id }}" for name, field in TYPES[kind].fields.items() if is_node_field(field))
    return f"{{ {values(kind)[1:-1]} {named} event {values('OrderEvent')} }}"


def is_node_field(field: GraphQLField) -> bool:
    return is_node(get_named_type(field.type).name)


def deep(kind: str, depth: int) -> str:
    """Everything along all paths of so many steps."""
    steps = " ".join(
        name_and_selection
        for name, field in TYPES[kind].fields.items()
        for name_and_selection in _steps(name, field, depth)
    )
    return "{ __typename " + steps + " }"


def _steps(name: str, field: GraphQLField, depth: int) -> Iterator[str]:
    named = get_named_type(field.type)
    if any(is_required_argument(argument) for argument in field.args.values()):
        return
    if is_leaf_type(named):
        yield name
    elif paginates(field):
        if depth:
            yield f"{name}({FULL_PAGE}) {{ nodes {deep(rows_of(named.name), depth - 1)} }}"
    elif not is_node(named.name):
        yield f"{name} {deep(named.name, depth)}"
    elif depth:
        yield f"{name} {deep(named.name, depth - 1)}"


def rows_of(connection: str) -> str:
    """The type of what a connection holds."""
    return str(get_named_type(TYPES[connection].fields["nodes"].type).name)


def _fields(kind: Any, behind: frozenset[str]) -> Iterator[str]:
    for name, field in kind.fields.items():
        if text := _selected(name, field, behind, whole=False):
            yield text


def _selected(name: str, field: GraphQLField, behind: frozenset[str], *, whole: bool) -> str:
    """A field with all it says; of objects with an id nothing, or (`whole`) everything they say of themselves."""
    named = get_named_type(field.type)
    if any(is_required_argument(argument) for argument in field.args.values()):
        return ""
    if is_leaf_type(named):
        return name
    assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
    if paginates(field):
        page = "nodes { __typename id } edges { cursor } count { value }"
        return f"{name}({FULL_PAGE}) {{ {page} pageInfo {{ startCursor endCursor }} }}" if whole else ""
    if is_node(named.name):
        return f"{name} {values(named.name)}" if whole else ""
    if named.name in behind:
        return ""
    inner = " ".join(_object_fields(named, behind | {named.name}, whole=whole))
    return f"{name} {{ __typename {inner} }}"


def _object_fields(kind: Any, behind: frozenset[str], *, whole: bool) -> Iterator[str]:
    for name, field in kind.fields.items():
        if text := _selected(name, field, behind, whole=whole):
            yield text


def ids_in(answer: object) -> set[str]:
    """Every value of a field called id."""
    if isinstance(answer, list):
        return {found for part in answer for found in ids_in(part)}
    if isinstance(answer, dict):
        own = {answer["id"]} if isinstance(answer.get("id"), str) else set()
        return own | {found for part in answer.values() for found in ids_in(part)}
    return set()
