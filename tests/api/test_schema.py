from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_camel_case as camel

from gql.fields import MAPPING, mappings
from models.visibility import RULES
from reads.mapping import Embedded, Paged, Relation, Unplanned
from resolvers.nodes import KINDS, OWNED
from server.schema import schema

TYPES = {name: kind for name, kind in schema._schema.type_map.items() if not name.startswith("__")}
WITHOUT_ROWS = {
    "Actor": "made of an event's or comment's columns; its name depends on the viewer's company",
    "AvailableAction": "a verdict of the rules of the mutations",
    "Blocker": "what stands against an action",
    "Count": "a number",
    "FieldChange": "a part of an event's data",
    "Money": "an amount with its currency",
    "OrderStatusCount": "a number of orders",
    "PageInfo": "the ends of a page",
    "PersonalisationField": "an entry of a line's personalisation",
    "PaymentSnapshot": "sums",
    "SavedViewSort": "two columns of a saved view",
    "Viewer": "made of the token's subject",
}
UNPLANNED = {
    **dict.fromkeys(
        (f"{name}.available_actions" for name in ("Order", "OrderLine", "FulfillmentOrder", "Shipment")),
        "the rules of the mutations decide",
    ),
    "Company.offered_services": "two tables away",
    "Comment.author": "names depend on the viewer's company",
    "CustomerContact.email": "follows from the connection of retailer and fulfiller",
    "Order.hold_note": "nothing for some viewers, masked for others",
    "Order.payment_snapshot": "sums of lines and payments under the channel's capture mode",
    "Order.unread_comment_count": "compares two tables",
    "OrderEvent.actor": "names depend on the viewer's company",
    "OrderEvent.comment": "named in the event's data, which is no column",
    "OrderEvent.payment": "named in the event's data, which is no column",
    "OrderEvent.payment_operation": "named in the event's data, which is no column",
    "OrderLine.audit_trail": "joins a line with the events of its parcels and its order",
    "Role.channels": "the keys are in a column of JSON",
    "OrderEvent.note": "notes depend on the viewer's company",
    "OrderEvent.cursor": "names the log, which is no column",
}


def undescribed() -> Iterator[str]:
    for name, kind in TYPES.items():
        yield from [] if kind.description else [name]
        if isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{key}" for key, value in kind.values.items() if not value.description)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for key, field in kind.fields.items():
                yield from [] if field.description else [f"{name}.{key}"]
                arguments = getattr(field, "args", {})
                yield from (f"{name}.{key}({arg})" for arg, one in arguments.items() if not one.description)


def row_backed() -> dict[str, StrawberryObjectDefinition]:
    """Types with a global id, and the objects that are made of the same rows, by name."""
    found = {name: _definition(name) for name, kind in TYPES.items() if _is_node(kind)}
    for definition in list(found.values()):
        for field in definition.fields:
            if isinstance(field.metadata.get(MAPPING), Embedded):
                name = get_named_type(TYPES[definition.name].fields[camel(field.python_name)].type).name
                found[name] = _definition(name)
    return found


def test_every_type_field_argument_and_value_is_described_for_a_stranger() -> None:
    assert list(undescribed()) == []


def test_every_field_of_a_type_that_is_read_from_rows_says_what_it_is_made_of() -> None:
    unmapped = [
        f"{name}.{field.python_name}"
        for name, definition in row_backed().items()
        for field in definition.fields
        if MAPPING not in field.metadata
    ]

    assert unmapped == []


def test_every_type_is_read_from_rows_or_known_not_to_be() -> None:
    of_pages = ("Connection", "Edge")
    reached = {name for name in _reached("Query") if not name.endswith(of_pages)} - {"Query", "Node"}

    assert reached == set(row_backed()) | set(WITHOUT_ROWS)
    assert set(row_backed()).isdisjoint(WITHOUT_ROWS)


def test_only_known_fields_have_no_plan_and_each_says_why() -> None:
    found = {
        f"{name}.{field}": mapping.reason
        for name, definition in row_backed().items()
        for field, mapping in mappings(definition.origin).items()
        if isinstance(mapping, Unplanned)
    }

    assert found == UNPLANNED


def test_every_relation_leads_to_a_table_with_a_visibility_rule() -> None:
    models = {
        mapping.model
        for definition in row_backed().values()
        for mapping in mappings(definition.origin).values()
        if isinstance(mapping, Relation | Paged)
    }

    assert models <= set(RULES)
    assert set(KINDS.values()) <= set(RULES)


def test_every_type_with_a_global_id_can_be_found_by_it() -> None:
    nodes = {name for name, kind in TYPES.items() if _is_node(kind)}

    assert nodes == set(KINDS) | set(OWNED)


def _is_node(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and any(interface.name == "Node" for interface in kind.interfaces)


def _definition(name: str) -> StrawberryObjectDefinition:
    return TYPES[name].extensions["strawberry-definition"]


def _reached(name: str, seen: set[str] | None = None) -> set[str]:
    """Names of the object types and interfaces that a type leads to, and its own."""
    seen = {name} if seen is None else seen
    for field in TYPES[name].fields.values():
        kind = get_named_type(field.type)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and kind.name not in seen:
            seen.add(kind.name)
            _reached(kind.name, seen)
    return seen
