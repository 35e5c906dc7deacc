"""Business refusals as clients see them: data in the payload, every one at once, each with what it takes to go on.

A refusal is shown as it is: the objects behind these types are the reasons of `domain.refusals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import strawberry

import models
from domain import refusals
from domain.access import Permission
from domain.listing import Listing
from domain.refusals import BlockerCode, Reason
from gql.enums import expose
from gql.fields import Info, answers, plain, row_of
from gql.ids import to_global
from gql.types.events import OrderEvent
from models.visibility import visible

MOST_CHANGES: Final = 50
"""A page of a history; the whole of it is the thing's own history."""


class UserErrorCode(Listing):
    """What stands against a mutation; clients tell refusals apart by it or by their type."""

    NOT_ALLOWED = "NOT_ALLOWED", "The state of things forbids it; `blockers` say what exactly."
    QUANTITY_EXCEEDED = "QUANTITY_EXCEEDED", "More units than there are."
    INVALID_INPUT = "INVALID_INPUT", "The input itself cannot be right."
    NOT_FOUND = "NOT_FOUND", "There is no such thing, or the viewer may not see it."
    PERMISSION_DENIED = "PERMISSION_DENIED", "The viewer's role lacks a permission."
    DUPLICATE_REFERENCE = "DUPLICATE_REFERENCE", "The sales channel has another order under this reference."
    ROW_INVALID = "ROW_INVALID", "A row of an imported file cannot be right."
    VERSION_CONFLICT = "VERSION_CONFLICT", "It changed since `guard.expectedVersion` was read."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "`guard.idempotencyKey` belongs to another call."


class RetryAdvice(Listing):
    """Whether calling again can help."""

    NEVER = "NEVER", "It cannot: the same viewer will always be refused the same call."
    AFTER_CHANGE = "AFTER_CHANGE", "Once the input, or what the message names, was changed."
    LATER = "LATER", "Without changing anything: it is somebody else's turn first."


for _listing in (UserErrorCode, RetryAdvice, BlockerCode):
    expose(_listing)


def _code(root: Any) -> UserErrorCode:
    return SHOWN[type(root)].code


def advice_on(reason: Reason) -> RetryAdvice:
    """Whether calling again can help."""
    return SHOWN[type(reason)].retry(reason)


def _retry(root: Any) -> RetryAdvice:
    return advice_on(root)


@strawberry.interface(description="One reason why a mutation was refused. Nothing was changed then.")
class UserError:
    """Interface of all refusals."""

    code: UserErrorCode = strawberry.field(resolver=_code, description="What stands against it.")
    message: str = plain(about="The same in a sentence for people, with what to do.")
    path: list[str] = plain(about="Where in the arguments: names and, in lists, positions from 0.")
    retry: RetryAdvice = strawberry.field(resolver=_retry, description="Whether calling again can help.")


@strawberry.type(description="One fact that stands against an action.")
class Blocker:
    """Made of `domain.refusals.Blocker`."""

    code: BlockerCode = plain(about="What it is.")
    message: str = plain(about="The same in a sentence for people.")
    path: list[str] = plain(about="What it concerns, where that is not the whole thing.")


@strawberry.type(description="The state of things forbids it.")
class NotAllowed(UserError):
    """Refused by a life cycle or one of its guards."""

    is_type_of = row_of(refusals.NotAllowed)

    blockers: list[Blocker] = plain(about="Everything that stands against it now.")


@strawberry.type(description="More units than there are.")
class QuantityExceeded(UserError):
    """Refused by the counters of a line."""

    is_type_of = row_of(refusals.QuantityExceeded)

    available: int = plain(about="How many units it could have been.")


@strawberry.type(description="The input itself cannot be right.")
class InvalidInput(UserError):
    """Refused whatever the state of things."""

    is_type_of = row_of(refusals.InvalidInput)


@strawberry.type(description="There is no such thing, or the viewer may not see it: both are answered alike.")
class NotFound(UserError):
    """Refused because of an id or a code."""

    is_type_of = row_of(refusals.NotFound)


@strawberry.type(description="The viewer's role lacks a permission.")
class PermissionDenied(UserError):
    """Refused because of who asks."""

    is_type_of = row_of(refusals.PermissionDenied)

    permission: Permission = plain(about="What the role would have to have.")


def _existing(root: Any) -> strawberry.ID:
    return strawberry.ID(to_global("Order", root.existing))


@strawberry.type(description="The sales channel has another order under this reference.")
class DuplicateReference(UserError):
    """Refused because of an order that is here already."""

    is_type_of = row_of(refusals.DuplicateReference)

    existing: strawberry.ID = strawberry.field(
        resolver=_existing, description="Global id of the order that has it."
    )
    number: str = plain(about="The platform's number of that order.")


