"""From the filter of a subscription to a test of entries. Names that mean nothing are refused, not waited for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeVar

import models
from domain.event_types import EVENT_TYPES
from domain.events import LogEntry
from gql.context import Context
from gql.faults import refuse
from gql.ids import key_of
from gql.texts import looked_up
from models.visibility import visible
from subscriptions.fields.feed import Wanted

T = TypeVar("T")

MOST_CHOICES: Final = 100


def is_one_of(attribute: Callable[[LogEntry], object], choices: Sequence[object] | None) -> list[Wanted]:
    """The test that an entry's attribute is among the choices; none without choices. Raises BAD_REQUEST."""
    if choices is None:
        return []
    wanted = frozenset(few(choices))
    return [lambda entry: attribute(entry) in wanted]


def all_of(tests: Sequence[Wanted]) -> Wanted:
    """The test that an entry passes every test."""
    return lambda entry: all(test(entry) for test in tests)


async def of_order(context: Context, id: str | None) -> list[Wanted]:
    """The test that an entry is of this order. Raises NOT_FOUND, for foreign and absent orders alike."""
    if id is None:
        return []
    key = key_of("Order", id)
    if not await visible(models.Order, context.scope).filter(id=key).exists():
        raise refuse("NOT_FOUND", "There is no such order, or you may not see it.")
    return is_one_of(lambda entry: entry.order_id, [key])


async def of_channels(context: Context, codes: Sequence[str] | None) -> list[Wanted]:
    """The test that an entry is of these sales channels. Raises NOT_FOUND, for foreign and absent ones alike."""
    if codes is None:
        return []
    wanted = [looked_up(code, models.SalesChannel, "code") for code in few(codes)]
    channels = visible(models.SalesChannel, context.scope).filter(code__in=wanted)
    found = dict(await channels.values_list("code", "id"))
    _refuse_unknown("sales channel", codes, found)
    return is_one_of(lambda entry: entry.channel_id, list(found.values()))


def of_types(types: Sequence[str] | None) -> list[Wanted]:
    """The test that an entry is of these types. Raises NOT_FOUND for types there are not."""
    _refuse_unknown("event type", types or (), EVENT_TYPES)
    return is_one_of(lambda entry: entry.type, types)


def few(choices: Sequence[T]) -> Sequence[T]:
    """The choices. Raises BAD_REQUEST when there are none (nothing would ever come), or too many."""
    if not 1 <= len(choices) <= MOST_CHOICES:
        text = f"A filter takes 1 to {MOST_CHOICES} choices; to allow all of them, leave it out."
        raise refuse("BAD_REQUEST", text)
    return choices


def _refuse_unknown(noun: str, names: Sequence[str], known: Collection[str]) -> None:
    unknown = sorted({name for name in names if name not in known})
    if unknown:
        raise refuse("NOT_FOUND", f"There is no {noun} {', '.join(unknown)}, or you may not see it.")
