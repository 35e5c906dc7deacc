"""Orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

import models
from domain.addresses import AddressRole
from domain.orders import HoldReason, OrderOrigin, OrderStatus, OrderType
from gql.connections import Connection, Count
from gql.fields import (
    Info,
    column,
    computed,
    embedded,
    mapped,
    plain,
    relation_many,
    relation_one,
    row_of,
    shared,
    unplanned,
)
from gql.histories import paged
from gql.masking import mask_words
from gql.scalars import JSON, CurrencyCode
from gql.types.actions import AvailableAction, available_actions
from gql.types.channels import SalesChannel
from gql.types.comments import Comment, unread
from gql.types.companies import Company
from gql.types.customers import Address, CustomerContact
from gql.types.events import OrderEvent
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.issues import OrderIssue
from gql.types.lines import OrderLine
from gql.types.money import Money, amount
from gql.types.nodes import Node, global_id
from gql.types.payments import PAYMENTS, Payment, PaymentSnapshot, payment_snapshot
from gql.types.shipments import Shipment
from reads.mapping import Relation
from reads.rules import contact, payments, selling_side

ISSUES = Relation(models.OrderIssue, "order_id", "id", many=True, narrowed=(("open", "resolved_at__isnull"),))
Open = Annotated[
    bool | None, strawberry.argument(description="True: only open ones; false: only resolved ones; left out: all.")
]


async def _issues(root: Any, info: Info, open: Open = None) -> list[models.OrderIssue]:
    narrowing = () if open is None else (("resolved_at__isnull", open),)
    issues: list[models.OrderIssue] = await info.context.loaders.many(ISSUES, narrowing).load(root.id)
    return issues


def _hold_note(root: Any, info: Info) -> str | None:
    scope, note = info.context.scope, root.hold_note
    if note is None or not selling_side(scope):
        return None
    return str(note) if contact(scope) else mask_words(note)


@strawberry.type(description="What an order comes to.")
class OrderTotals:
    """Totals of an order."""

    items: Money = amount("items_minor", about="All lines before discount, tax included.")
    discount: Money = amount("discount_minor", about="Discounts of all lines.")
    shipping: Money = amount("shipping_minor", about="Shipping charge, tax included.")
    shipping_tax: Money = amount("shipping_tax_minor", about="Tax inside the shipping charge.")
    tax: Money = amount("tax_minor", about="Tax inside the grand total.")
    grand_total: Money = amount("total_minor", about="What the customer owes for all of it.")


@strawberry.type(
    description="A customer's order, with everything that happens to it. A fulfiller sees its own part of it: "
    "its lines, fulfilment orders, parcels and what concerns them, and a status computed from those alone."
)
class Order(Node):
    """An order."""

    is_type_of = row_of(models.Order)

    id: strawberry.ID = global_id("Order")
    number: str = column(about="The platform's number, unique.")
    external_reference: str = column("external_ref", about="The sales channel's number, unique within it.")
    channel: SalesChannel = relation_one(models.SalesChannel, local="channel_id", about="Where it was sold.")
    origin: OrderOrigin = column(about="How it came in.")
    retailer: Company = relation_one(models.Company, local="retailer_id", about="Who sold it.")
    type: OrderType = column(about="Why it exists.")
    original: Annotated[Order, strawberry.lazy("gql.types.orders")] | None = relation_one(
        models.Order, local="original_id", about="The order it was derived from, if its type says so."
    )
    replaces: Annotated[Order, strawberry.lazy("gql.types.orders")] | None = relation_one(
        models.Order, local="replaces_id", about="The order in whose place the retailer sent it, if any."
    )
    draft: bool = column(about="Whether it is still being put together.")
    status: OrderStatus = shared("status", about="Where it stands; for a fulfiller, where its own part stands.")
    status_reason: str | None = shared("status_reason", about="Why it stands there: `FULLY_SHIPPED`, for example.")
    status_since: datetime = shared("status_since", about="Since when it stands there.")
    held: bool = computed(
        lambda reason: reason is not None,
        needs=["hold_reason"],
        about="Whether it is held: it is neither sent nor shipped until it is released.",
    )
    hold_reason: HoldReason | None = column(
        "hold_reason", shown=selling_side, about="Why it is held; null: it is not, and for fulfillers."
    )
    hold_note: str | None = unplanned(
        _hold_note,
        about="Note beside it; null for fulfillers, `***` without the permission `pii.view`.",
        reason="nothing for some viewers, masked for others",
    )
    placed_at: datetime = column(about="When the customer ordered.")
    received_at: datetime = column(about="When it was pulled into the system.")
    updated_at: datetime = shared(
        "updated_at", share="status_since", about="When it last changed; for a fulfiller, its status."
    )
    customer: CustomerContact = embedded(about="Who ordered.")
    language: str | None = column(about="The customer's language, such as `de` or `pt-BR`.")
    vat_country: str | None = column(about="Country whose value added tax applies, ISO 3166-1 alpha-2.")
    billing_address: Address | None = relation_one(
        models.Address,
        local="id",
        key="order_id",
        where=(("role", AddressRole.BILLING),),
        shown=selling_side,
        about="Who is billed; null for fulfillers.",
    )
    shipping_address: Address | None = relation_one(
        models.Address,
        local="id",
        key="order_id",
        where=(("role", AddressRole.SHIPPING),),
        about="Where the goods go; null when nothing is carried.",
    )
    shipping_method: str | None = column(about="The method the customer chose, as the sales channel calls it.")
    required_dispatch_date: date | None = column(about="When it must have left.")
    expected_delivery: date | None = column(about="When it should arrive.")
    urgent: bool = column(about="Whether it goes first.")
    promotion_codes: list[str] = column(
        "promotion_codes", shown=selling_side, hidden=(), about="Codes the customer used; none for fulfillers."
    )
    currency: CurrencyCode = column(about="What all its amounts are in.")
    totals: OrderTotals | None = embedded(shown=selling_side, about="What it comes to; null for fulfillers.")
    lines: list[OrderLine] = relation_many(
        models.OrderLine, key="order_id", order=("number",), about="Its articles, removed ones included."
    )
    fulfillment_orders: list[FulfillmentOrder] = relation_many(
        models.FulfillmentOrder, key="order_id", about="Its parts, one per source, delivery mode and service."
    )
    shipments: list[Shipment] = relation_many(
        models.Shipment, key="order_id", about="Its parcels, deleted ones included."
    )
    payments: list[Payment] | None = relation_many(
        models.Payment,
        key=PAYMENTS.key,
        order=PAYMENTS.order,
        shown=payments,
        about="How it is paid, in the order captures go through them; "
        "null without the permission `payments.view` and for fulfillers.",
    )
    payment_snapshot: PaymentSnapshot | None = unplanned(
        payment_snapshot,
        about="Its money at a glance; null without the permission `payments.view` and for fulfillers.",
        reason="sums of lines and payments under the channel's capture mode",
    )
    issues: list[OrderIssue] = mapped(ISSUES, _issues, about="What stops or endangers it, oldest first.")
    comments: list[Comment] = relation_many(models.Comment, key="order_id", about="Comments, oldest first.")
    unread_comment_count: int = unplanned(
        unread,
        about="Comments of other companies that nobody of the viewer's company has read.",
        reason="compares two tables",
    )
    history: Connection[OrderEvent] = paged(
        models.OrderEvent, key="order_id", about="Everything that happened to it, oldest first."
    )
    tags: list[str] = column("tags", shown=selling_side, hidden=(), about="Free labels; none for fulfillers.")
    metadata: JSON = column(
        "metadata",
        shown=selling_side,
        hidden={},
        about="The sales channel's own data by namespace; empty for fulfillers.",
    )
    available_actions: list[AvailableAction] = available_actions(
        models.Order, about="What the viewer may do with it now, and what stands against it."
    )
    version: int = column(about="Number of its events; `expectedVersion` of a mutation compares with it.")


@strawberry.type(description="How many orders have one status.")
class OrderStatusCount:
    """A dashboard tile."""

    status: OrderStatus = plain(about="The status that is counted.")
    count: Count = plain(about="How many orders have it.")
