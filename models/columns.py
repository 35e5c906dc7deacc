"""The few column shapes all tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar, cast

from tortoise import fields

L = TypeVar("L", bound=StrEnum)


def listed(listing: type[L], **options: Any) -> L:
    """A member of a closed list, stored as its text.

    The comment is fixed: tortoise would write the members into it, and adding one would rebuild the table.
    """
    return cast("L", fields.CharEnumField(listing, description=listing.__name__, max_length=40, **options))


def listed_or_none(listing: type[L], **options: Any) -> L | None:
    """Like `listed`, or nothing."""
    column = fields.CharEnumField(listing, description=listing.__name__, max_length=40, null=True, **options)
    return cast("L | None", column)
