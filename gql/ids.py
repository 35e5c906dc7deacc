"""Global ids: opaque to clients, `Type:key` in base64url inside."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from tortoise.models import Model

import models
from gql.faults import refuse

_LONGEST: Final = 120
_LAST_KEY: Final = 2**63 - 1
_HINT: Final = "“{text}” is not an id of this API; use the `id` of an object exactly as the API gave it."


_NAMES: Final[dict[type[Model], str]] = {models.Connection: "Partnership"}
"""Relay keeps names that end in `Connection` for pages of lists."""


def name_of(model: type[Model]) -> str:
    """What the API calls the rows of a table."""
    return _NAMES.get(model, model.__name__)


def to_global(type_name: str, key: int) -> str:
    """Equal rows have equal ids."""
    return urlsafe_b64encode(f"{type_name}:{key}".encode()).decode().rstrip("=")


def from_global(text: str) -> tuple[str, int]:
    """Type name and row key. Raises MALFORMED_ID for any text that `to_global` never made."""
    try:
        name, _, digits = urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4)).decode().partition(":")
        key = int(digits)
    except ValueError:
        raise _malformed(text) from None
    if not 0 < key <= _LAST_KEY or to_global(name, key) != text:
        raise _malformed(text)
    return name, key


def key_of(type_name: str, text: str) -> int:
    """The row key of an id of this very type. Raises MALFORMED_ID for others."""
    name, key = from_global(text)
    if name != type_name:
        raise refuse("MALFORMED_ID", f"This is the id of a {name}; here goes the id of a {type_name}.")
    return key


def _malformed(text: str) -> Exception:
    return refuse("MALFORMED_ID", _HINT.format(text=text[:_LONGEST]))
