"""GraphQL over HTTP, to the letter of its draft: POST for everything, GET for what changes nothing; one operation
at a time, answered in JSON or as a stream.

No cookie lets anybody in. A page of a foreign origin cannot send the Authorization header without a preflight, so
that neither GET nor a form can be sent in somebody's name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import ClientError, web
from aiohttp.http_exceptions import BadHttpMessage
from graphql import GraphQLError
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from server import wire
from server.authentication import Identity, identify
from server.errors import Code, PublicError, Refused, present, public, unauthenticated
from server.logs import NOTES, Notes, fingerprint
from server.media import EVENTS, JSON, RESPONSE_JSON, Accepted, negotiate
from server.operation import Request
from server.program import Program
from server.sessions import TooManySessions
from server.streams import Stream
from server.tokens import TokenRefused
from subscriptions.core.place import Place

MOST_BODY: Final = 256 * 1024
"""Bytes."""

_UNREAD: Final = frozenset({408, 413, 415})
"""Refusals after which the rest of the body is not worth reading."""

_ALLOWED: Final = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}
_STREAMED: Final = {method: {*kinds, OperationType.SUBSCRIPTION} for method, kinds in _ALLOWED.items()}
_FIELDS: Final[tuple[tuple[str, type, str], ...]] = (
    ("query", str, "a string"),
    ("variables", dict, "an object"),
    ("operationName", str, "a string"),
    ("extensions", dict, "an object"),
)


class Door:
    """Answers every request to the endpoint that is neither a page nor a socket."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        notes = NOTES.get() or Notes("")
        accepted = Accepted(JSON, events=False)
        try:
            accepted = negotiate(request)
            return await self._answer(request, accepted, notes)
        except Refused as refused:
            return refusal(refused, notes.request_id, accepted.json or JSON)

    async def _answer(self, request: web.Request, accepted: Accepted, notes: Notes) -> web.StreamResponse:
        if request.method not in _ALLOWED:
            raise Refused(405, "Use POST, or GET for queries.", headers={"Allow": "GET, POST"})
        try:
            identity = await identify(self._program, request.headers.get("Authorization"))
        except TokenRefused as refused:
            raise unauthenticated(refused) from None
        notes.viewer = str(identity.claims.subject)
        asked = await read(request, self._program.pace.body_within)
        if accepted.json is None:
            return await self._stream(request, asked, identity, notes)
        try:
            result = await self._execute(request, asked, identity, notes)
        except InvalidOperationTypeError as wrong:
            if wrong.operation_type is OperationType.SUBSCRIPTION and accepted.events:
                return await self._stream(request, asked, identity, notes)
            raise _wrong_way(wrong.operation_type) from None
        return _respond(result, accepted.json, notes.request_id)

    async def _execute(
        self, request: web.Request, asked: Request, identity: Identity, notes: Notes
    ) -> ExecutionResult:
        notes.document = fingerprint(asked.query)
        return await self._program.schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=self._program.make_context(identity.viewer, notes.request_id, Place()),
            operation_name=asked.operation_name,
            allowed_operation_types=_ALLOWED[request.method],
            operation_extensions=asked.extensions,
        )

    async def _stream(
        self, request: web.Request, asked: Request, identity: Identity, notes: Notes
    ) -> web.StreamResponse:
        try:
            return await Stream(self._program, request).run(asked, identity, notes, _STREAMED[request.method])
        except TooManySessions as many:
            raise Refused(429, str(many), Code.TOO_MANY_CONNECTIONS, {"Retry-After": "5"}) from None


async def read(request: web.Request, within: float) -> Request:
    """What the request asks for. Raises Refused: 400, 408 (no whole body `within` seconds), 413 or 415."""
    body = _from_address(request) if request.method == "GET" else await _from_body(request, within)
    for name, kind, words in _FIELDS:
        if body.get(name) is not None and not isinstance(body[name], kind):
            raise Refused(400, f"`{name}` must be {words}.")
    if not body.get("query"):
        raise Refused(400, "There is no `query`.")
    return Request(body["query"], body.get("variables"), body.get("operationName"), body.get("extensions"))  # type: ignore[arg-type]  # checked by table above


async def _from_body(request: web.Request, within: float) -> Mapping[str, object]:
    charset = (request.charset or "utf-8").lower()
    if request.content_type != JSON or "Content-Type" not in request.headers or charset != "utf-8":
        raise Refused(415, f"Send the request as {JSON} in UTF-8.", headers={"Accept-Post": JSON})
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(415, "Send the body uncompressed.", headers={"Accept-Encoding": "identity"})
    try:
        async with asyncio.timeout(within):
            raw = await request.read()
    except TimeoutError:
        raise Refused(408, f"The body did not arrive within {within:g} seconds.") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, f"The body is larger than {MOST_BODY // 1024} KiB.") from None
    except (web.RequestPayloadError, ClientError, ConnectionError, BadHttpMessage):
        raise Refused(400, "The body ended early or is garbled.") from None
    body = _loads(raw, "The body")
    if not isinstance(body, dict):
        raise Refused(400, "Send one JSON object; several operations in one request are not supported.")
    return body


def _from_address(request: web.Request) -> Mapping[str, object]:
    twice = next((name for name in request.query if len(request.query.getall(name)) > 1), None)
    if twice is not None:
        raise Refused(400, f"`{twice}` is given twice.")
    body: dict[str, object] = dict(request.query)
    for name in ("variables", "extensions"):
        text = body.get(name)
        if isinstance(text, str):
            body[name] = _loads(text, f"`{name}`")
    return body


def _loads(raw: str | bytes, what: str) -> object:
    try:
        return wire.loads(raw)
    except wire.NotJson:
        raise Refused(400, f"{what} is not JSON in UTF-8.") from None


def _wrong_way(kind: OperationType) -> Refused:
    if kind is OperationType.MUTATION:
        return Refused(405, "Mutations go by POST.", headers={"Allow": "POST"})
    text = f"Subscriptions need `Accept: {EVENTS}`, or a WebSocket (graphql-transport-ws) to this same address."
    return Refused(400, text)


def _respond(result: ExecutionResult, media: str, request_id: str) -> web.Response:
    errors = [present(error, request_id) for error in result.errors or ()]
    if result.data is None and errors and _never_ran(result):
        return _response(_status(errors, media), {"errors": errors}, media)
    body: dict[str, object] = {"data": result.data}
    if errors:
        body["errors"] = errors
    if result.extensions:
        body["extensions"] = result.extensions
    return _response(200, body, media)


def _never_ran(result: ExecutionResult) -> bool:
    """Whether the answer is a refusal of the request (no `data` then), rather than a failed field."""
    errors: list[GraphQLError] = result.errors or []
    return isinstance(result, PreExecutionError) or all(error.path is None for error in errors)


def _status(errors: list[PublicError], media: str) -> int:
    if any(error["extensions"]["code"] == Code.INTERNAL for error in errors):
        return 500
    return 400 if media == RESPONSE_JSON else 200


def refusal(refused: Refused, request_id: str, media: str = JSON) -> web.Response:
    """The answer to a refused request."""
    body = {"errors": [public(refused.code, refused.message, request_id)]}
    response = _response(refused.status, body, media, refused.headers)
    if refused.status in _UNREAD:
        response.force_close()
    return response


def _response(
    status: int, body: Mapping[str, object], media: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=wire.dumps(body),
        headers={"Content-Type": f"{media}; charset=utf-8", "Cache-Control": "no-store", **(headers or {})},
    )
