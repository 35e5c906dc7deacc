"""Top-level errors of reads: what is wrong with the request, and what to do instead."""

from __future__ import annotations

from graphql import GraphQLError


def refuse(code: str, message: str) -> GraphQLError:
    """An error to be raised; `code` is what clients tell errors apart by."""
    return GraphQLError(message, extensions={"code": code})
