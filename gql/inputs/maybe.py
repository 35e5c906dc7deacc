"""From what a client may leave out to what an operation takes."""

from __future__ import annotations

from typing import Protocol, TypeVar

from domain.left_out import LEFT_OUT, Left

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Some(Protocol[T_co]):
    """What `strawberry.Maybe` holds when something was given."""

    @property
    def value(self) -> T_co: ...


def given(field: Some[T] | None) -> T | Left:
    """The value of a `strawberry.Maybe`, null included; LEFT_OUT when it was not given."""
    return LEFT_OUT if field is None else field.value
