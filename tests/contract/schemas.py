"""What a schema consists of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)


def types_of(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    """The schema's own types."""
    return [
        type_
        for type_ in schema.type_map.values()
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
    ]


def composites(schema: GraphQLSchema) -> list[GraphQLObjectType | GraphQLInterfaceType]:
    return [type_ for type_ in types_of(schema) if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType))]


def inputs(schema: GraphQLSchema) -> list[GraphQLInputObjectType]:
    return [type_ for type_ in types_of(schema) if isinstance(type_, GraphQLInputObjectType)]


def enums(schema: GraphQLSchema) -> list[GraphQLEnumType]:
    return [type_ for type_ in types_of(schema) if isinstance(type_, GraphQLEnumType)]


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for type_ in composites(schema):
        yield from ((f"{type_.name}.{name}", field) for name, field in type_.fields.items())


def members(schema: GraphQLSchema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that has members: types with fields, fields with arguments, enums with values."""
    for type_ in [*composites(schema), *inputs(schema)]:
        yield type_.name, type_.fields
    for name, field in fields(schema):
        yield name, field.args
    for enum in enums(schema):
        yield enum.name, enum.values


def shown(args: dict[str, Any]) -> dict[str, str]:
    return {name: str(argument.type) for name, argument in args.items()}


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Every place that can have a description, and what it says."""
    yield from ((type_.name, type_.description) for type_ in types_of(schema))
    for owner, each in members(schema):
        yield from ((f"{owner}.{name}", member.description) for name, member in each.items())


def typed(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Every place that has a type: fields, arguments, fields of inputs."""
    for owner, each in members(schema):
        yield from ((f"{owner}.{name}", member.type) for name, member in each.items() if hasattr(member, "type"))


def reachable(schema: GraphQLSchema) -> set[str]:
    """From the roots along fields and arguments, and from an interface to whoever implements it."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    waiting, seen = [root for root in roots if root], set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen:
            continue
        seen.add(type_.name)
        waiting += _next_to(schema, type_)
    return seen


def _next_to(schema: GraphQLSchema, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
    near = []
    for field in getattr(type_, "fields", {}).values():
        near += [
            get_named_type(field.type),
            *(get_named_type(one.type) for one in getattr(field, "args", {}).values()),
        ]
    if isinstance(type_, GraphQLInterfaceType):
        near += schema.get_possible_types(type_)
    return [*near, *getattr(type_, "interfaces", ()), *getattr(type_, "types", ())]
