"""What mutations take: one file per noun."""

from __future__ import annotations

from typing import Annotated, TypeVar

import strawberry

T = TypeVar("T")
Input = Annotated[T, strawberry.argument(description="What to do, and to what.")]
"""The one argument of a mutation: `input: Input[OrderHoldInput]`."""
