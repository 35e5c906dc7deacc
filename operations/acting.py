"""What an action is done under: who asked, which version they had read, what they say beside it.

A mutation sets it (`acting`), and whatever the action does reads it: `expect_version` where a row is locked,
`stamped` where events are written. Actions nobody asked for (the clock's, the command line's) have none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.refusals import InvalidInput, Reason, VersionConflict
from models.event_writing import NewEvent

EXPECTED_VERSION: Final = ("guard", "expectedVersion")
MOST_WRITTEN: Final = 1000
"""So many of an action's events are remembered; imports write more."""


@dataclass(frozen=True, slots=True)
class Act:
    """One call of a mutation."""

    request_id: str | None = None
    """The request that acts, written beside each event."""
    expected_version: int | None = None
    note: str | None = None
    """Why, in the caller's words; written beside each event."""
    notify_customer: bool | None = None
    """None: as the channel's settings say."""
    written: list[UUID] = field(default_factory=list)
    """Ids of the events written so far, the first MOST_WRITTEN; some may have been rolled back."""

    def said(self) -> dict[str, Any]:
        """What the data of every event holds of it, under `guard`; nothing when nothing was said."""
        given = {"note": self.note, "notifyCustomer": self.notify_customer}
        kept = {name: value for name, value in given.items() if value is not None}
        return {"guard": kept} if kept else {}


ACT: Final[ContextVar[Act | None]] = ContextVar("act", default=None)


@contextmanager
def acting(act: Act) -> Iterator[Act]:
    """Everything done inside is done under this act."""
    mark = ACT.set(act)
    try:
        yield act
    finally:
        ACT.reset(mark)


def current() -> Act:
    """The act under way; an empty one when nobody asked."""
    return ACT.get() or Act()


def expect_version(aggregate: str, key: int, actual: int) -> tuple[Reason, ...]:
    """What `guard.expectedVersion` has against a thing in this version. Read the version under the row's lock.

    To be told with everything else: `refuse_if((*expect_version("role", row.id, row.version), *reasons))`.
    `order_unit` does it for orders and all that belongs to them.
    """
    expected = current().expected_version
    if expected is None or expected == actual:
        return ()
    message = f"It is in version {actual} now, not {expected}: read it again and decide again."
    conflict = VersionConflict(
        message=message,
        path=EXPECTED_VERSION,
        expected=expected,
        actual=actual,
        aggregate=aggregate,
        aggregate_id=key,
    )
    return (conflict,)


def expect_no_version() -> tuple[Reason, ...]:
    """What stands against `guard.expectedVersion` where there is nothing yet that could have a version."""
    if current().expected_version is None:
        return ()
    message = "There is nothing here that has a version yet; leave expectedVersion out."
    return (InvalidInput(message=message, path=EXPECTED_VERSION),)


def stamped(events: Iterable[NewEvent]) -> list[NewEvent]:
    """The events as the act under way writes them; it remembers them."""
    act = current()
    said, found = act.said(), list(events)
    for event in found:
        event.request_id = act.request_id
        event.data = {**event.data, **said}
    act.written.extend(event.event_id for event in found[: MOST_WRITTEN - len(act.written)])
    return found
