"""One operation of a socket or a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, Self
from uuid import uuid4

from graphql import GraphQLError
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.utils.aio import aclosing

from server.authentication import Identity
from server.errors import Code, PublicError, coded, internal, present
from server.logs import LOG, NOTES, Notes, fingerprint
from server.program import Program
from subscriptions.core.place import Place


@dataclass(frozen=True, slots=True)
class Request:
    """One operation as a client asks for it."""

    query: str
    variables: dict[str, object] | None
    operation_name: str | None
    extensions: dict[str, object] | None

    @classmethod
    def parse(cls, payload: object) -> Self | None:
        """None when it breaks the protocol."""
        if not isinstance(payload, dict):
            return None
        query, variables = payload.get("query"), payload.get("variables")
        name, extensions = payload.get("operationName"), payload.get("extensions")
        if not isinstance(query, str) or not isinstance(name, str | None):
            return None
        if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
            return None
        return cls(query, variables, name, extensions)


class Gone(Exception):
    """The other side is not there any more, or does not read."""


class Outlet(Protocol):
    """Where an operation's messages go. Sending raises Gone."""

    async def next(self, operation: Operation, payload: Mapping[str, object]) -> None: ...

    async def end(self, operation: Operation, errors: Sequence[PublicError]) -> None:
        """With errors: it failed as a whole. Without: it is complete."""

    def forget(self, operation: Operation) -> None: ...


class Operation:
    """Runs a query, mutation or subscription and sends what comes of it.

    Ends exactly once: complete, or with errors when the document is refused or the source of events fails,
    whether before the first event or later; an event with failed fields is a `next` with errors.
    Has its own context, and unless `notes` come from a request, its own request id.
    """

    def __init__(
        self,
        id: str,
        request: Request,
        program: Program,
        identity: Identity,
        outlet: Outlet,
        *,
        notes: Notes | None = None,
        allowed: Collection[OperationType] = frozenset(OperationType),
    ) -> None:
        self.id = id
        self.task: asyncio.Task[None] | None = None
        self.place = Place()
        self._request = request
        self._program = program
        self._identity = identity
        self._outlet = outlet
        self._allowed = allowed
        self._sent = 0
        self._notes = notes or Notes(uuid4().hex, str(identity.claims.subject))
        self._notes.document = fingerprint(request.query)

    @property
    def is_stream(self) -> bool:
        """Whether it goes on until somebody ends it."""
        return self._notes.kind == "subscription"

    async def run(self) -> None:
        """Never raises but when cancelled."""
        NOTES.set(self._notes)
        started = perf_counter()
        status = "cancelled"
        try:
            errors = await self._events()
            status = "error" if errors else "complete"
            await self._end(errors)
        except Gone:
            status = "disconnected"
        finally:
            self._outlet.forget(self)
            self._log(status, perf_counter() - started)

    async def _events(self) -> list[PublicError]:
        """Sends what comes; the errors that ended it, if any."""
        try:
            return await self._stream()
        except Gone:
            raise
        except GraphQLError as refused:
            return [present(refused, self._notes.request_id)]
        except Exception:
            LOG.exception("an operation failed")
            return [internal(self._notes.request_id)]

    async def _stream(self) -> list[PublicError]:
        request, request_id = self._request, self._notes.request_id
        if not request.query:
            raise coded(Code.BAD_REQUEST, "There is no `query`.")
        stream = await self._program.schema.stream(
            request.query,
            variable_values=request.variables,
            context_value=self._program.make_context(self._identity.viewer, request_id, self.place),
            operation_name=request.operation_name,
            operation_extensions=request.extensions,
            allowed_operation_types=self._allowed,
        )
        async with aclosing(stream):
            async for result in stream:
                if not isinstance(result, ExecutionResult):
                    return [internal(request_id)]
                errors = [present(_told(error), request_id) for error in result.errors or ()]
                if _is_end(result):
                    return errors
                await self._next(result, errors)
        return []

    async def _next(self, result: ExecutionResult, errors: list[PublicError]) -> None:
        payload: dict[str, object] = {"data": result.data}
        if errors:
            payload["errors"] = errors
        if result.extensions:
            payload["extensions"] = result.extensions
        self._sent += 1
        await self._outlet.next(self, payload)

    async def _end(self, errors: list[PublicError]) -> None:
        self._outlet.forget(self)  # the client may use the id again as soon as it reads this
        await self._outlet.end(self, errors)

    def _log(self, status: str, seconds: float) -> None:
        notes = self._notes
        LOG.info(
            "operation",
            extra={
                "viewer": notes.viewer,
                "kind": notes.kind,
                "operation": notes.operation,
                "document": notes.document,
                "status": status,
                "sent": self._sent,
                "duration_ms": round(seconds * 1000, 1),
            },
        )


def _is_end(result: ExecutionResult) -> bool:
    """Whether the operation itself failed. Errors of an event's fields have a path, those of its source do not."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors or ())


def _told(error: GraphQLError) -> GraphQLError:
    """Strawberry's own refusal of an operation's kind counts as a bug otherwise."""
    if isinstance(error.original_error, InvalidOperationTypeError):
        return coded(Code.BAD_REQUEST, "Mutations go by POST.")
    return error
