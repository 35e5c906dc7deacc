"""What filters are asked: for every member of every filter, values that would tell something.

Made from the schema: a member of a type that is not known here fails, so that somebody says what to ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type

from domain.conditions import Operator
from domain.order_fields import OPERATORS, ORDER_FIELDS, FieldKind
from tests.api.matrix.canaries import is_text, tables
from tests.api.matrix.columns import reader
from tests.api.matrix.fair import Fair
from tests.api.matrix.walking import TYPES

IDS: Final = {
    ("OrderFilter", "id"): "Order",
    ("OrderEventFilter", "orderId"): "Order",
    ("ShipmentFilter", "orderId"): "Order",
    ("FulfillmentOrderFilter", "orderId"): "Order",
    ("StockFilter", "sourceId"): "Source",
}
"""What the ids in filters are of."""
JOINS: Final = ("and", "or", "not")
AT_ONCE: Final = 45
ABSENT_TEXT: Final = "q99999q"
FAR: Final = frozenset("Artwork OrderIssue Product Variant".split())
"""Tables whose texts no filter of orders looks at."""
SINGLE: Final = frozenset("Company OrderLine Product Shipment Variant".split())
MOST_SINGLE: Final = 10
"""Filters that take one text and no `or` are asked for a few of these tables."""


class Probes:
    """Filters for one viewer: with what it must not know, and some of what it may."""

    def __init__(self, fair: Fair, name: str) -> None:
        self.fair, self.name = fair, name
        hidden = dict(self._hidden())
        self.texts = [*(text for text, table in hidden.items() if table not in FAR), ABSENT_TEXT]
        self.few = [text for text, table in hidden.items() if table in SINGLE][:MOST_SINGLE]
        placed = sorted(order.placed_at for order in fair.rows["Order"].values())
        self.moments = [one.isoformat() for one in (placed[0], placed[2], placed[-1])]

    def of(self, filter_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(member, filter) for every member of a filter type, joined ones too."""
        members = TYPES[filter_type].fields
        plain = {name: list(self._member(filter_type, name)) for name in members if name not in JOINS}
        for name, filters in plain.items():
            yield from ((name, one) for one in filters)
        if "or" not in members:
            return
        firsts = [_short(filters[-1]) for filters in plain.values() if filters]
        for left, right in zip(firsts[::2], firsts[1::2], strict=False):
            yield "and", {"and": [left, {"not": right}]}
            yield "or", {"or": [{"not": left}, right]}
            yield "not", {"not": {"or": [left, {"not": right}]}}

    def _member(self, filter_type: str, name: str) -> Iterator[dict[str, Any]]:
        kind = TYPES[filter_type].fields[name].type
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        many, named = isinstance(inner, GraphQLList), get_named_type(kind)
        if (filter_type, name) in IDS:
            yield from self._choices(name, self.fair.all_ids(IDS[filter_type, name]), many)
        elif isinstance(named, GraphQLEnumType):
            assert many, f"{filter_type}.{name}: how to ask it?"
            yield from ({name: some} for some in _halves(list(named.values)))
        elif named.name == "String" and not many and "or" in TYPES[filter_type].fields:
            at_once = AT_ONCE // 3 if name == "text" else AT_ONCE  # each looks everywhere
            for start in range(0, len(self.texts), at_once):
                yield {"or": [{name: text} for text in self.texts[start : start + at_once]]}
        elif named.name == "String":
            yield from self._choices(name, self.texts if many else self.few, many)
        elif named.name == "JSON":
            yield from ({name: one} for one in self._expressions())
        else:
            assert not isinstance(named, GraphQLInputObjectType), f"{filter_type}.{name}: how to ask it?"
            yield from ({name: one} for one in self._scalars(named.name))

    def _scalars(self, kind: str) -> list[Any]:
        return {"Boolean": [True, False], "Int": [-1, 0, 3, 100], "DateTime": self.moments}[kind]

    def _choices(self, name: str, values: list[str], many: bool) -> Iterator[dict[str, Any]]:
        if many:
            yield from ({name: values[at : at + 90]} for at in range(0, len(values), 90))
        else:
            yield from ({name: one} for one in values)

    def _hidden(self) -> Iterator[tuple[str, str]]:
        """(text, table): of every column a text the viewer may not read, in a row it sees, and in one that it does
        not see although it belongs to an order it sees, or to no order.
        """
        eyes = self.fair.eyes[self.name]
        for table, column in text_columns():
            rows, read = list(self.fair.rows[table].values()), reader(table, column)
            seen = [getattr(row, column) for row in rows if eyes.sees(row) and not read(eyes, row)]
            near = [getattr(row, column) for row in rows if not eyes.sees(row) and self._is_near(row)]
            yield from ((value, table) for value in (*seen[-1:], *near[-1:]) if value)

    def _is_near(self, row: Any) -> bool:
        line = self.fair.rows["OrderLine"].get(getattr(row, "line_id", None), row)
        order = self.fair.rows["Order"].get(getattr(line, "order_id", None))
        return order is None or self.fair.eyes[self.name].sees(order)

    def _expressions(self) -> Iterator[dict[str, Any]]:
        for name, field in ORDER_FIELDS.items():
            for operator in sorted(OPERATORS[field.kind] & ASKED or OPERATORS[field.kind]):
                yield _call(operator.value, name, list(self._values(operator, name)))

    def _values(self, operator: Operator, name: str) -> Iterator[Any]:
        field = ORDER_FIELDS[name]
        if operator is Operator.LIKE:
            yield "m-q0%"
        elif operator is Operator.IN and field.choices is not None:
            yield from next(_halves([one.value for one in field.choices]))
        elif operator is Operator.IN and field.kind in (FieldKind.TEXT, FieldKind.CODE):
            yield from self.texts[:90]
        elif operator is not Operator.ISNULL:
            yield _TYPED[field.kind](self)


ASKED: Final = frozenset({Operator.IN, Operator.LIKE, Operator.GE, Operator.ISNULL})
"""Operators that expressions are asked with; where none of them goes, `eq`."""
_TYPED: Final[dict[FieldKind, Callable[[Probes], Any]]] = {
    FieldKind.BOOLEAN: lambda _probes: True,
    FieldKind.DATETIME: lambda probes: probes.moments[1],
    FieldKind.DATE: lambda _probes: "2026-03-01",
}


def _halves(values: list[str]) -> Iterator[list[str]]:
    """Some of them at a time, so that no two are always together."""
    for bit in range((len(values) - 1).bit_length()):
        yield [one for place, one in enumerate(values) if place >> bit & 1]


def _short(wanted: dict[str, Any]) -> dict[str, Any]:
    return {"or": wanted["or"][:3]} if "or" in wanted else wanted


def _call(operator: str, name: str, values: list[Any]) -> dict[str, Any]:
    field = {"exp": "field", "args": [{"value": name}]}
    return {"exp": operator, "args": [field, *({"value": one} for one in values)]}


_SEARCHED: Final = frozenset(
    "Address Artwork Company FulfillmentOrder Order OrderIssue OrderLine Payment Product SalesChannel Shipment "
    "Source Variant".split()
)


def text_columns() -> Iterator[tuple[str, str]]:
    """Columns of one text each in tables around orders and articles."""
    for table in sorted(_SEARCHED & tables().keys()):
        for column, field in tables()[table]._meta.fields_map.items():
            if is_text(field) and f"{table}.{column}" != "Order.language":
                assert reader(table, column)
                yield table, column
