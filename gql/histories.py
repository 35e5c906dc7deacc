"""Pages of rows that belong to another row: for any number of parents, two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import Scope
from gql.connections import After, Before, Count, First, Last, Page
from gql.fields import Info, mapped
from gql.paging import BY_ID, Window, check_limit, count_of
from models import OrderEvent
from models.visibility import visible
from reads import bounded
from reads.mapping import Paged

MOST_IDS: Final = 10_000
"""Databases take at most 32,767 values in one statement."""


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
        found = await loaders.batched(_pages, mapping, window).load(root.id)

        async def counted(limit: int) -> Count:
            return count_of(await loaders.batched(_counts, mapping, check_limit(limit)).load(root.id), limit)

        return window.page(found, BY_ID, as_of, counted)

    return mapped(mapping, resolve, about=about)


async def _pages(scope: Scope, keys: Sequence[int], paged: Paged, window: Window) -> list[list[Model]]:
    within = window.narrow(_of(scope, keys, paged), BY_ID)
    ids = await bounded.first_ids(within, paged.key, window.size + 1, newest=window.from_end)
    rows: dict[int, list[Model]] = defaultdict(list)
    for start in range(0, len(ids), MOST_IDS):
        for row in await visible(paged.model, scope).filter(id__in=ids[start : start + MOST_IDS]).order_by("id"):
            rows[getattr(row, paged.key)].append(row)
    return [rows[key] for key in keys]


async def _counts(scope: Scope, keys: Sequence[int], paged: Paged, limit: int) -> list[int]:
    counts = await bounded.counts(_of(scope, keys, paged), paged.key, limit + 1)
    return [counts.get(key, 0) for key in keys]


def _of(scope: Scope, keys: Sequence[int], paged: Paged) -> QuerySet[Model]:
    return visible(paged.model, scope).filter(**{f"{paged.key}__in": list(keys), **dict(paged.where)})
