"""Texts of a request that become values of a look-up."""

from __future__ import annotations

from typing import Final, cast

from tortoise.fields import CharField
from tortoise.models import Model

from domain.texts import unstorable
from gql.faults import refuse

LONGEST: Final = 200


def looked_up(text: str, model: type[Model], column: str) -> str:
    """The text itself. Raises BAD_REQUEST for one that this column of text cannot hold."""
    return _storable(text, cast("CharField[str]", model._meta.fields_map[column]).max_length)


def searched_for(text: str) -> str:
    """The text itself. Raises BAD_REQUEST for one that no column can hold."""
    return _storable(text, LONGEST)


def _storable(text: str, longest: int) -> str:
    if len(text) > longest:
        raise refuse("BAD_REQUEST", f"Texts to look for here have at most {longest} characters.")
    if unstorable(text):
        raise refuse("BAD_REQUEST", "Texts to look for have no NUL and no half characters.")
    return text
