"""The reference of the API is printed from the schema, all of it."""

from __future__ import annotations

from graphql import build_schema

from docs.print_api import FOLDER, pages
from server.cli.schema import written
from tests.contract.schemas import composites, enums, inputs, types_of


def test_the_reference_is_what_the_schema_says():
    kept = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}

    assert kept == pages(), "run: make schema"


def test_everything_of_the_schema_has_its_place_in_the_reference():
    schema = build_schema(written())
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    text = "\n".join(pages().values())

    named = {type_.name for type_ in types_of(schema) if type_ not in roots}
    members = {name for type_ in [*composites(schema), *inputs(schema)] for name in type_.fields}
    values = {name for type_ in enums(schema) for name in type_.values}

    assert sorted(name for name in named if f"## {name}\n" not in text and f"| `{name}` | Type" not in text) == []
    missing = [name for name in members | values if f"| `{name}` |" not in text and f"## {name}\n" not in text]
    assert sorted(missing) == []
