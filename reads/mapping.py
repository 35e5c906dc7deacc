"""What a field of a row-backed type is made of. Declared by the API's types, read by resolvers and by plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tortoise.models import Model

from reads.rules import Rule, everybody


@dataclass(frozen=True, slots=True)
class Column:
    """A column, unchanged. Viewers whom `shown` does not name get `hidden`."""

    name: str
    shown: Rule = everybody
    hidden: object = None


@dataclass(frozen=True, slots=True)
class Shared:
    """A column of the order; a fulfiller gets `share`, a column of its own share of the order."""

    name: str
    share: str


@dataclass(frozen=True, slots=True)
class Computed:
    """`fn` of the named columns. `order.currency` is a column of the row that `order_id` names.

    Viewers whom `shown` does not name get its value through `mask`, or `hidden` where there is no mask.
    """

    fn: Callable[..., Any]
    needs: tuple[str, ...]
    shown: Rule = everybody
    hidden: object = None
    mask: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Masked:
    """A text column, through `mask` for viewers whom `shown` does not name."""

    name: str
    mask: Callable[[Any], object]
    shown: Rule


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether `rule` names the viewer; `negated` the other way round."""

    rule: Rule
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object made of the same row; null, too, where the column `present` is."""

    shown: Rule = everybody
    present: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Visible rows of `model` whose `key` is this row's `local`, in `order`.

    `where` are fixed lookups; `narrowed` maps an argument to the lookup its value goes to, when it is given.
    """

    model: type[Model]
    key: str
    local: str
    many: bool
    order: tuple[str, ...] = ("id",)
    where: tuple[tuple[str, object], ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()
    shown: Rule = everybody


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of visible rows of `model` whose `key` is this row's `local`, oldest first. `where` are lookups."""

    model: type[Model]
    key: str
    local: str = "id"
    where: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Answered by a resolver alone; `reason` says why no mapping fits."""

    reason: str = field(default="")


Mapping = Column | Shared | Computed | Masked | Allowance | Embedded | Relation | Paged | Unplanned
