"""Pages of rows that belong to another row: one statement for any number of parents, and their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import Scope
from gql.connections import After, Before, Count, First, Last, Page
from gql.fields import Info, mapped, unplanned
from gql.loaders import Loaders
from gql.paging import BY_ID, Window, check_limit, count_of
from models import OrderEvent
from models.visibility import visible
from reads import bounded, trails
from reads.mapping import Paged


def history(noun: str, *, about: str) -> Any:
    """The visible events of a thing that is no order; `noun` is what the log calls it."""
    return paged(OrderEvent, key="aggregate_id", where=(("aggregate", noun),), about=about)


def paged(model: type[Model], *, key: str, where: Sequence[tuple[str, object]] = (), about: str) -> Any:
    """A connection of the visible rows of `model` whose `key` is this row's id, oldest first."""
    mapping = Paged(model, key, where=tuple(where))

    async def resolve(
        root: Any, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Page:
        window, loaders = Window.of(first, after, last, before), info.context.loaders
        as_of = await info.context.as_of()
        ids = await loaders.batched(_pages, mapping, window).load(root.id)
        found = await _rows(loaders, model, ids)

        async def counted(limit: int) -> Count:
            return count_of(await loaders.batched(_counts, mapping, check_limit(limit)).load(root.id), limit)

        return window.page(found, BY_ID, as_of, counted)

    return mapped(mapping, resolve, about=about)


def trail(*, about: str) -> Any:
    """A connection of the visible events that concern a line, oldest first."""

    async def resolve(
        root: Any, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Page:
        window, loaders = Window.of(first, after, last, before), info.context.loaders
        as_of = await info.context.as_of()
        ids = await loaders.batched(_trails, window).load(root.id)
        found = await _rows(loaders, OrderEvent, ids)

        async def counted(limit: int) -> Count:
            return count_of(await loaders.batched(_trail_counts, check_limit(limit)).load(root.id), limit)

        return window.page(found, BY_ID, as_of, counted)

    return unplanned(resolve, about=about, reason="joins a line with the events of its parcels and its order")


async def _rows(loaders: Loaders, model: type[Model], ids: Sequence[int]) -> list[Model]:
    """Through the loader: a row that stands in several lists is read once."""
    found = await loaders.one(model).load_many(list(ids))
    return [row for row in found if row is not None]


async def _trails(scope: Scope, keys: Sequence[int], window: Window) -> list[list[int]]:
    events = window.narrow(visible(OrderEvent, scope), BY_ID)
    return _per_key(keys, await trails.first_events(events, keys, window.size + 1, newest=window.from_end))


async def _trail_counts(scope: Scope, keys: Sequence[int], limit: int) -> list[int]:
    counts = await trails.counts(visible(OrderEvent, scope), keys, limit + 1)
    return [counts.get(key, 0) for key in keys]


async def _pages(scope: Scope, keys: Sequence[int], paged: Paged, window: Window) -> list[list[int]]:
    within = window.narrow(_of(scope, keys, paged), BY_ID)
    return _per_key(keys, await bounded.first_ids(within, paged.key, window.size + 1, newest=window.from_end))


def _per_key(keys: Sequence[int], found: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Ids by whom they belong to, in their order."""
    ids: dict[int, list[int]] = defaultdict(list)
    for key, row_id in found:
        ids[key].append(row_id)
    return [ids[key] for key in keys]


async def _counts(scope: Scope, keys: Sequence[int], paged: Paged, limit: int) -> list[int]:
    counts = await bounded.counts(_of(scope, keys, paged), paged.key, limit + 1)
    return [counts.get(key, 0) for key in keys]


def _of(scope: Scope, keys: Sequence[int], paged: Paged) -> QuerySet[Model]:
    return visible(paged.model, scope).filter(**{f"{paged.key}__in": list(keys), **dict(paged.where)})
