"""Row keys out of the ids that clients give."""

from __future__ import annotations

from graphql import GraphQLError
from tortoise.models import Model

from gql.ids import key_of, name_of


def key(model: type[Model], id: str) -> int | None:
    """The row key behind an id; None for what is no id of such a thing: as absent as an id nobody has."""
    try:
        return key_of(name_of(model), id)
    except GraphQLError:
        return None
