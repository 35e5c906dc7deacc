"""What mutations answer: what they touched, as any query would read it, or why they were refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import strawberry
from tortoise.models import Model

from domain.listing import Listing
from domain.refusals import Reason
from gql.enums import expose
from gql.errors import UserError
from gql.fields import Info, plain, row_of
from gql.payloads.receipts import Receipt


class WarningCode(Listing):
    """What a warning is about."""

    COLUMN_LEFT_OUT = "COLUMN_LEFT_OUT", "A file has a column that means nothing here; it was left out."
    PROMISED_BEYOND_STOCK = "PROMISED_BEYOND_STOCK", "More units are promised to orders than are there."
    SHOWN_ONCE = "SHOWN_ONCE", "A value that is shown once is left out of a repeated answer."


expose(WarningCode)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning, as resolvers make them."""

    code: WarningCode
    message: str
    path: Sequence[str] = ()


NOT_STORED: Final = {"stored": False}
"""Metadata of a field that is shown once: `key: str | None = field(default=None, metadata=NOT_STORED)`.

It is not kept with the caller's idempotency key. When the call is repeated, the field is its default and a warning
SHOWN_ONCE names it.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a payload is made of. `touched` are keys of rows by their table; they are read when asked for.

    A payload with more than that has a subclass of its own, which its resolver names as what it returns. Every
    field has a default, which is what a refused mutation shows; its values are kept with the caller's idempotency
    key as JSON, unless NOT_STORED says otherwise.
    """

    user_errors: Sequence[Reason] = ()
    warnings: Sequence[Warned] = ()
    touched: Mapping[type[Model], Sequence[int]] = field(default_factory=dict)
    receipt: Receipt | None = None
    """Given by `resolvers.mutations.guarding`, to every mutation alike."""


@dataclass(frozen=True, slots=True)
class ImportAnswer(Answer):
    """What an import came to: in orders, or in articles."""

    imported: int = 0
    changed: int = 0
    unchanged: int = 0


def touched(model: type[Model], *, of: tuple[type[Model], str] | None = None, about: str) -> Any:
    """The row of `model` a mutation touched, if the viewer sees it; null when the mutation was refused.

    `of` names a touched row and its column instead: the parcel's order, for example.
    """
    start, column = of or (model, "id")

    async def resolve(root: Any, info: Info) -> Any:
        loaders, key = info.context.loaders, next(iter(root.touched.get(start, ())), None)
        row = None if key is None else await loaders.one(start).load(key)
        return row if row is None or of is None else await loaders.one(model).load(getattr(row, column))

    return strawberry.field(resolver=resolve, description=about)


def all_touched(model: type[Model], *, about: str) -> Any:
    """Every row of `model` a mutation touched that the viewer sees."""

    async def resolve(root: Any, info: Info) -> Any:
        rows = await info.context.loaders.one(model).load_many(list(root.touched.get(model, ())))
        return [row for row in rows if row is not None]

    return strawberry.field(resolver=resolve, description=about)


@strawberry.type(
    name="Warning", description="Something the caller should know of; the mutation was done all the same."
)
class Notice:
    """A warning; Python has a class of that name already."""

    code: WarningCode = plain(about="What it is about.")
    message: str = plain(about="The same in a sentence for people.")
    path: list[str] = plain(about="Where in the arguments.")


@strawberry.interface(description="What every mutation answers.")
class MutationPayload:
    """Interface of all payloads; made of `Answer`."""

    is_type_of = row_of(Answer)

    user_errors: list[UserError] = plain(about="Every reason why it was refused; empty when it was done.")
    warnings: list[Notice] = plain(about="What the caller should know of all the same.")
    receipt: Receipt | None = plain(about="What was done, to go on from; null when it was refused.")
