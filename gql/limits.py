"""How much one document may ask for, judged before anything of it runs.

One walk over the operation, each fragment measured once per type and page size, so that judging costs little
however the document is nested. What the schema does not know counts for nothing here: validation refuses it.
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
_NESTING: Final = 60
"""Selections in selections, fragments included: beyond this no document is meant well."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may ask for. Introspection is free: the schema bounds it."""

    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    directives: int = 10
    cost: int = 5000
    """Objects it would read, from page sizes; lists without pages count as five."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection asks for, at worst."""

    depth: int = 0
    cost: int = 0
    fields: int = 0
    """Fields on its first level."""


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
        whole = _Walk(schema, fragments, variables).selection(operation.selection_set, root, 1)
    except TooDeep:
        return [f"The document is nested deeper than {limits.depth} levels; ask for less at once."]
    counts = _Counts()
    visit(document, counts)
    found = {
        "levels of nesting": (whole.depth, limits.depth),
        "fields of the root type": (whole.fields, limits.root_fields),
        "aliases": (counts.aliases, limits.aliases),
        "directives": (counts.directives, limits.directives),
        "objects by estimate": (whole.cost, limits.cost),
    }
    return [
        f"The document has {asked:,} {what}, {most:,} are allowed; ask for smaller pages or in several requests."
        for what, (asked, most) in found.items()
        if asked > most
    ]


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
    known: dict[tuple[str, str, int], Measure] = field(default_factory=dict)

    def selection(self, chosen: SelectionSetNode, parent: Any, page: int) -> Measure:
        """The sum of what is selected on a type; `page` is how many rows its `nodes` and `edges` hold."""
        self.nesting += 1
        if self.nesting > _NESTING:
            raise TooDeep
        parts = list(self._parts(chosen, parent, page))
        self.nesting -= 1
        return Measure(
            max((part.depth for part in parts), default=0),
            sum(part.cost for part in parts),
            sum(part.fields for part in parts),
        )

    def _parts(self, chosen: SelectionSetNode, parent: Any, page: int) -> Iterator[Measure]:
        for node in chosen.selections:
            if isinstance(node, FieldNode):
                yield self._field(node, parent, page)
            elif isinstance(node, InlineFragmentNode):
                yield self.selection(node.selection_set, self._condition(node, parent), page)
            elif isinstance(node, FragmentSpreadNode):
                yield self._fragment(node.name.value, page)

    def _fragment(self, name: str, page: int) -> Measure:
        definition = self.fragments.get(name)
        on = self.schema.get_type(definition.type_condition.name.value) if definition else None
        if definition is None or on is None:
            return Measure()
        key = (name, on.name, page)
        if key not in self.known:
            self.known[key] = Measure()  # a fragment that holds itself ends here; validation refuses it
            self.known[key] = self.selection(definition.selection_set, on, page)
        return self.known[key]

    def _condition(self, node: InlineFragmentNode, parent: Any) -> Any:
        return self.schema.get_type(node.type_condition.name.value) if node.type_condition else parent

    def _field(self, node: FieldNode, parent: Any, page: int) -> Measure:
        name = node.name.value
        declared = parent.fields.get(name) if is_object_type(parent) or is_interface_type(parent) else None
        if declared is None:  # introspection, __typename, or nothing the schema knows
            return Measure(0, 0, 1)
        answer = get_named_type(declared.type)
        if not is_composite_type(answer) or node.selection_set is None:
            return Measure(1, 0, 1)
        rows = self._rows(node, declared.type, parent, page)
        inner_page = self._page(node) if _is_connection(answer) else 1
        inner = self.selection(node.selection_set, answer, inner_page)
        return Measure(1 + inner.depth, rows * (1 + inner.cost), 1)

    def _rows(self, node: FieldNode, type_: Any, parent: Any, page: int) -> int:
        if not is_list_type(get_nullable_type(type_)):
            return 1
        if _is_connection(parent):
            return page
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
