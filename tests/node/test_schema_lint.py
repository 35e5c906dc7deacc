"""The lint of the schema finds what it is there for."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.services import LINT

POOR = '''
"""Reading."""
type Query {
  getThings(first: Int): ThingConnection!
}

type Thing {
  "On one line."
  thing_name: String
  """Whether it is fine."""
  isFine: Boolean! @deprecated
}

type ThingConnection { edges: [ThingEdge] }
type ThingEdge { node: Thing }
type Unused { size: Size! }
enum Size { small LARGE }
type Mutation { createThing: Boolean }
'''
FOUND = {
    "description-style",
    "naming-convention",
    "no-scalar-result-type-on-mutation",
    "no-typename-prefix",
    "no-unreachable-types",
    "relay-arguments",
    "relay-connection-types",
    "relay-edge-types",
    "relay-page-info",
    "require-deprecation-reason",
    "require-description",
}


@pytest.mark.node
def test_the_lint_refuses_a_poor_schema_and_says_where(tmp_path):
    schema = tmp_path / "poor.graphql"
    schema.write_text(POOR)

    linted = subprocess.run(
        ["node", LINT / "check.mjs", schema], capture_output=True, text=True, check=False, timeout=60
    )

    assert linted.returncode == 1, linted.stderr
    assert set(re.findall(r"@graphql-eslint/([\w-]+)", linted.stdout)) == FOUND
    assert 'poor.graphql:9:3: Field "thing_name" should be in camelCase format' in linted.stdout
