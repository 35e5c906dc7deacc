"""What an audit says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored that is not what follows from the rest. `order` is an order's number, if about one."""

    message: str
    order: str | None = None


def differs(what: str, stored: object, computed: object, order: str | None = None) -> Iterator[Finding]:
    """A finding when the two are not the same."""
    if stored != computed:
        yield Finding(f"{what} is {_said(stored)}, should be {_said(computed)}", order)


def _said(value: object) -> str:
    return "empty" if value is None else str(value)
