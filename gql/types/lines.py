"""Order lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from domain.catalog import DeliveryMode, ItemKind
from domain.lines import LineStatus
from gql.connections import Connection
from gql.fields import column, computed, embedded, relation_one, row_of
from gql.histories import paged
from gql.scalars import JSON, DecimalString
from gql.types.actions import AvailableAction, available_actions
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.money import Money, amount
from gql.types.nodes import Node, global_id
from gql.types.products import Variant
from gql.types.sources import Source

if TYPE_CHECKING:
    from gql.types.orders import Order

CURRENCY = "order.currency"


def rate_text(rate: Decimal) -> str:
    """Four decimals, whichever database it comes from."""
    return f"{rate:.4f}"


def claimable(with_customer: int, return_pending: int, reshipped: int) -> int:
    """Units that a return, exchange or reshipment may still draw on."""
    return with_customer - return_pending - reshipped


@strawberry.type(description="The money of a line. Prices are gross; net and tax add up to the total exactly.")
class LineAmounts:
    """Amounts of a line."""

    unit_price: Money = amount("unit_price_minor", currency=CURRENCY, about="Gross price of one unit.")
    original_price: Money = amount(
        "original_price_minor", currency=CURRENCY, about="Gross price of one unit before any reduction."
    )
    discount: Money = amount("discount_minor", currency=CURRENCY, about="Discount on the whole line.")
    net: Money = amount("net_minor", currency=CURRENCY, about="Total without tax.")
    tax: Money = amount("tax_minor", currency=CURRENCY, about="Tax inside the total.")
    tax_rate: DecimalString = computed(
        rate_text, needs=["tax_rate"], about="Tax rate as a fraction: `0.2000` is 20 %."
    )
    total: Money = amount("total_minor", currency=CURRENCY, about="What the line costs, tax included.")
    supplier_cost: Money | None = amount(
        "supplier_cost_minor", currency=CURRENCY, about="What its supplier charges; null: not known."
    )


@strawberry.type(
    description="Where the units of a line are: ordered = open + cancelled + shipped, "
    "and shipped = with customer + returned."
)
class LineQuantities:
    """Counters of a line, in units."""

    ordered: int = column(about="Units the customer ordered.")
    open: int = column(about="Neither shipped nor cancelled.")
    cancelled: int = column(about="Units that will not be sent any more.")
    shipped: int = column(about="Shipped, returned ones included.")
    with_customer: int = column(about="Shipped and not returned.")
    returned: int = column(about="Received back.")
    delivered: int = column(about="Arrived at the customer.")
    cancel_requested: int = column(about="Open ones whose cancellation the warehouse was asked for.")
    return_pending: int = column(about="Ones with the customer whose return is asked for or approved.")
    reshipped: int = column(about="Ones that were shipped again because they were lost or damaged.")
    exchanged: int = column(about="Ones that were exchanged for another variant.")
    claimable: int = computed(
        claimable,
        needs=["with_customer", "return_pending", "reshipped"],
        about="Ones that a return, exchange or reshipment may still draw on.",
    )


@strawberry.type(description="One article of an order.")
class OrderLine(Node):
    """A line."""

    is_type_of = row_of(models.OrderLine)

    id: strawberry.ID = global_id("OrderLine")
    order: Annotated[Order, strawberry.lazy("gql.types.orders")] = relation_one(
        models.Order, local="order_id", about="The order it belongs to."
    )
    number: int = column(about="Its number within the order.")
    external_reference: str | None = column("external_ref", about="The sales channel's own number of it.")
    sku: str = column(about="SKU as it was ordered.")
    name: str = column(about="What it is called.")
    image_url: str | None = column(about="A picture.")
    item_kind: ItemKind = column(about="What it sells.")
    delivery_mode: DeliveryMode = column(about="How it reaches the customer.")
    status: LineStatus = column(about="Where it stands.")
    amounts: LineAmounts = embedded(about="Its money.")
    quantities: LineQuantities = embedded(about="Where its units are.")
    bundle: str | None = column(about="Lines with the same bundle ship together.")
    variant: Variant | None = relation_one(
        models.Variant,
        local="variant_id",
        about="The variant; null: the catalogue has no such SKU for the viewer.",
    )
    source: Source | None = relation_one(
        models.Source, local="source_id", about="Where its goods come from; null: not chosen yet."
    )
    fulfiller: Company | None = relation_one(
        models.Company, local="fulfiller_id", about="Who fulfils it; null: not sent yet."
    )
    fulfillment_order: FulfillmentOrder | None = relation_one(
        models.FulfillmentOrder, local="fulfillment_order_id", about="The fulfilment order it is in, if any."
    )
    personalisation: JSON | None = column(about="What the shopper put in, as an object; null: not personalised.")
    removed: bool = column(about="Whether it was taken out of the order before it was sent; it no longer counts.")
    available_actions: list[AvailableAction] = available_actions(
        models.OrderLine,
        about="What the viewer may do with this line alone, and what stands against it; empty for a removed one.",
    )
    audit_trail: Connection[OrderEvent] = paged(
        models.OrderEvent, key="line_id", about="Everything that happened to this line, oldest first."
    )
