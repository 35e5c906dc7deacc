"""Which errors of the databases only mean: somebody else was faster, do it again."""

from __future__ import annotations

import sqlite3
from typing import Final

_SQLSTATES: Final = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock (PostgreSQL)."""
_SQLITE_CODES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_retryable(error: BaseException) -> bool:
    """Whether the whole transaction may be tried again, with hope.

    Looks through what wraps the driver's error: tortoise puts it into its own error's arguments or lets it pass,
    `raise ... from` makes it the cause, a task group one of several. What an error was merely raised beside does
    not count.
    """
    if isinstance(error, BaseExceptionGroup):
        return any(is_retryable(part) for part in error.exceptions)
    if getattr(error, "sqlstate", None) in _SQLSTATES or _sqlite_code(error) in _SQLITE_CODES:
        return True
    wrapped = (error.__cause__, *error.args)
    return any(is_retryable(inner) for inner in wrapped if isinstance(inner, BaseException))


def sqlstates(error: BaseException) -> frozenset[str]:
    """PostgreSQL's codes of an error and of what it wraps."""
    wrapped = (inner for inner in (error.__cause__, *error.args) if isinstance(inner, BaseException))
    own = getattr(error, "sqlstate", None)
    return frozenset().union(*map(sqlstates, wrapped), () if own is None else (own,))


def _sqlite_code(error: BaseException) -> int | None:
    """Without its details: SQLITE_BUSY_SNAPSHOT is a SQLITE_BUSY."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
