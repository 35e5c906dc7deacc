"""The conventions of the schema, as rules over any schema: each yields what breaks it, one sentence each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

from tests.contract.schemas import (
    composites,
    described,
    enums,
    fields,
    inputs,
    members,
    reachable,
    shown,
    typed,
    types_of,
)

PAGING = {"first": "Int", "after": "Cursor", "last": "Int", "before": "Cursor"}
PAGE_INFO = {
    "hasNextPage": "Boolean!",
    "hasPreviousPage": "Boolean!",
    "startCursor": "Cursor",
    "endCursor": "Cursor",
}
REFETCHING = {"node": ({"id": "ID!"}, "Node"), "nodes": ({"ids": "[ID!]!"}, "[Node]!")}
GIVEN_UP = "No longer supported"
"""What stands for a reason where none is given."""

UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
PASCAL = re.compile(r"[A-Z][a-zA-Z0-9]*")
IDS = re.compile(r"(id|\w+Id)")
INPUT_ENDS = ("Input", "Filter", "Sort", "Key", "Guard", "Range")
IDLE_ENDS = ("Type", "Object", "Enum", "Interface", "Result", "Response", "Dto")
KINDS = {"OrderType", "CustomerType"}
"""Enums of what the shop itself calls the type of an order and of a customer."""
IDLE_WORDS = re.compile(r"\b(the|a|an|this|is|it|its|was|are|of|in|value|field|object|type|enum|input)\b")
INSIDE = re.compile(r"\bS\d\b|\.(?:md|py)\b|\bissue \d")
_LETTERS = re.compile(r"[^a-z]")

FOREIGN_IDS = {"CustomerContact.externalId", "TrackingEventInput.id"}
"""Called id, and somebody else's: not global, so not ID."""
BOUNDED_BY_NATURE = {"Query.orderCounts", "Query.nodes"}
"""Lists of roots whose bound is in their arguments or their type."""


def everything_is_described(schema: GraphQLSchema) -> Iterator[str]:
    yield from (type_.name for type_ in types_of(schema) if not (type_.description or "").strip())
    for owner, each in members(schema):
        yield from (f"{owner}.{name}" for name, member in each.items() if not (member.description or "").strip())


def descriptions_say_more_than_the_name(schema: GraphQLSchema) -> Iterator[str]:
    for owner, each in members(schema):
        for name, member in each.items():
            if _idle(name, member.description or ""):
                yield f"{owner}.{name}: {member.description}"


def descriptions_are_sentences(schema: GraphQLSchema) -> Iterator[str]:
    for place, text in described(schema):
        if text and not (text.rstrip().endswith((".", "?", "`")) and (text[0].isupper() or text[0] in "`“1")):
            yield f"{place}: {text}"


def descriptions_name_nothing_of_the_inside(schema: GraphQLSchema) -> Iterator[str]:
    """Strangers know no specification of ours, no file and no table."""
    yield from (f"{place}: {text}" for place, text in described(schema) if INSIDE.search(text or ""))


def no_description_is_copied(schema: GraphQLSchema) -> Iterator[str]:
    """No two types say the same of themselves, no two members of one owner do; only pages are alike."""
    types = [type_ for type_ in types_of(schema) if not type_.name.endswith(("Connection", "Edge"))]
    yield from _copied("types", ((type_.name, type_.description) for type_ in types))
    for owner, each in members(schema):
        yield from _copied(owner, ((name, member.description) for name, member in each.items()))


def names_have_one_style(schema: GraphQLSchema) -> Iterator[str]:
    yield from (type_.name for type_ in types_of(schema) if not PASCAL.fullmatch(type_.name))
    for enum in enums(schema):
        yield from (f"{enum.name}.{value}" for value in enum.values if not UPPER_SNAKE.fullmatch(value))
    for owner, each in members(schema):
        if owner not in {enum.name for enum in enums(schema)}:
            yield from (f"{owner}.{name}" for name in each if not CAMEL.fullmatch(name))


def types_are_nouns_without_idle_ends(schema: GraphQLSchema) -> Iterator[str]:
    yield from (
        type_.name
        for type_ in [*composites(schema), *enums(schema)]
        if type_.name.endswith(IDLE_ENDS) and type_.name not in KINDS
    )
    yield from (type_.name for type_ in inputs(schema) if not type_.name.endswith(INPUT_ENDS))


