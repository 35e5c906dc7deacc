"""One viewer's view of the log, as an iterator for GraphQL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, Self, TypeVar

import strawberry
from graphql import GraphQLError
from tortoise.models import Model

from domain.access import Permission
from domain.access_changes import changes_scope, concerns, is_news
from domain.events import LogEntry, may_read
from gql.context import Context
from gql.faults import refuse
from gql.pushes import Push
from gql.scalars import Cursor
from subscriptions.core.background import FIRST_PAUSE, LONGEST_PAUSE, Pace
from subscriptions.core.cursor import CursorMalformed, decode, encode
from subscriptions.core.follower import Follower
from subscriptions.core.resets import ResetReason, StreamReset

logger = logging.getLogger(__name__)

P = TypeVar("P", bound=Push)
Wanted = Callable[[LogEntry], bool]

TRIES: Final = 12
_MALFORMED: Final = (
    "This is not a cursor of the feed. Use `cursor` of a pushed object, or `asOf` of a page, exactly as the API "
    "gave it; to start from now, leave `after` out."
)
_RESET: Final = "{meaning} Read the state again and subscribe with the `asOf` of what you read."
_DENIED: Final = "This needs the permission {permission}; ask an administrator for it."


def streams(resolver: Callable[..., Any], *, about: str) -> Any:
    """A root field of subscriptions: the class annotation is the type of what it pushes."""
    return strawberry.subscription(resolver=resolver, description=about)


@dataclass(frozen=True, slots=True)
class Shape(Generic[P]):
    """What a subscription field makes of entries.

    `fits` says which it is about; `made` turns one into what is pushed. `shows` names the rows, by the entry's
    attribute with their key, that what is pushed cannot do without.
    """

    fits: Wanted
    made: Callable[[Cursor, LogEntry], P]
    shows: tuple[tuple[type[Model], str], ...] = ()


class Feed(Generic[P]):
    """Pushes of all entries that the viewer may read and that fit, in the order of the log, none twice.

    An entry whose rows the viewer cannot see when its turn comes is left out, as if it did not fit. Every push is
    read with fresh loaders. Ends with STREAM_RESET when it cannot go on without a hole. Closing it, cancelling a
    read or dropping it leaves nothing behind.
    """

    def __init__(
        self, context: Context, follower: Follower, shape: Shape[P], wanted: Wanted, *, resumes: bool = False
    ) -> None:
        self._context = context
        self._follower = follower
        self._shape = shape
        self._wanted = wanted
        self._resumes = resumes
        self._context.place.leave_out(follower.cursor)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> P:
        place = self._context.place
        place.arrive()  # whoever asks for the next push has taken the last one
        try:
            async for entry in self._follower:
                await self._end_at_change_of_access(entry)
                cursor = Cursor(encode(self._follower.epoch, entry.position))
                if self._is_for_us(entry) and await self._is_shown(entry):
                    place.push(cursor)
                    return self._shape.made(cursor, entry)
                place.leave_out(cursor)
        except StreamReset as reset:
            raise _reset(reset) from reset
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Stop following. May be called twice."""
        await self._follower.aclose()

    async def _end_at_change_of_access(self, entry: LogEntry) -> None:
        """Raises StreamReset where the viewer may see or do something else from: when it has been looked up before
        that, and when its client has read its state before that, which then is another's.
        """
        viewer = self._context.viewer
        if changes_scope(entry) and concerns(entry, viewer) and (self._resumes or is_news(entry, viewer)):
            await self._follower.aclose()
            head = encode(self._follower.epoch, self._context.hub.head.position)
            raise StreamReset(ResetReason.SCOPE_CHANGED, head)

    def _is_for_us(self, entry: LogEntry) -> bool:
        return self._shape.fits(entry) and self._wanted(entry) and may_read(self._context.scope, entry)

    async def _is_shown(self, entry: LogEntry) -> bool:
        """Whether the viewer sees the rows; they are not read again for the push.

        A database that fails is asked again for a quarter of a minute: clients give up on a stream that ends with
        an error.
        """
        pauses = Pace(FIRST_PAUSE, LONGEST_PAUSE)
        for _ in range(TRIES):
            try:
                return await self._sees_rows(entry)
            except Exception as failure:
                logger.warning("A push failed with %s and is tried again", type(failure).__name__)
            await asyncio.sleep(pauses.after(work=False))
        return await self._sees_rows(entry)

    async def _sees_rows(self, entry: LogEntry) -> bool:
        self._context.fresh()
        for model, key in self._shape.shows:
            if await self._context.loaders.one(model).load(getattr(entry, key)) is None:
                return False
        return True


def require_view(context: Context) -> None:
    """Raises PERMISSION_DENIED for viewers who may not read orders."""
    permission = Permission.ORDERS_VIEW
    if not context.scope.may(permission):
        raise refuse("PERMISSION_DENIED", _DENIED.format(permission=permission))


async def follow(context: Context, after: str | None, shape: Shape[P], wanted: Wanted) -> Feed[P]:
    """A feed of what comes after a cursor; None: from now on, which is fixed when this returns. Where the client
    says outside its document that it stands counts for more.

    Raises MALFORMED_CURSOR and STREAM_RESET before anything is pushed.
    """
    after = context.place.after or after
    try:
        follower = await context.hub.follow(None if after is None else decode(after))
    except CursorMalformed:
        raise refuse("MALFORMED_CURSOR", _MALFORMED) from None
    except StreamReset as reset:
        raise _reset(reset) from reset
    return Feed(context, follower, shape, wanted, resumes=after is not None)


def _reset(reset: StreamReset) -> GraphQLError:
    return GraphQLError(
        _RESET.format(meaning=reset.reason.meaning),
        extensions={"code": "STREAM_RESET", "reason": reset.reason.value, "headCursor": reset.head_cursor},
    )
