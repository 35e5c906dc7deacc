"""What a document must be before anything of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLError, parse
from graphql.language import DocumentNode, OperationDefinitionNode
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from gql.limits import Limits, exceeded
from server.errors import Code, coded
from server.logs import NOTES

MOST_TOKENS: Final = 2000


class Documents(SchemaExtension):
    """Every schema the server runs has this extension.

    Documents of more than 2,000 tokens, or nested deeper than the parser goes, are refused; so are several
    operations without a name to choose by, and whatever exceeds the limits that its context names. The log learns
    the operation's kind and name.
    """

    def on_parse(self) -> Iterator[None]:
        """Takes the place of strawberry's parsing."""
        context = self.execution_context
        document = parse(context.query or "", max_tokens=MOST_TOKENS)
        operation = _choose(document, context._provided_operation_name)
        context.graphql_document = document
        notes = NOTES.get()
        if notes is not None:
            notes.kind = operation.operation.value
            notes.operation = operation.name.value[:64] if operation.name is not None else None
        yield

    def on_validate(self) -> Iterator[None]:
        """Takes the place of strawberry's validation; every error gets its code."""
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            context.pre_execution_errors = self._beyond_limits(document) or self._invalid(document)
        yield

    def _beyond_limits(self, document: DocumentNode) -> list[GraphQLError]:
        """Judged before validation, which can cost more than the whole operation."""
        context = self.execution_context
        limits: Limits | None = getattr(context.context, "limits", None)
        if limits is None:
            return []
        operation = _choose(document, context._provided_operation_name)
        reasons = exceeded(context.schema._schema, document, operation, context.variables or {}, limits)
        return [coded(Code.LIMIT_EXCEEDED, reason) for reason in reasons]

    def _invalid(self, document: DocumentNode) -> list[GraphQLError]:
        context = self.execution_context
        errors = validate_document(context.schema._schema, document, context.validation_rules)
        for error in errors:
            error.extensions = {"code": Code.GRAPHQL_VALIDATION_FAILED.value}
        return errors


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The one operation to run. Raises GraphQLError when the document does not say which."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not operations:
        raise coded(Code.BAD_REQUEST, "The document holds no operation.")
    if name is None and len(operations) > 1:
        raise coded(Code.BAD_REQUEST, "The document holds several operations: say which by `operationName`.")
    for operation in operations:
        if name is None or (operation.name is not None and operation.name.value == name):
            return operation
    raise coded(Code.BAD_REQUEST, "The document holds no operation of the given `operationName`.")
