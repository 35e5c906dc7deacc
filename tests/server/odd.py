"""Odd values for whatever the schema takes, and documents that hand them over."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.type import is_required_argument

from gql.ids import to_global
from subscriptions.core.cursor import encode

TEXTS = (
    "", " ", "x", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202eabc", "e\u0301" * 50, "x" * 300, "y" * 5000,
    "'; DROP TABLE order_event; --", "%_\\", "\n\r\t", "../../etc/passwd", "{}", "[]", "null", "true", "0", "-1",
    "1e999999", "NaN", "Infinity", "-0.00", "0.1234567890123456789", "9" * 400, "99999999999999999999.99",
    "2024-02-30", "0000-00-00", "9999-12-31T23:59:60Z", "2024-01-01T00:00:00", "-2024-01-01T00:00:00Z",
    "10000-01-01T00:00:00+99:99", "EUR", "eur", "DE", "\U0001f4a9", "\ufeff", "\x7f\x1b[31m", "<script>", "$where",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 7, 100, 101, 2**31 - 1, -(2**31))
IDS = (
    *(to_global("Order", key) for key in (0, -1, 2**31, 2**63 - 1, 2**63, 10**30)),
    to_global("Nonsense", 1), "T3JkZXI=", "T3JkZXI6", "T3JkZXI6MQ", "=", "🙂",
)  # fmt: skip
CURSORS = (encode("", 0), encode("x", 2**63 - 1), "MS4x", "x" * 200)


def deep(levels: int, leaf: Any, wrap: Any) -> Any:
    for _ in range(levels):
        leaf = wrap(leaf)
    return leaf


JSONS = (
    None, True, 0, -1.5, 10**400, 1e308, "", "\0", "\ud800", [], {}, [[]], ["and"], ["and", []], ["=", "status"],
    ["=", ["="], ["="]], ["in", "status", []], ["in", "status", ["\0"]], ["nope", 1, 2], {"": {"\0": None}},
    deep(150, 1, lambda inner: [inner]), deep(150, ["=", "number", "x"], lambda inner: ["not", inner]),
    deep(150, 1, lambda inner: {"and": [inner]}), ["or", *[["=", "number", "x"]] * 500],
    ["contains", "number", "%"],
)  # fmt: skip
PLAIN = {
    "String": TEXTS,
    "ID": (*IDS, *TEXTS),
    "Int": NUMBERS,
    "Boolean": (True, False),
    "Cursor": (*CURSORS, *TEXTS),
}


@dataclass
class Odd:
    """Draws values of the right shape and the wrong content."""

    dice: Random
    known: tuple[str, ...]
    """Ids of things that exist."""

    def value(self, type_: Any, levels: int = 5) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._some(type_.of_type, levels)
        return None if levels <= 0 or self.dice.random() < 0.3 else self._some(type_, levels)

    def _some(self, type_: Any, levels: int) -> Any:
        if isinstance(type_, GraphQLList):
            count = self.dice.choice((0, 1, 1, 2, 3, 101) if is_leaf_type(get_named_type(type_)) else (0, 1, 1, 2))
            return [self.value(type_.of_type, levels - 1) for _ in range(count if levels > 2 else min(count, 1))]
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, levels)
        if isinstance(type_, GraphQLEnumType):
            return self.dice.choice(list(type_.values))
        return self._scalar(type_)

    def _object(self, type_: GraphQLInputObjectType, levels: int) -> dict[str, Any]:
        fields = type_.fields
        if type_.is_one_of:
            leaves = [name for name, one in fields.items() if is_leaf_type(get_named_type(one.type))]
            name = self.dice.choice(list(fields) if levels > 0 else leaves or list(fields))
            return {name: self._some(fields[name].type, levels - 1)}
        drawn = {name: self.value(field.type, levels - 1) for name, field in fields.items()}
        return {
            name: value
            for name, value in drawn.items()
            if value is not None or isinstance(fields[name].type, GraphQLNonNull) or self.dice.random() < 0.2
        }

    def _scalar(self, type_: GraphQLScalarType) -> Any:
        if type_.name == "ID" and self.dice.random() < 0.5:
            return self.dice.choice(self.known)
        if type_.name in PLAIN:
            return self.dice.choice(PLAIN[type_.name])
        return self.dice.choice((*JSONS, *TEXTS, *NUMBERS))


def document(kind: str, name: str, field: GraphQLField) -> str:
    """Asks for one root field with all its arguments as variables, and for what can be read of the answer."""
    variables = ", ".join(f"${arg}: {of.type}" for arg, of in field.args.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in field.args)
    head, call = (f"{kind}({variables})", f"{name}({passed})") if passed else (kind, name)
    return f"{head} {{ {call}{chosen(field.type)} }}"


def chosen(type_: Any, levels: int = 2) -> str:
    """Every leaf without arguments of its own, two levels deep."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    parts = ["__typename"]
    for name, field in getattr(named, "fields", {}).items():
        if any(is_required_argument(arg) for arg in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif levels > 0 and is_object_type(named) and (levels == 2 or not is_list_type(field.type)):
            parts.append(name + chosen(field.type, levels - 1))
    return " { " + " ".join(parts) + " }"
