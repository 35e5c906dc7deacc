"""Closed lists whose members say what they mean."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Listing(StrEnum):
    """A closed list; every member carries its `meaning`, which the schema shows as its description."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member