def booleans_are_not_called_is(schema: GraphQLSchema) -> Iterator[str]:
    for owner, each in members(schema):
        yield from (f"{owner}.{name}" for name in each if re.match(r"is[A-Z]", name))


def a_deprecation_says_what_to_use_instead(schema: GraphQLSchema) -> Iterator[str]:
    for owner, each in members(schema):
        for name, member in each.items():
            reason = member.deprecation_reason
            if reason is not None and (reason == GIVEN_UP or not reason.strip()):
                yield f"{owner}.{name}"


def nothing_is_unused(schema: GraphQLSchema) -> Iterator[str]:
    used = reachable(schema)
    yield from (type_.name for type_ in types_of(schema) if type_.name not in used)


def nothing_is_a_float(schema: GraphQLSchema) -> Iterator[str]:
    for place, type_ in typed(schema):
        if get_named_type(type_).name == "Float":
            yield f"{place}: {type_}"


def lists_hold_no_nulls(schema: GraphQLSchema) -> Iterator[str]:
    """`nodes(ids:)` alone answers null for what is not there, in its place: so Relay wants it."""
    for place, type_ in typed(schema):
        if re.search(r"[^!]\]", str(type_)) and place != "Query.nodes":
            yield f"{place}: {type_}"


def ids_are_of_type_id(schema: GraphQLSchema) -> Iterator[str]:
    for place, type_ in typed(schema):
        name = get_named_type(type_).name
        is_id = IDS.fullmatch(place.rpartition(".")[2].rstrip("s")) is not None
        if is_id and name != "ID" and place not in FOREIGN_IDS:
            yield f"{place}: {type_} should be ID"


