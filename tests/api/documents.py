"""Documents made from the schema: they select everything there is."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from server.schema import schema

TYPES = schema._schema.type_map


def everything(type_name: str, depth: int) -> str:
    """A selection of all fields of a type, `depth` objects deep. Connections count as one with their rows."""
    kind = TYPES[type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return "{__typename " + " ".join(_fields(kind, depth)) + "}"


def _fields(kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> Iterator[str]:
    for name, field in kind.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        named = get_named_type(field.type)
        if is_leaf_type(named):
            yield name
        elif _is_value(named.name):
            yield f"{name} {everything(named.name, depth)}"
        elif depth > 0:
            yield f"{name} {everything(named.name, depth - 1)}"


def _is_value(name: str) -> bool:
    """Objects without rows of their own do not count as a level."""
    kind = TYPES[name]
    around_rows = name.endswith(("Connection", "Edge"))
    return not around_rows and isinstance(kind, GraphQLObjectType) and "id" not in kind.fields


def ids_in(answer: object) -> set[str]:
    """Every value of a field called id."""
    if isinstance(answer, list):
        return {found for part in answer for found in ids_in(part)}
    if isinstance(answer, dict):
        own = {answer["id"]} if isinstance(answer.get("id"), str) else set()
        return own | {found for part in answer.values() for found in ids_in(part)}
    return set()
