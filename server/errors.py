"""Errors as clients see them: code, message, path, places in their own document, request id. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.language import FieldNode
from graphql.language.location import FormattedSourceLocation
from strawberry.exceptions import StrawberryInputCoercionError

from domain.listing import Listing
from server.logs import LOG
from server.tokens import TokenRefused


class Code(Listing):
    """Codes of errors the server itself raises."""

    BAD_REQUEST = "BAD_REQUEST", "The request cannot be understood or is not allowed like this."
    FORBIDDEN = "FORBIDDEN", "This page may not call the API."
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED", "The document is not GraphQL, or too long."
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED", "The document does not fit the schema."
    INTERNAL = "INTERNAL", "Something went wrong on our side."
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED", "The document asks for more than one operation may."
    NOT_FOUND = "NOT_FOUND", "There is nothing at this address; the API is at /graphql."
    TOO_MANY_CONNECTIONS = "TOO_MANY_CONNECTIONS", "This user or API client has as many connections as it may."
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS", "This socket runs as many operations as it may."
    UNAUTHENTICATED = "UNAUTHENTICATED", "There is no usable token."


class PublicError(TypedDict, total=False):
    """One entry of `errors`."""

    message: str
    locations: Sequence[FormattedSourceLocation]
    path: Sequence[str | int]
    extensions: Mapping[str, object]


_NOT_NULL: Final = (
    "Some member of the input is null that may be left out but cannot be null. Leave it out to keep what there is."
)
OUR_FAULT: Final = (
    "Something went wrong on our side. Try again; if it stays, tell the operator this request id: {request_id}"
)
HOW_TO_SIGN_IN: Final = (
    "{problem} Send the header `Authorization: Bearer <token or API key>`; "
    "`ordergraph token ROLE` prints a token, `apiClientRotate` shows a new key."
)


class Refused(Exception):
    """A request refused before any GraphQL ran."""

    def __init__(
        self, status: int, message: str, code: Code = Code.BAD_REQUEST, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}


def unauthenticated(refused: TokenRefused) -> Refused:
    """401 with the reason and the remedy."""
    message = HOW_TO_SIGN_IN.format(problem=refused)
    return Refused(401, message, Code.UNAUTHENTICATED, {"WWW-Authenticate": "Bearer"})


def public(code: str, message: str, request_id: str) -> PublicError:
    """An error without a place in a document."""
    return {"message": message, "extensions": {"code": code, "requestId": request_id}}


def internal(request_id: str) -> PublicError:
    return public(Code.INTERNAL, OUR_FAULT.format(request_id=request_id), request_id)


def present(error: GraphQLError, request_id: str) -> PublicError:
    """What the client gets of an error. What nobody foresaw is logged and told without its text."""
    code = code_of(error)
    formatted = error.formatted
    shown: PublicError = {"message": error.message}
    if code == Code.INTERNAL:
        LOG.error("an operation failed", exc_info=error.original_error or error, extra={"fields": _fields(error)})
        shown["message"] = OUR_FAULT.format(request_id=request_id)
    if isinstance(error.original_error, StrawberryInputCoercionError):
        shown["message"] = _NOT_NULL  # its own speaks of Python
    if "locations" in formatted:
        shown["locations"] = formatted["locations"]
    if "path" in formatted:
        shown["path"] = formatted["path"]
    carried = {} if code == Code.INTERNAL else error.extensions or {}
    shown["extensions"] = {**carried, "code": code, "requestId": request_id}
    return shown


def code_of(error: GraphQLError) -> str:
    """The code an error carries, or the one its kind implies; INTERNAL for whatever nobody meant to show."""
    carried = (error.extensions or {}).get("code")
    if isinstance(carried, str):
        return carried
    if isinstance(error, GraphQLSyntaxError):
        return Code.GRAPHQL_PARSE_FAILED
    if isinstance(error.original_error, StrawberryInputCoercionError):
        return Code.BAD_REQUEST
    nodes = error.nodes or ()
    about_input = bool(nodes) and not any(isinstance(node, FieldNode) for node in nodes)
    about_request = error.path is None and error.original_error is None
    return Code.BAD_REQUEST if about_input or about_request else Code.INTERNAL


def coded(code: Code, message: str) -> GraphQLError:
    """An error of ours, to be raised."""
    return GraphQLError(message, extensions={"code": code.value})


def _fields(error: GraphQLError) -> list[str]:
    """The schema's names of the fields that failed. The path would hold the client's own words (aliases)."""
    return [node.name.value for node in error.nodes or () if isinstance(node, FieldNode)][:5]
