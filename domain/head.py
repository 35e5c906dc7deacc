"""How far the log has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log. `position` is 0 before the first entry; another `epoch` means another database."""

    epoch: str
    position: int
