"""What is done with orders."""

from __future__ import annotations

import strawberry

from domain.orders import CancelReason, HoldReason
from gql.enums import expose
from gql.fields import plain
from operations.imports.orders import ImportMode

for _listing in (CancelReason, ImportMode):
    expose(_listing)


@strawberry.input(description="A file of orders.")
class OrderImportInput:
    """Input of `orderImport`."""

    channel: str = plain(about="Code of the sales channel the orders were placed in.")
    csv: str = plain(
        about="The file's text: comma-separated, the first row names the columns, one row per line of an order, "
        "rows of one order share `order.external_ref`."
    )
    mode: ImportMode = strawberry.field(
        default=ImportMode.ALL_OR_NOTHING, description="What a mistake in one order means for the others."
    )


@strawberry.input(description="Which order to send to its suppliers.")
class OrderProcessInput:
    """Input of `orderProcess`."""

    order_id: strawberry.ID = plain(about="Global id of the order.")
    send_ready: bool = strawberry.field(
        default=False,
        description="Whether to send what can go when something cannot; otherwise nothing goes then.",
    )


@strawberry.input(description="Which order to hold, and why.")
class OrderHoldInput:
    """Input of `orderHold`."""

    order_id: strawberry.ID = plain(
        about="Global id of the order; a fulfiller holds its own part of it, without reason and note."
    )
    reason: HoldReason = strawberry.field(
        default=HoldReason.MANUAL,
        description="MANUAL, PAYMENT, REVIEW or OUT_OF_STOCK; the others are set by Ordergraph itself.",
    )
    note: str | None = strawberry.field(default=None, description="Up to 1000 characters.")


@strawberry.input(description="Which order to release.")
class OrderReleaseInput:
    """Input of `orderRelease`."""

    order_id: strawberry.ID = plain(about="Global id of the order; a fulfiller releases its own part of it.")


@strawberry.input(description="Units of one line to cancel.")
class OrderCancelLineInput:
    """Part of `OrderCancelInput`."""

    line_id: strawberry.ID = plain(about="Global id of the line.")
    quantity: int | None = strawberry.field(
        default=None, description="How many of its open units; left out: all of them."
    )


@strawberry.input(description="What to cancel, and why.")
class OrderCancelInput:
    """Input of `orderCancel`."""

    order_id: strawberry.ID = plain(about="Global id of the order.")
    lines: list[OrderCancelLineInput] | None = strawberry.field(
        default=None, description="Units of which lines; left out: the whole order, or a fulfiller's part of it."
    )
    reason: CancelReason = strawberry.field(default=CancelReason.CUSTOMER_REQUEST, description="Why.")


@strawberry.input(description="Which order to close.")
class OrderCloseInput:
    """Input of `orderClose`."""

    order_id: strawberry.ID = plain(about="Global id of the order.")


@strawberry.input(description="A comment.")
class OrderCommentAddInput:
    """Input of `orderCommentAdd`."""

    order_id: strawberry.ID = plain(about="Global id of the order.")
    body: str = plain(about="1 to 4000 characters; spaces around them are dropped.")
    shared: bool = strawberry.field(
        default=False, description="Whether the other companies around the order may read it."
    )
