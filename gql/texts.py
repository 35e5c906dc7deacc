"""Texts of a request that become values of a look-up."""

from __future__ import annotations

from typing import Final

from gql.faults import refuse

LONGEST: Final = 200


def looked_up(text: str) -> str:
    """The text itself. Raises BAD_REQUEST for one that no column can hold."""
    if len(text) > LONGEST:
        raise refuse("BAD_REQUEST", f"Texts to look for have at most {LONGEST} characters.")
    if "\x00" in text:
        raise refuse("BAD_REQUEST", "Texts to look for have no NUL characters.")
    return text
