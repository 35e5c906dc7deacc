"""What a client wants to read: JSON in one of two names, or a stream of events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.errors import Refused

JSON: Final = "application/json"
RESPONSE_JSON: Final = "application/graphql-response+json"
EVENTS: Final = "text/event-stream"

_ANY: Final = ("application/*", "*/*")
"""The closer range counts: `application/json;q=0, */*` wants anything but JSON."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the answer may come in. At least one of the two."""

    json: str | None
    """The media type of an answer in JSON."""
    events: bool
    """Whether the client names streams; one that takes anything may not know how to read one."""


def negotiate(request: web.Request) -> Accepted:
    """What the client accepts; of two equally welcome names the newer. Raises Refused (406) without any."""
    accepts = ",".join(request.headers.getall("Accept", ()))
    if not accepts.strip():
        return Accepted(JSON, events=False)
    weights = dict(sorted(_weigh(part) for part in accepts.split(",")))  # of one range named twice the heavier
    best = {
        media: next((weights[range_] for range_ in ranges if range_ in weights), 0.0)
        for media, ranges in ((RESPONSE_JSON, (RESPONSE_JSON,)), (JSON, (JSON, *_ANY)), (EVENTS, (EVENTS,)))
    }
    json = max((RESPONSE_JSON, JSON), key=lambda media: best[media])
    accepted = Accepted(json if best[json] > 0 else None, events=best[EVENTS] > 0)
    if accepted.json is None and not accepted.events:
        raise Refused(406, f"Accept {JSON} or {RESPONSE_JSON}; for subscriptions {EVENTS}.")
    return accepted


def _weigh(part: str) -> tuple[str, float]:
    """A media range and its q; 0 when it asks for another encoding than UTF-8 or its q is not a number."""
    range_, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return range_, 0.0
        if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            return range_, 0.0
    return range_, weight
