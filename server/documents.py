"""What a document must be before anything of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLError, parse, validate
from graphql.execution import get_variable_values
from graphql.language import DocumentNode, OperationDefinitionNode
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gql.limits import Limits, exceeded
from server.errors import Code, coded
from server.logs import NOTES

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000  # real documents need some hundreds

MOST_ERRORS: Final = 10
"""Of validation: finding each of them takes time, and so does reading them."""
_ABORTED: Final = "The document has too many mistakes, or names the same fields too often. Mend the first ones."
_UNNAMED: Final = "The document does not fit the schema here. Which fields there are, the documentation says."
_UNNAMED_VARIABLES: Final = "The variables do not fit the document. What they are, the documentation says."


class Documents(SchemaExtension):
    """Every schema the server runs has this extension.

    Documents that are too long, or nested deeper than the parser goes, are refused; so are several operations
    without a name to choose by, and whatever exceeds the limits that its context names. Who may not ask what there
    is, is told no names by errors either. The log learns the operation's kind and name.
    """

    def on_parse(self) -> Iterator[None]:
        """Takes the place of strawberry's parsing."""
        context, limits = self.execution_context, self._limits or Limits()
        query = context.query or ""
        if len(query.encode("utf-8", "surrogatepass")) > limits.document:
            text = f"The document is longer than {limits.document:,} bytes. Send values as variables."
            raise coded(Code.GRAPHQL_PARSE_FAILED, text)
        document = parse(query, max_tokens=limits.tokens)
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

    @property
    def _limits(self) -> Limits | None:
        """None for documents of our own."""
        limits: Limits | None = getattr(self.execution_context.context, "limits", None)
        return limits

    def _beyond_limits(self, document: DocumentNode) -> list[GraphQLError]:
        """Judged before validation, which can cost more than the whole operation."""
        context, limits = self.execution_context, self._limits
        if limits is None:
            return []
        operation = _choose(document, context._provided_operation_name)
        reasons = exceeded(context.schema._schema, document, operation, context.variables or {}, limits)
        return [coded(Code.LIMIT_EXCEEDED, reason) for reason in reasons]

    def _invalid(self, document: DocumentNode) -> list[GraphQLError]:
        context = self.execution_context
        hidden = self._limits is not None and not self._limits.introspection
        errors = validate(
            context.schema._schema,
            document,
            (*context.validation_rules, MaybeNullValidationRule, OneOfInputValidationRule),
            max_errors=MOST_ERRORS,
            hide_suggestions=hidden,
        )
        for error in errors:
            error.extensions = {"code": Code.GRAPHQL_VALIDATION_FAILED.value}
            if isinstance(error, ValidationAbortedError):
                error.message = _ABORTED
            elif hidden:
                error.message = _UNNAMED
        return errors or (self._unfit_variables(document) if hidden else [])

    def _unfit_variables(self, document: DocumentNode) -> list[GraphQLError]:
        """What running it would say, without the names."""
        context = self.execution_context
        defined = _choose(document, context._provided_operation_name).variable_definitions or ()
        values = get_variable_values(context.schema._schema, defined, context.variables or {}, max_errors=1)
        return [coded(Code.BAD_REQUEST, _UNNAMED_VARIABLES)] if isinstance(values, list) else []


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
