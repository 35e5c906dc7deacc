"""How much one document may ask for, judged before anything of it runs.

One walk over the operation, each fragment measured once per type, so that judging costs little however the
document is nested. What the schema does not know counts for nothing here: validation refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, get_nullable_type, is_list_type
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.type import is_composite_type, is_interface_type, is_object_type

USUAL_PAGE: Final = 20
USUAL_LIST: Final = 5
"""Rows that a list without pages is taken to hold."""
LONGEST_PAGE: Final = 100
MOST_INTROSPECTIONS: Final = 1
"""The whole schema is some hundred kilobytes of answer."""
_META: Final = frozenset({"__schema", "__type"})
_NESTING: Final = 60
"""Selections in selections, fragments included: beyond this no document is meant well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may ask for. Introspection is free of cost, but whole once: the schema bounds it."""

    document: int = 32 * 1024
    """Bytes."""
    tokens: int = 2000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    directives: int = 10
    cost: int = 5000
    """Objects it would read, from page sizes; lists without pages count as five."""
    inputs: int = 5000
    """Objects in its variables: reading one takes longer than many of its bytes."""
    introspection: bool = True
    """Whether the viewer may ask what there is, and be told names it did not write."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for, at worst."""

    depth: int = 0
    cost: int = 0
    row: int = 0
    """What each row of the page adds to the cost, for a selection on a connection."""
    fields: int = 0
    """Fields on its first level."""
    introspections: int = 0
    """Of them `__schema` and `__type`."""

    def of_page(self, rows: int) -> int:
        """The cost with that many rows."""
        return self.cost + rows * self.row


class TooDeep(Exception):
    """The selections are nested beyond all use."""


def exceeded(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
) -> list[str]:
    """Every limit the operation exceeds, in words that say what to do. Empty: it may run."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return []
    defined = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    fragments = {node.name.value: node for node in defined}
    try:
        whole = _Walk(schema, fragments, variables).selection(operation.selection_set, root)
    except TooDeep:
        return [f"The document is nested deeper than {limits.depth} levels; ask for less at once."]
    if whole.introspections and not limits.introspection:
        return ["You may not ask what the schema holds. The documentation says it."]
    counts = _Counts()
    visit(document, counts)
    found = {
        "levels of nesting": (whole.depth, limits.depth),
        "fields of the root type": (whole.fields, limits.root_fields),
        "introspections": (whole.introspections, MOST_INTROSPECTIONS),
        "aliases": (counts.aliases, limits.aliases),
        "directives": (counts.directives, limits.directives),
        "objects by estimate": (whole.of_page(1), limits.cost),
        "objects in its variables": (_objects(variables), limits.inputs),
    }
    return [
        f"The document has {asked:,} {what}, {most:,} are allowed; ask for smaller pages or in several requests."
        for what, (asked, most) in found.items()
        if asked > most
    ]


def _objects(variables: Mapping[str, Any]) -> int:
    """The JSON objects in the variables, however they are nested."""
    found, waiting = 0, [*variables.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += 1
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


class _Counts(Visitor):
    """What is counted as it stands in the document."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases = self.directives = 0

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.aliases += node.alias is not None

    def enter_directive(self, *_: object) -> None:
        self.directives += 1


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    nesting: int = 0
    known: dict[tuple[str, str], Measure] = field(default_factory=dict)

    def selection(self, chosen: SelectionSetNode, parent: Any) -> Measure:
        """The sum of what is selected on a type."""
        self.nesting += 1
        if self.nesting > _NESTING:
            raise TooDeep
        parts = list(self._parts(chosen, parent))
        self.nesting -= 1
        return Measure(
            max((part.depth for part in parts), default=0),
            sum(part.cost for part in parts),
            sum(part.row for part in parts),
            sum(part.fields for part in parts),
            sum(part.introspections for part in parts),
        )

    def _parts(self, chosen: SelectionSetNode, parent: Any) -> Iterator[Measure]:
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                yield self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                yield self.selection(node.selection_set, self._condition(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                yield self._fragment(node.name.value)

    def _fragment(self, name: str) -> Measure:
        definition = self.fragments.get(name)
        on = self.schema.get_type(definition.type_condition.name.value) if definition else None
        if definition is None or on is None:
            return Measure()
        key = (name, on.name)
        if key not in self.known:
            self.known[key] = Measure()  # a fragment that holds itself ends here; validation refuses it
            self.known[key] = self.selection(definition.selection_set, on)
        return self.known[key]

    def _condition(self, node: InlineFragmentNode, parent: Any) -> Any:
        return self.schema.get_type(node.type_condition.name.value) if node.type_condition else parent

    def _field(self, node: FieldNode, parent: Any) -> Measure:
        name = node.name.value
        declared = parent.fields.get(name) if is_object_type(parent) or is_interface_type(parent) else None
        if declared is None:  # introspection, __typename, or nothing the schema knows
            return Measure(fields=1, introspections=int(name in _META))
        answer = get_named_type(declared.type)
        if not is_composite_type(answer) or node.selection_set is None:
            return Measure(depth=1, fields=1)
        inner = self.selection(node.selection_set, answer)
        each = 1 + inner.of_page(self._page(node) if _is_connection(answer) else 1)
        if not is_list_type(get_nullable_type(declared.type)):
            return Measure(1 + inner.depth, each, fields=1)
        if _is_connection(parent):
            return Measure(1 + inner.depth, row=each, fields=1)
        return Measure(1 + inner.depth, self._rows(node) * each, fields=1)

    def _rows(self, node: FieldNode) -> int:
        given = self._argument(node, "ids")
        return min(len(given), LONGEST_PAGE) if isinstance(given, list) else USUAL_LIST

    def _page(self, node: FieldNode) -> int:
        sizes = [self._argument(node, name) for name in ("first", "last")]
        asked = [size for size in sizes if isinstance(size, int) and not isinstance(size, bool)]
        return min(max(asked, default=USUAL_PAGE), LONGEST_PAGE) if all(size > 0 for size in asked) else 1

    def _argument(self, node: FieldNode, name: str) -> object:
        value: Node | None = next(
            (given.value for given in node.arguments or () if given.name.value == name), None
        )
        if isinstance(value, VariableNode):
            return self.variables.get(value.name.value, LONGEST_PAGE)
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) < len("2147483648") else LONGEST_PAGE
        return list(value.values) if isinstance(value, ListValueNode) else None


def _is_connection(type_: Any) -> bool:
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection")
