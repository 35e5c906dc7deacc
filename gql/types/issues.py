"""Issues."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from domain.issues import IssueCode
from gql.fields import column, masked, relation_one, row_of
from gql.masking import mask_words
from gql.types.nodes import Node, global_id
from reads.rules import destination, platform

if TYPE_CHECKING:
    from gql.types.lines import OrderLine
    from gql.types.orders import Order


@strawberry.type(description="Something that stops or endangers an order.")
class OrderIssue(Node):
    """An issue."""

    is_type_of = row_of(models.OrderIssue)

    id: strawberry.ID = global_id("OrderIssue")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it stops or endangers."
    )
    line: Annotated[OrderLine, strawberry.lazy("gql.types.lines")] | None = relation_one(
        models.OrderLine, local="line_id", about="The line it concerns; null: the whole order."
    )
    code: IssueCode = column(about="What is wrong.")
    blocking: bool = column(about="Whether it keeps the order from being sent.")
    path: str = column(about="Which field is wrong, by its path in the order.")
    message: str = column(about="What is wrong and what to do, in a sentence.")
    raw_message: str | None = masked(
        "raw_message",
        mask=mask_words,
        shown=destination,
        about="The supplier's own words, which may quote the address: `***` without the permission `pii.view`.",
    )
    group: str | None = column(about="The group the supplier's words were put into by the standard error rules.")
    raised_at: datetime = column(about="When it was found.")
    raised_by: str | None = column("raised_by", shown=platform, about="Who found it; only for the platform.")
    resolved_at: datetime | None = column(about="When it was resolved; null: it is open.")
    resolved_by: str | None = column(
        "resolved_by", shown=platform, about="Who resolved it; only for the platform."
    )
