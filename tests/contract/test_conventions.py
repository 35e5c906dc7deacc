"""The schema keeps its conventions, on any machine; `make lint` asks graphql-eslint beside it where node is."""

from __future__ import annotations

import pytest
from graphql import build_schema

from server.cli.schema import written
from tests.contract.conventions import RULES

POOR = '''
interface Node { id: ID }
type Query {
  """  """
  getThings(first: Int): ThingConnection!
  """Things, as S2 has them"""
  allThings: [thing!]!
}
type thing { id: String!, isFine: Boolean, sizes: [Size], old: Int @deprecated, weight: Float, ownerId: Int }
type ThingResult {
  """The colour"""
  colour: String
  """The colour"""
  shade: String
}
type ThingConnection { edges: [ThingEdge], extra: ThingResult, loud: LoudPayload, failure: Failure }
type ThingEdge { node: thing }
type LoudPayload { thing: thing! }
type Failure { code: String, message: String, path: String, retry: String }
type Unused { a: Int }
enum Size { small }
input Doing { a: Int }
type Mutation { updateThing(input: Doing): LoudPayload }
type Subscription { changed: thing }
'''


@pytest.fixture(scope="module")
def schema():
    return build_schema(written())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_schema_keeps_a_convention(schema, rule):
    broken = list(rule(schema))

    if broken:
        pytest.fail("\n".join([f"Not so: {rule.__name__.replace('_', ' ')}:", *broken]), pytrace=False)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_poor_schema_breaks_each_convention(rule):
    assert list(rule(build_schema(POOR)))
