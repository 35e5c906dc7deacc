"""Writes docs/api/reference/ from the schema: `python -m docs.print_api`. Nothing there is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql.utilities import get_default_value_ast

from docs.print_errors import pages as error_pages
from server.cli.schema import written

FOLDER: Final = Path(__file__).parent / "api" / "reference"
HEAD: Final = (
    "Printed by `python -m docs.print_api` from the schema; the [guides](../README.md) show how it is used."
)


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    schema = build_schema(written())
    return {name: _page(title, lines(schema)) for name, (title, lines) in PAGES.items()}


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", HEAD, "", *lines]).rstrip() + "\n"


def _contents(schema: GraphQLSchema) -> Iterator[str]:
    yield "| Page | Holds |"
    yield "|---|---|"
    for name, (title, lines) in PAGES.items():
        if name != "README.md":
            count = sum(line.startswith("## ") for line in lines(schema))
            yield f"| [{title}]({name}) | {count} |"


def _queries(schema: GraphQLSchema) -> Iterator[str]:
    yield from _roots(schema, schema.query_type)


def _subscriptions(schema: GraphQLSchema) -> Iterator[str]:
    yield from _roots(schema, schema.subscription_type)


def _roots(schema: GraphQLSchema, root: GraphQLObjectType | None) -> Iterator[str]:
    """Each field of a root with its arguments."""
    assert root is not None
    for name, field in sorted(root.fields.items()):
        yield from _heading(name, field)
        yield f"Answers {_link(schema, field.type)}.\n"
        yield from _members(schema, "Argument", field.args)


def _mutations(schema: GraphQLSchema) -> Iterator[str]:
    """Each mutation with what its input takes, and what its payload holds beside what all of them hold."""
    assert schema.mutation_type is not None
    guard, payload = _named(schema, "MutationGuard"), _named(schema, "MutationPayload")
    yield f"All of them take `guard`, a {_link(schema, guard)}, and answer a {_link(schema, payload)}.\n"
    for name, field in sorted(schema.mutation_type.fields.items()):
        yield from _heading(name, field)
        takes: Any = get_named_type(field.args["input"].type)
        answers: Any = get_named_type(field.type)
        yield from _members(schema, f"`{takes.name}`", takes.fields)
        own = {key: value for key, value in answers.fields.items() if key not in payload.fields}
        yield from _members(schema, f"`{answers.name}`", own)


def _objects(schema: GraphQLSchema) -> Iterator[str]:
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for type_ in _of(schema, GraphQLObjectType):
        if type_ not in roots and not type_.name.endswith("Payload"):
            yield from _composite(schema, type_)


def _interfaces(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _of(schema, GraphQLInterfaceType):
        yield from _composite(schema, type_)
        yield f"Implemented by {_links(schema, schema.get_possible_types(type_))}.\n"


def _composite(schema: GraphQLSchema, type_: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    yield from _heading(type_.name, type_)
    if type_.interfaces:
        yield f"Implements {_links(schema, type_.interfaces)}.\n"
    yield from _members(schema, "Field", type_.fields)
    for name, field in type_.fields.items():
        if field.args:
            yield f"Arguments of `{name}`:\n"
            yield from _members(schema, "Argument", field.args)


def _inputs(schema: GraphQLSchema) -> Iterator[str]:
    """But for those of one mutation, which stand there."""
    for type_ in _of(schema, GraphQLInputObjectType):
        if type_.name not in _inputs_of_mutations(schema):
            yield from _heading(type_.name, type_)
            if type_.is_one_of:
                yield "Takes exactly one of its fields.\n"
            yield from _members(schema, "Field", type_.fields)


def _enums(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _of(schema, GraphQLEnumType):
        yield from _heading(type_.name, type_)
        yield from _table(
            ("Value", "Meaning"), ((f"`{name}`", _told(value)) for name, value in type_.values.items())
        )


def _scalars(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _of(schema, GraphQLScalarType):
        yield from _heading(type_.name, type_)


def _errors(schema: GraphQLSchema) -> Iterator[str]:
    """Every code with its meaning; what to do stands on its own page."""
    for code, head in sorted(error_pages().items()):
        meanings = [line for line in head.splitlines()[1:] if line]
        yield f"## {code}\n"
        yield "\n\n".join(line.replace("](", "](../../errors/") for line in meanings) + "\n"
        yield f"[What to do](../../errors/{code}.md)\n"


Lines = Callable[[GraphQLSchema], Iterator[str]]
PAGES: Final[dict[str, tuple[str, Lines]]] = {
    "README.md": ("Reference", _contents),
    "queries.md": ("Queries", _queries),
    "mutations.md": ("Mutations", _mutations),
    "subscriptions.md": ("Subscriptions", _subscriptions),
    "objects.md": ("Types", _objects),
    "interfaces.md": ("Interfaces", _interfaces),
    "inputs.md": ("Inputs", _inputs),
    "enums.md": ("Enums", _enums),
    "scalars.md": ("Scalars", _scalars),
    "errors.md": ("Error codes", _errors),
}
PAGE_OF: Final = {
    GraphQLObjectType: "objects.md",
    GraphQLInterfaceType: "interfaces.md",
    GraphQLInputObjectType: "inputs.md",
    GraphQLEnumType: "enums.md",
    GraphQLScalarType: "scalars.md",
}


def _heading(name: str, described: Any) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{_told(described)}\n"


def _told(described: Any) -> str:
    """Its description, and what is said against using it."""
    reason = getattr(described, "deprecation_reason", None)
    text = " ".join((described.description or "").split())
    return f"{text} **Deprecated:** {reason}" if reason else text


def _members(schema: GraphQLSchema, title: str, members: dict[str, Any]) -> Iterator[str]:
    if members:
        rows = (
            (f"`{name}`", _link(schema, member.type) + _default(member), _told(member))
            for name, member in members.items()
        )
        yield from _table((title, "Type", "Is"), rows)


def _default(member: Any) -> str:
    """What holds when it is left out; null says nothing."""
    value = None if isinstance(member, GraphQLField) else get_default_value_ast(member)
    shown = print_ast(value) if value else "null"
    return "" if shown == "null" else f" = `{shown}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield _row(names)
    yield _row("---" for _ in names)
    yield from map(_row, rows)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _links(schema: GraphQLSchema, types: Iterable[GraphQLNamedType]) -> str:
    return ", ".join(_link(schema, type_) for type_ in sorted(types, key=lambda type_: type_.name))


def _link(schema: GraphQLSchema, type_: Any) -> str:
    """The type as it is written, leading to where it is explained; GraphQL's own scalars need no explaining."""
    named = get_named_type(type_)
    return f"`{type_}`" if is_specified_scalar_type(named) else f"[`{type_}`]({_place(schema, named)})"


def _place(schema: GraphQLSchema, type_: GraphQLNamedType) -> str:
    for owner in (_inputs_of_mutations(schema), _payloads(schema)):
        if type_.name in owner:
            return f"mutations.md#{owner[type_.name].lower()}"
    return f"{PAGE_OF[type(type_)]}#{type_.name.lower()}"


def _inputs_of_mutations(schema: GraphQLSchema) -> dict[str, str]:
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    return {get_named_type(field.args["input"].type).name: name for name, field in fields.items()}


def _payloads(schema: GraphQLSchema) -> dict[str, str]:
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    return {get_named_type(field.type).name: name for name, field in fields.items()}


def _named(schema: GraphQLSchema, name: str) -> Any:
    return schema.type_map[name]


def _of(schema: GraphQLSchema, kind: type[Any]) -> list[Any]:
    """The schema's own types of a kind, by name."""
    return [
        type_
        for _, type_ in sorted(schema.type_map.items())
        if isinstance(type_, kind) and not is_introspection_type(type_) and not is_specified_scalar_type(type_)
    ]


def main() -> None:
    """Renews the folder; pages that are no more go."""
    FOLDER.mkdir(exist_ok=True)
    fresh = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in fresh:
            file.unlink()
    for name, text in fresh.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
