"""The compilers of typed clients accept schema.graphql, and what they make of a front end's documents is good."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SCHEMA = (ROOT / "schema.graphql").read_text(encoding="utf-8")
OPERATIONS_OF_RELAY = 11


@pytest.fixture
def front_end(tmp_path):
    """A front end's folder: its documents, the schema, and what is installed."""
    folder = tmp_path / "front-end"
    shutil.copytree(HERE / "sample", folder)
    (folder / "schema.graphql").write_text(SCHEMA, encoding="utf-8")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    return folder


def run(folder: Path, program: str, *arguments: str) -> None:
    done = subprocess.run(
        [folder / "node_modules" / ".bin" / program, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.node
def test_relay_compiles_connections_refetches_mutations_and_subscriptions(front_end):
    (front_end / "made").mkdir()
    (front_end / "operations.json").write_text("{}")

    run(front_end, "relay-compiler", "relay.config.json")

    operations = json.loads((front_end / "operations.json").read_text())
    schema = build_schema(SCHEMA)
    assert len(operations) == OPERATIONS_OF_RELAY
    assert [text for text in operations.values() if validate(schema, parse(text))] == []


@pytest.mark.node
def test_graphql_codegen_makes_types_that_a_client_compiles_with(front_end):
    run(front_end, "graphql-codegen", "--config", "codegen.json")

    run(front_end, "tsc", "--strict", "--noEmit", "--ignoreConfig", "use.ts", "schema.ts")


@pytest.mark.node
def test_the_helper_that_resumes_has_types(front_end):
    shutil.copy(ROOT / "docs" / "api" / "resuming.mjs", front_end)

    run(
        front_end,
        "tsc",
        "--strict",
        "--noEmit",
        "--ignoreConfig",
        "--checkJs",
        "--module",
        "nodenext",
        "resuming.mjs",
    )
