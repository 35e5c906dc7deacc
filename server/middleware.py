"""What happens around every request: its id, its log line, foreign origins, headers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Middleware
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from server.errors import OUR_FAULT, Code, Refused
from server.http import refusal
from server.logs import LOG, NOTES, Notes
from server.streams import LAST_EVENT_ID

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Signal = Callable[[web.Request, web.StreamResponse], Awaitable[None]]

REQUEST_ID: Final = "X-Request-Id"
SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_NOTES: Final[web.RequestKey[Notes]] = web.RequestKey("notes", Notes)
_QUIET: Final = frozenset({"/healthz", "/readyz", "/graphiql/assets/{version}/{name}"})
"""Asked for all the time, and nothing to learn from."""


@web.middleware
async def attend(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gives the request its id and its log line, and turns whatever escapes into an answer that tells nothing."""
    given = request.headers.get(REQUEST_ID, "")
    notes = Notes(given if _SANE_ID.fullmatch(given) else uuid4().hex)
    request[_NOTES] = notes
    token = NOTES.set(notes)
    started = perf_counter()
    status = 499
    try:
        response = await _guarded(request, handler, notes)
        status = response.status
        return response
    finally:
        _log(request, notes, status, perf_counter() - started)
        NOTES.reset(token)


async def _guarded(request: web.Request, handler: Handler, notes: Notes) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as wrong:
        code = Code.NOT_FOUND if wrong.status == 404 else Code.BAD_REQUEST
        text = code.meaning if wrong.status == 404 else wrong.reason
        headers = {"Allow": wrong.headers["Allow"]} if "Allow" in wrong.headers else None
        return refusal(Refused(wrong.status, text, code, headers), notes.request_id)
    except Exception:
        LOG.exception("a request failed")
        text = OUR_FAULT.format(request_id=notes.request_id)
        return refusal(Refused(500, text, Code.INTERNAL), notes.request_id)


def origins(allowed: frozenset[str]) -> Middleware:
    """Refuses requests of pages of foreign origins, sockets included, and answers preflights of allowed ones."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is None or _same(request, origin):
            return await handler(request)
        if normalize_origin(origin) not in allowed:
            text = "Pages of this origin may not call the API; ORDERGRAPH_ALLOWED_ORIGINS can allow it."
            return refusal(Refused(403, text, Code.FORBIDDEN), request[_NOTES].request_id)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return web.Response(status=204)
        return await handler(request)

    return check


def headers(allowed: frozenset[str]) -> Signal:
    """Security headers and the request id for every answer; permission to read it for allowed origins."""

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
        if _NOTES in request:
            response.headers[REQUEST_ID] = request[_NOTES].request_id
        if not allowed:
            return
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin is not None and normalize_origin(origin) in allowed:
            response.headers.update(_permission(request, origin))

    return add


def _permission(request: web.Request, origin: str) -> dict[str, str]:
    permission = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": REQUEST_ID}
    if request.method != "OPTIONS":
        return permission
    return {
        **permission,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": f"Authorization, Content-Type, {LAST_EVENT_ID}, {REQUEST_ID}",
        "Access-Control-Max-Age": "600",
    }


def _same(request: web.Request, origin: str) -> bool:
    return is_same_origin(origin, request.headers.get("Host"))


def _log(request: web.Request, notes: Notes, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else None
    if path in _QUIET:
        return
    LOG.info(
        "request",
        extra={
            "method": request.method,
            "path": path,
            "status": status,
            "viewer": notes.viewer,
            "kind": notes.kind,
            "operation": notes.operation,
            "document": notes.document,
            "duration_ms": round(seconds * 1000, 1),
        },
    )
