"""What a business action needs from the program around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.suppliers import AcceptingSupplier, Supplier
from operations.numbers import Numbers


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _nobody() -> None:
    """Nobody follows the feed in this process."""


@dataclass(frozen=True, slots=True)
class World:
    """Clock, feed and the world outside. One per program; tests and replays bring their own clock."""

    clock: Callable[[], datetime] = utc_now
    wake: Callable[[], None] = _nobody
    """Called after every commit: there is more in the log."""
    supplier: Supplier = field(default_factory=AcceptingSupplier)
    numbers: Numbers = field(default_factory=Numbers)
