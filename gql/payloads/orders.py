"""Payloads of what is done with orders."""

from __future__ import annotations

from typing import Any

import strawberry
from tortoise.models import Model

import models
from gql.fields import plain
from gql.payloads.answers import MutationPayload, all_touched, touched
from gql.types.comments import Comment
from gql.types.orders import Order


def order_touched(of: tuple[type[Model], str] | None = None) -> Any:
    return touched(models.Order, of=of, about="The order as it is now; null when it was refused.")


@strawberry.type(description="Answer of `orderImport`.")
class OrderImportPayload(MutationPayload):
    """Made of `ImportAnswer`. With mode PER_ORDER there may be orders and errors."""

    orders: list[Order] = all_touched(models.Order, about="The orders that are new, in file order.")
    imported: int = plain(about="How many orders are new.")
    unchanged: int = plain(about="How many orders were here already, exactly the same.")


@strawberry.type(description="Answer of `orderProcess`.")
class OrderProcessPayload(MutationPayload):
    """The order."""

    order: Order | None = order_touched()


@strawberry.type(description="Answer of `orderHold`.")
class OrderHoldPayload(MutationPayload):
    """The order."""

    order: Order | None = order_touched()


@strawberry.type(description="Answer of `orderRelease`.")
class OrderReleasePayload(MutationPayload):
    """The order."""

    order: Order | None = order_touched()


@strawberry.type(description="Answer of `orderCancel`.")
class OrderCancelPayload(MutationPayload):
    """The order."""

    order: Order | None = order_touched()


@strawberry.type(description="Answer of `orderClose`.")
class OrderClosePayload(MutationPayload):
    """The order."""

    order: Order | None = order_touched()


@strawberry.type(description="Answer of `orderCommentAdd`.")
class OrderCommentAddPayload(MutationPayload):
    """The comment and its order."""

    comment: Comment | None = touched(models.Comment, about="The comment; null when it was refused.")
    order: Order | None = order_touched()
