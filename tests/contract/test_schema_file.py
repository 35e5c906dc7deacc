"""The contract is what the code says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner
from graphql import (
    GraphQLNamedType,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
)

from server.cli import main
from server.cli.schema import written

ROOT = Path(__file__).parents[2]


def test_schema_graphql_is_what_the_code_says():
    kept = (ROOT / "schema.graphql").read_text(encoding="utf-8")

    assert kept == written(), "run `ordergraph export-schema` and review the change"


def test_a_schema_file_that_differs_is_shown_and_left_alone(tmp_path):
    file = tmp_path / "schema.graphql"
    file.write_text(written().replace("orderCounts", "orderCensus"), encoding="utf-8")

    result = CliRunner().invoke(main, ["export-schema", "--check", "--file", str(file)])

    assert result.exit_code == 1
    assert "-  orderCensus(" in result.stdout
    assert "+  orderCounts(" in result.stdout
    assert "ordergraph export-schema" in result.stderr
    assert "orderCensus" in file.read_text(encoding="utf-8")


def test_the_exported_schema_passes_its_own_check(tmp_path):
    file = tmp_path / "schema.graphql"

    CliRunner().invoke(main, ["export-schema", "--file", str(file)])

    assert CliRunner().invoke(main, ["export-schema", "--check", "--file", str(file)]).exit_code == 0


def test_everything_in_the_schema_is_described():
    schema = build_schema(written())

    mute = [name for type_ in schema.type_map.values() if _is_ours(type_) for name in _mute(type_)]

    assert mute == []


BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}


def _is_ours(type_: GraphQLNamedType) -> bool:
    return not type_.name.startswith("__") and type_.name not in BUILT_IN


def _mute(type_: GraphQLNamedType) -> Iterator[str]:
    """Whatever of a type has no description."""
    if not type_.description:
        yield type_.name
    if is_enum_type(type_):
        yield from (f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description)
    if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
        for name, field in type_.fields.items():
            if not field.description:
                yield f"{type_.name}.{name}"
            for argument, about in getattr(field, "args", {}).items():
                if not about.description:
                    yield f"{type_.name}.{name}({argument})"
