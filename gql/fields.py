"""How a field maps to a column or relation. Declared once, read by the resolvers made here and by plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import strawberry
from strawberry.types.base import get_object_definition
from tortoise.models import Model

from gql.context import Context
from models import OrderShare
from reads.mapping import (
    Allowance,
    Column,
    Computed,
    Embedded,
    Mapping,
    Masked,
    Relation,
    Shared,
    Unplanned,
)
from reads.rules import Rule, everybody

MAPPING: Final = "mapping"
Info = strawberry.Info[Context, None]


def mapped(mapping: Mapping, resolver: Callable[..., Any] | None, *, about: str) -> Any:
    """A field with a resolver of its own whose mapping is known."""
    given = cast("Callable[..., Any]", resolver)  # None is fine: then the attribute is the answer
    return strawberry.field(resolver=given, description=about, metadata={MAPPING: mapping})


def column(name: str = "", *, about: str, shown: Rule = everybody, hidden: object = None) -> Any:
    """A column, unchanged; without `name` it is called like the field. others than `shown` get `hidden`."""
    if not name:
        return mapped(Column(""), None, about=about)

    def resolve(root: Any, info: Info) -> Any:
        return getattr(root, name) if shown is everybody or shown(info.context.scope) else hidden

    return mapped(Column(name, shown, hidden), resolve, about=about)


def shared(name: str, *, share: str | None = None, about: str) -> Any:
    """A column of an order; a fulfiller gets the one of its share, called `share` or the same."""
    of_share = share or name

    async def resolve(root: Any, info: Info) -> Any:
        if not info.context.scope.is_fulfiller:
            return getattr(root, name)
        return getattr(await info.context.loaders.one(OrderShare, "order_id").load(root.id), of_share)

    return mapped(Shared(name, of_share), resolve, about=about)


def computed(
    fn: Callable[..., Any],
    *,
    needs: Sequence[str],
    about: str,
    shown: Rule = everybody,
    hidden: object = None,
    mask: Callable[[Any], object] | None = None,
) -> Any:
    """`fn` of columns, some of them perhaps of a related row: `order.currency`.

    Viewers whom `shown` does not name get `hidden`, or with a `mask` its value masked.
    """
    names = tuple(needs)
    here = not any("." in name for name in names)

    def resolve(root: Any, info: Info) -> Any:
        if shown(info.context.scope):
            return fn(*(getattr(root, name) for name in names))
        return mask(fn(*(getattr(root, name) for name in names))) if mask else hidden

    async def resolve_related(root: Any, info: Info) -> Any:
        return fn(*[await _reach(root, name, info) for name in names]) if shown(info.context.scope) else hidden

    return mapped(Computed(fn, names, shown, hidden, mask), resolve if here else resolve_related, about=about)


def masked(name: str, *, mask: Callable[[Any], object], shown: Rule, about: str) -> Any:
    """Text that viewers whom `shown` does not name get masked; no text stays no text."""

    def resolve(root: Any, info: Info) -> Any:
        value = getattr(root, name)
        return value if value is None or shown(info.context.scope) else mask(value)

    return mapped(Masked(name, mask, shown), resolve, about=about)


def allowance(rule: Rule, *, negated: bool = False, about: str) -> Any:
    """Whether the viewer is named by `rule`."""

    def resolve(info: Info) -> bool:
        return rule(info.context.scope) is not negated

    return mapped(Allowance(rule, negated), resolve, about=about)


def embedded(*, about: str, shown: Rule = everybody, present: str = "") -> Any:
    """An object made of the same row; null for viewers whom `shown` does not name, and where `present` is null."""

    def resolve(root: Any, info: Info) -> Any:
        there = not present or getattr(root, present) is not None
        return root if there and shown(info.context.scope) else None

    return mapped(Embedded(shown, present), resolve, about=about)


def relation_one(
    model: type[Model],
    *,
    local: str,
    key: str = "id",
    where: Sequence[tuple[str, object]] = (),
    about: str,
    shown: Rule = everybody,
) -> Any:
    """The visible row of `model` whose `key` is this row's `local`, or null."""
    relation = Relation(model, key, local, many=False, where=tuple(where), shown=shown)

    async def resolve(root: Any, info: Info) -> Any:
        value = getattr(root, local)
        if value is None or not shown(info.context.scope):
            return None
        loaders = info.context.loaders
        return await (loaders.many(relation) if where else loaders.one(model, key)).load(value)

    return mapped(relation, resolve, about=about)


def relation_many(
    model: type[Model],
    *,
    key: str,
    local: str = "id",
    order: Sequence[str] = ("id",),
    about: str,
    shown: Rule = everybody,
) -> Any:
    """The visible rows of `model` whose `key` is this row's `local`; null for viewers `shown` does not name."""
    relation = Relation(model, key, local, many=True, order=tuple(order), shown=shown)

    async def resolve(root: Any, info: Info) -> Any:
        if not shown(info.context.scope):
            return None
        return await info.context.loaders.many(relation).load(getattr(root, local))

    return mapped(relation, resolve, about=about)


def unplanned(resolver: Callable[..., Any], *, about: str, reason: str) -> Any:
    """A field that only its resolver can answer, and why."""
    return mapped(Unplanned(reason), resolver, about=about)


def answers(resolver: Callable[..., Any], *, about: str, deprecated: str | None = None) -> Any:
    """A root field: the class annotation is its GraphQL type, `resolver` may return rows."""
    return strawberry.field(resolver=resolver, description=about, deprecation_reason=deprecated)


def plain(*, about: str) -> Any:
    """A field of an object that is made in Python, not read from a row."""
    return strawberry.field(description=about)


def row_of(*kinds: type) -> Callable[[object, object], bool]:
    """`is_type_of` of a type whose objects are rows of a model, or other objects, of these kinds."""

    def is_type_of(value: object, _info: object) -> bool:
        return isinstance(value, kinds)

    return is_type_of


def mappings(type_: type) -> dict[str, Mapping]:
    """What every mapped field of a type is made of, by its Python name."""
    fields = get_object_definition(type_, strict=True).fields
    found = {field.python_name: field.metadata[MAPPING] for field in fields if MAPPING in field.metadata}
    unnamed = Column("")
    return {name: Column(name) if mapping == unnamed else mapping for name, mapping in found.items()}


async def _reach(row: Any, path: str, info: Info) -> Any:
    """The value at the end of a dotted path of to-one relations."""
    *steps, last = path.split(".")
    for step in steps:
        relation = row._meta.fields_map[step]
        row = await info.context.loaders.one(relation.related_model).load(getattr(row, relation.source_field))
    return getattr(row, last)
