"""Rows by key, batched: what one level of a document asks for is one statement, however many parents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Final, TypeVar, cast

from aiodataloader import DataLoader
from tortoise.models import Model

from domain.access import Scope
from gql.rounds import Rounds
from models.compound import Wanted
from models.visibility import visible
from reads.mapping import Relation

Answer = TypeVar("Answer")
Batch = Callable[..., Awaitable[list[Answer]]]
"""(scope or loaders, keys, *details): answers once per key, in the keys' order."""

Narrowing = tuple[tuple[str, object], ...]
MOST_KEYS: Final = 1000


class Loaders:
    """All loaders of one execution. They see nothing outside `scope`; rows read once are not read again."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}
        self._rounds = Rounds()

    def one(self, model: type[Model], key: str = "id") -> DataLoader[Any, Any]:
        """Loads the visible row whose `key` it is, or None."""
        relation = Relation(model, key, local="", many=False)
        return self._get((model, key), lambda keys: self._rows(relation, keys))

    def many(self, relation: Relation, narrowing: Narrowing = ()) -> DataLoader[Any, Any]:
        """Loads the visible rows of a relation, in its order; `narrowing` are lookups beyond its own."""
        return self._get((relation, narrowing), lambda keys: self._rows(relation, keys, narrowing))

    def batched(self, batch: Batch[Answer], *details: Hashable) -> DataLoader[Any, Answer]:
        """Loads with a function of scope, keys and `details`, once per combination of details."""
        made = self._get((batch, details), lambda keys: self._rounds.beside(batch(self._scope, keys, *details)))
        return cast("DataLoader[Any, Answer]", made)

    def together(self, batch: Batch[Answer], *details: Hashable) -> DataLoader[Any, Answer]:
        """Like `batched`, for a function of these loaders, keys and `details`: what it reads, others need not."""
        made = self._get((batch, details), lambda keys: batch(self, keys, *details))
        return cast("DataLoader[Any, Answer]", made)

    def remember(self, rows: Sequence[Model]) -> None:
        """Rows that were read (through `visible`) elsewhere need not be read again by id."""
        for row in rows:
            self.one(type(row)).prime(row.pk, row)

    def _get(self, slot: Hashable, read: Callable[[Sequence[Any]], Awaitable[list[Any]]]) -> DataLoader[Any, Any]:
        if slot not in self._made:

            async def batch(keys: list[Any]) -> list[Any]:
                return await read(keys)

            self._made[slot] = DataLoader(batch, max_batch_size=MOST_KEYS)
        return self._made[slot]

    async def _rows(self, relation: Relation, keys: Sequence[Any], narrowing: Narrowing = ()) -> list[Any]:
        key = relation.key
        lookups = dict((*relation.where, *narrowing))
        wanted = visible(relation.model, self._scope).filter(**{f"{key}__in": list(keys)}, **lookups)
        found: dict[Any, list[Model]] = defaultdict(list)
        rows = await self._rounds.rows(Wanted(wanted, relation.order))
        for row in rows:
            found[getattr(row, key)].append(row)
        if key != "id":
            self.remember(rows)
        if relation.many:
            return [found[k] for k in keys]
        return [found[k][0] if k in found else None for k in keys]
