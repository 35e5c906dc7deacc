"""The contract is what the code says."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

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
