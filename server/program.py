"""What the server needs to know to run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import strawberry

from domain.access import Viewer
from server.access_watch import AccessWatch
from server.settings import Settings
from server.tokens import Claims
from subscriptions.core.place import Place

Authenticate = Callable[[Claims], Awaitable[Viewer | None]]
"""Looks up whom a verified token speaks for; None refuses it."""

AuthenticateKey = Callable[[str], Awaitable[Viewer | None]]
"""Looks up whom an API key speaks for; None refuses it, whatever is wrong with it."""

MakeContext = Callable[[Viewer, str, Place], object]
"""The GraphQL context of one operation, from the viewer, the request id, and the place of a subscription."""

Lifespan = Callable[[], AbstractAsyncContextManager[object]]
"""Something open as long as the server runs: database, hub, sequencer, simulation."""

Check = Callable[[], Awaitable[str | None]]
"""None when ready, else the problem in words fit for strangers."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the server is with its clients, in seconds."""

    body_within: float = 10.0
    init_within: float = 5.0
    ping_every: float = 20.0
    beat_every: float = 15.0
    """A comment on a stream."""
    look_every: float = 1.0
    """Whether the client of a quiet stream is still there."""
    pong_within: float = 10.0
    send_within: float = 10.0
    finish_within: float = 2.0
    close_within: float = 2.0


async def no_keys(_key: str) -> Viewer | None:
    """A server without API clients."""
    return None


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that differs between one server and another. The schema must have the extension `Documents`."""

    settings: Settings
    schema: strawberry.Schema
    authenticate: Authenticate
    make_context: MakeContext
    lifespans: Sequence[Lifespan] = ()
    """Entered in this order before the first request, left in reverse order after the last."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    pace: Pace = Pace()
    authenticate_key: AuthenticateKey = no_keys
    access: AccessWatch = field(default_factory=AccessWatch)
    """Tells whose access changed, once one of the lifespans lets it follow the log."""
