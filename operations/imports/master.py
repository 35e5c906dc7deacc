"""What suppliers' and catalogue imports share: files stored a chunk of rows at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.csv_file import RowWarning
from operations.retrying import retried
from operations.world import World

T = TypeVar("T")
CHUNK: Final = 200
ATTEMPTS: Final = 4
Advance = Callable[[int], None]
"""Called with the number of rows done just now."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class MasterReport:
    """What a file came to, in rows."""

    tally: Tally
    warnings: tuple[RowWarning, ...]


async def store_in_chunks(
    world: World, drafts: Sequence[T], store: Callable[[Sequence[T]], Awaitable[Tally]], advance: Advance
) -> Tally:
    """Stores drafts, one transaction per chunk, and wakes the feed after each that wrote something."""
    tally = Tally()
    for start in range(0, len(drafts), CHUNK):
        chunk = drafts[start : start + CHUNK]
        stored = await _store_chunk(chunk, store)
        if stored.created or stored.changed:
            world.wake()
        tally += stored
        advance(len(chunk))
    return tally


async def _store_chunk(chunk: Sequence[T], store: Callable[[Sequence[T]], Awaitable[Tally]]) -> Tally:
    """Done again when another import made the same rows meanwhile: then they are there."""
    for _ in range(ATTEMPTS):
        try:
            return await _store_at_once(chunk, store)
        except IntegrityError:
            continue
    return await _store_at_once(chunk, store)


@retried
async def _store_at_once(chunk: Sequence[T], store: Callable[[Sequence[T]], Awaitable[Tally]]) -> Tally:
    async with in_transaction():
        return await store(chunk)