def whatever_has_an_id_is_a_node(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in composites(schema):
        is_node = any(interface.name == "Node" for interface in type_.interfaces)
        if isinstance(type_, GraphQLObjectType) and is_node != ("id" in type_.fields):
            yield type_.name
        if "id" in type_.fields and str(type_.fields["id"].type) != "ID!":
            yield f"{type_.name}.id"


def nodes_are_found_by_id(schema: GraphQLSchema) -> Iterator[str]:
    query = schema.query_type
    for name, (args, answer) in REFETCHING.items():
        field = query.fields.get(name) if query else None
        if field is None or shown(field.args) != args or str(field.type) != answer:
            yield f"Query.{name}"


def connections_have_edges_nodes_page_info_count_and_as_of(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _ending(schema, "Connection"):
        noun = type_.name.removesuffix("Connection")
        wanted = {
            "edges": f"[{noun}Edge!]!",
            "nodes": f"[{noun}!]!",
            "pageInfo": "PageInfo!",
            "asOf": "Cursor!",
            "count": "Count!",
        }
        if not wanted.items() <= shown(type_.fields).items():
            yield f"{type_.name}: {shown(type_.fields)}"


def edges_have_a_cursor_and_a_node(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _ending(schema, "Edge"):
        if shown(type_.fields) != {"cursor": "Cursor!", "node": f"{type_.name.removesuffix('Edge')}!"}:
            yield f"{type_.name}: {shown(type_.fields)}"


def page_info_is_relays(schema: GraphQLSchema) -> Iterator[str]:
    info = schema.type_map.get("PageInfo")
    if not isinstance(info, GraphQLObjectType) or shown(info.fields) != PAGE_INFO:
        yield "PageInfo"


def connections_are_paged_both_ways(schema: GraphQLSchema) -> Iterator[str]:
    for place, field in fields(schema):
        if get_named_type(field.type).name.endswith("Connection"):
            if not PAGING.items() <= shown(field.args).items() or str(field.type)[-1] != "!":
                yield place
        elif PAGING.keys() & field.args.keys() - {"after"}:
            yield f"{place}: paged, but no connection"


def lists_of_roots_say_their_bound(schema: GraphQLSchema) -> Iterator[str]:
    for name, field in (schema.query_type.fields if schema.query_type else {}).items():
        place = f"Query.{name}"
        bounded = "at most" in (field.description or "") or place in BOUNDED_BY_NATURE
        if "[" in str(field.type) and not bounded:
            yield place


def a_mutation_takes_its_input_and_a_guard_and_answers_its_payload(schema: GraphQLSchema) -> Iterator[str]:
    for name, field in (schema.mutation_type.fields if schema.mutation_type else {}).items():
        pascal = name[0].upper() + name[1:]
        wanted = {"input": f"{pascal}Input!", "guard": "MutationGuard"}
        if shown(field.args) != wanted or str(field.type) != f"{pascal}Payload!":
            yield f"{name}{shown(field.args)}: {field.type}"


def a_mutation_is_a_noun_and_a_verb(schema: GraphQLSchema) -> Iterator[str]:
    generic = re.compile(r"(create|update|delete|set|add|remove|cancel)[A-Z]|.*(SetStatus|Update|Change)$")
    for name in schema.mutation_type.fields if schema.mutation_type else ():
        if generic.match(name) or not re.search(r"[a-z][A-Z]", name):
            yield name


def payloads_are_payloads_whose_objects_may_be_null(schema: GraphQLSchema) -> Iterator[str]:
    for type_ in _ending(schema, "Payload"):
        if isinstance(type_, GraphQLInterfaceType):
            continue
        if "MutationPayload" not in {interface.name for interface in type_.interfaces}:
            yield f"{type_.name} is no MutationPayload"
        for name, field in type_.fields.items():
            single = "[" not in str(field.type) and isinstance(get_named_type(field.type), GraphQLObjectType)
            if single and str(field.type).endswith("!"):
                yield f"{type_.name}.{name}: {field.type}, but refused there is none"


def every_refusal_is_a_user_error(schema: GraphQLSchema) -> Iterator[str]:
    """What looks like one is one: a code beside advice."""
    for type_ in composites(schema):
        looks = {"code", "message", "path", "retry"} <= type_.fields.keys()
        is_one = type_.name == "UserError" or any(one.name == "UserError" for one in type_.interfaces)
        if looks != is_one:
            yield type_.name


def subscriptions_push_with_a_cursor_and_resume_after_one(schema: GraphQLSchema) -> Iterator[str]:
    for name, field in (schema.subscription_type.fields if schema.subscription_type else {}).items():
        pushed = get_named_type(field.type)
        interfaces = {one.name for one in getattr(pushed, "interfaces", ())}
        if shown(field.args).get("after") != "Cursor" or "Pushed" not in interfaces:
            yield name


RULES = [
    everything_is_described,
    descriptions_say_more_than_the_name,
    descriptions_are_sentences,
    descriptions_name_nothing_of_the_inside,
    no_description_is_copied,
    names_have_one_style,
    types_are_nouns_without_idle_ends,
    booleans_are_not_called_is,
    a_deprecation_says_what_to_use_instead,
    nothing_is_unused,
    nothing_is_a_float,
    lists_hold_no_nulls,
    ids_are_of_type_id,
    whatever_has_an_id_is_a_node,
    nodes_are_found_by_id,
    connections_have_edges_nodes_page_info_count_and_as_of,
    edges_have_a_cursor_and_a_node,
    page_info_is_relays,
    connections_are_paged_both_ways,
    lists_of_roots_say_their_bound,
    a_mutation_takes_its_input_and_a_guard_and_answers_its_payload,
    a_mutation_is_a_noun_and_a_verb,
    payloads_are_payloads_whose_objects_may_be_null,
    every_refusal_is_a_user_error,
    subscriptions_push_with_a_cursor_and_resume_after_one,
]


def _ending(schema: GraphQLSchema, end: str) -> list[GraphQLObjectType | GraphQLInterfaceType]:
    return [type_ for type_ in composites(schema) if type_.name.endswith(end)]


def _copied(owner: str, described: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    said: dict[str, list[str]] = defaultdict(list)
    for name, text in described:
        said[text or ""].append(name)
    yield from (f"{owner}: {', '.join(names)}: {text}" for text, names in said.items() if text and len(names) > 1)


def _idle(name: str, description: str) -> bool:
    """Whether a description is its name in other letters."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").lower()
    return _LETTERS.sub("", IDLE_WORDS.sub(" ", description.lower())) == _LETTERS.sub("", words)
