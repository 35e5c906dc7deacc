"""Idempotency keys: a call is done once, however often it is made.

The key is written in the transaction of what the call does. An equal call that comes meanwhile waits for it:
PostgreSQL lets it wait for the row, SQLite for its turn to write. A crash anywhere leaves the key free.

Within one process calls under one key line up before they take a connection, and so do files: one long call
repeated by an impatient client, or many of them, never use up the pool.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from tortoise.transactions import in_transaction

from domain.refusals import IdempotencyKeyReused, Refused
from models import IdempotencyKey
from models.statements import query
from operations.retrying import retried
from operations.world import World

T = TypeVar("T")
KEY: Final = ("guard", "idempotencyKey")
LONGEST_KEY: Final = 200
KEPT: Final = timedelta(hours=48)
AT_ONCE: Final = 1000
_CLAIM: Final = """
    INSERT INTO "idempotency_keys" ("company_id", "key", "mutation", "digest", "created_at")
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING "id"
"""


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """A call of a mutation under its caller's key. `digest` is equal for calls that mean the same."""

    company_id: int
    key: str
    mutation: str
    digest: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an equal call was answered before, as `kept` wrote it."""

    answer: str


FILES: Final = frozenset(("orderImport", "catalogImport"))
"""Mutations that are one long transaction under a key. They wait for each other anyway, for order numbers say."""
_TURNS: Final[WeakValueDictionary[tuple[int, str] | str, asyncio.Lock]] = WeakValueDictionary()
"""Whose turn it is under each key, and among files; a lock is gone when nobody holds or awaits it."""


async def once(
    world: World, call: KeyedCall, act: Callable[[], Awaitable[T]], kept: Callable[[T], str | None]
) -> T | Earlier:
    """Does it, and keeps its answer in the same transaction; or tells what an equal call was answered.

    An answer of which `kept` is None leaves the key free. Raises Refused (key reused) when the key belongs to
    another call. `act` may be done again after a serialisation failure: it, too, was rolled back. The caller wakes
    the feed.
    """
    async with _turn((call.company_id, call.key)), _turn("files") if call.mutation in FILES else nullcontext():
        return await _in_turn(world, call, act, kept)


def _turn(of: tuple[int, str] | str) -> asyncio.Lock:
    return _TURNS.setdefault(of, asyncio.Lock())


@retried
async def _in_turn(
    world: World, call: KeyedCall, act: Callable[[], Awaitable[T]], kept: Callable[[T], str | None]
) -> T | Earlier:
    async with in_transaction():
        now = world.clock()
        row_id = await _claim(call, now)
        if row_id is None:
            return await _earlier(call)
        answer = await act()
        claimed, written = IdempotencyKey.filter(id=row_id), kept(answer)
        await (claimed.delete() if written is None else claimed.update(answer=written))
        return answer


async def _claim(call: KeyedCall, now: datetime) -> int | None:
    """The row of a key that is the caller's now; None when it is somebody's already."""
    values = (call.company_id, call.key, call.mutation, call.digest, now)
    while not (rows := await query(_CLAIM, *values)):
        kept = IdempotencyKey.filter(company_id=call.company_id, key=call.key)
        if await kept.filter(created_at__gte=now - KEPT).exists():
            return None
        await kept.filter(created_at__lt=now - KEPT).delete()
    return int(rows[0]["id"])


async def _earlier(call: KeyedCall) -> Earlier:
    row = await IdempotencyKey.get(company_id=call.company_id, key=call.key)
    if (row.mutation, row.digest) != (call.mutation, call.digest) or row.answer is None:
        message = f"This key belongs to another call, of {row.mutation}; take a new one for a new intention."
        raise Refused(IdempotencyKeyReused(message=message, path=KEY))
    return Earlier(row.answer)


async def forget_keys(world: World) -> int:
    """Removes keys older than 48 hours, at most 1000. Answers how many."""
    old = IdempotencyKey.filter(created_at__lt=world.clock() - KEPT).order_by("created_at").limit(AT_ONCE)
    return await IdempotencyKey.filter(id__in=await old.values_list("id", flat=True)).delete()
