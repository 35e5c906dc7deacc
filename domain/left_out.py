"""Fields of an input that were not given, which is not the same as given as nothing."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Left(Enum):
    """The type of `LEFT_OUT`: `str | None | Left` is a text, nothing, or what it was."""

    OUT = "OUT"


LEFT_OUT: Final[Literal[Left.OUT]] = Left.OUT
"""Not given: what it names stays as it is."""