@strawberry.type(description="A row of an imported file cannot be right.")
class RowInvalid(UserError):
    """Refused because of one cell."""

    is_type_of = row_of(refusals.RowInvalid)

    row: int = plain(about="The row; the header is row 1, as spreadsheets count.")
    column: str = plain(about="The column by its name; empty: the whole row.")


async def _changed_since(root: Any, info: Info) -> list[models.OrderEvent]:
    after = visible(models.OrderEvent, info.context.scope).filter(
        aggregate=root.aggregate,
        aggregate_id=root.aggregate_id,
        order_version__gt=root.expected,
        order_version__lte=root.actual,
    )
    return list(reversed(await after.order_by("-order_version").limit(MOST_CHANGES)))


@strawberry.type(
    description="It changed since `guard.expectedVersion` was read: read it again, then decide again."
)
class VersionConflict(UserError):
    """Refused because somebody else was faster."""

    is_type_of = row_of(refusals.VersionConflict)

    expected: int = plain(about="The version the caller expected.")
    actual: int = plain(about="The version it had instead.")
    changed_since: list[OrderEvent] = answers(
        _changed_since,
        about=f"What happened in between, as far as the viewer may see it: the last {MOST_CHANGES} events, "
        "newest last.",
    )


@strawberry.type(
    description="`guard.idempotencyKey` belongs to another call: to another mutation, to another input, or to "
    "somebody who may see other things. Take a new key for a new intention."
)
class IdempotencyKeyReused(UserError):
    """Refused because a key means one call."""

    is_type_of = row_of(refusals.IdempotencyKeyReused)


B = BlockerCode
_ADVICE: Final = {
    **dict.fromkeys((B.AWAITS_WAREHOUSE, B.TRACKING_NOT_PASSED_ON, B.NOT_SHIPPABLE_YET), RetryAdvice.LATER),
    **dict.fromkeys((B.AWAITS_PARTNER, B.STOCK_IN_USE), RetryAdvice.LATER),
    **dict.fromkeys(
        (
            B.NOTHING_OPEN,
            B.SHIPMENT_DELIVERED,
            B.SHIPMENT_DELETED,
            B.NOT_TRACKED,
            B.CAPTURE_SENT,
            B.KEY_REVOKED,
        ),
        RetryAdvice.NEVER,
    ),
}
"""Blockers that nobody has to, or can, do anything about. All others go away by what their message names."""


def _advice(refusal: refusals.NotAllowed) -> RetryAdvice:
    """The least hopeful of its blockers decides."""
    found = {_ADVICE.get(blocker.code, RetryAdvice.AFTER_CHANGE) for blocker in refusal.blockers}
    return next(advice for advice in RetryAdvice if advice in found)


def _always(advice: RetryAdvice) -> Callable[[Reason], RetryAdvice]:
    return lambda _: advice


@dataclass(frozen=True, slots=True)
class Shown:
    """How a reason is shown."""

    as_type: type
    code: UserErrorCode
    retry: Callable[[Any], RetryAdvice]


C, NEVER, AFTER_CHANGE = UserErrorCode, _always(RetryAdvice.NEVER), _always(RetryAdvice.AFTER_CHANGE)
SHOWN: Final[dict[type[Reason], Shown]] = {
    refusals.NotAllowed: Shown(NotAllowed, C.NOT_ALLOWED, _advice),
    refusals.QuantityExceeded: Shown(QuantityExceeded, C.QUANTITY_EXCEEDED, AFTER_CHANGE),
    refusals.InvalidInput: Shown(InvalidInput, C.INVALID_INPUT, AFTER_CHANGE),
    refusals.NotFound: Shown(NotFound, C.NOT_FOUND, NEVER),
    refusals.PermissionDenied: Shown(PermissionDenied, C.PERMISSION_DENIED, NEVER),
    refusals.DuplicateReference: Shown(DuplicateReference, C.DUPLICATE_REFERENCE, AFTER_CHANGE),
    refusals.RowInvalid: Shown(RowInvalid, C.ROW_INVALID, AFTER_CHANGE),
    refusals.VersionConflict: Shown(VersionConflict, C.VERSION_CONFLICT, AFTER_CHANGE),
    refusals.IdempotencyKeyReused: Shown(IdempotencyKeyReused, C.IDEMPOTENCY_KEY_REUSED, AFTER_CHANGE),
}
"""Every reason an operation can give."""
ERRORS: Final = tuple(shown.as_type for shown in SHOWN.values())
"""The types behind the interface; the schema has to be told of them."""
