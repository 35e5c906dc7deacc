"""Order lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from domain.catalog import DeliveryMode, ItemKind
from domain.lines import LineStatus
from gql.connections import Connection
from gql.fields import allowance, column, computed, embedded, masked, relation_many, relation_one, row_of
from gql.histories import trail
from gql.masking import mask_link, mask_values
from gql.scalars import JSON, DecimalString
from gql.types.actions import AvailableAction, available_actions
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.money import Money, amount
from gql.types.nodes import Node, global_id
from gql.types.personalisation import Appointment, Artwork, Personalisation
from gql.types.products import Variant
from gql.types.sources import Source
from reads.rules import destination, selling_side

if TYPE_CHECKING:
    from gql.types.orders import Order

CURRENCY = "order.currency"


def rate_text(rate: Decimal) -> str:
    """Four decimals, whichever database it comes from."""
    return f"{rate:.4f}"


def claimable(with_customer: int, return_pending: int, reshipped: int) -> int:
    """Units that a return, exchange or reshipment may still draw on."""
    return with_customer - return_pending - reshipped


def selling(minor: str, *, about: str) -> Any:
    """What the customer is charged, which is no business of whoever makes or ships it."""
    return amount(minor, currency=CURRENCY, shown=selling_side, about=f"{about} Null for fulfillers.")


@strawberry.type(
    description="The money of a line. Prices are gross; net and tax add up to the total exactly. A fulfiller sees "
    "its own cost alone."
)
class LineAmounts:
    """Amounts of a line."""

    unit_price: Money | None = selling("unit_price_minor", about="Gross price of one unit.")
    original_price: Money | None = selling(
        "original_price_minor", about="Gross price of one unit before any reduction."
    )
    discount: Money | None = selling("discount_minor", about="Discount on the whole line.")
    net: Money | None = selling("net_minor", about="Total without tax.")
    tax: Money | None = selling("tax_minor", about="Tax inside the total.")
    tax_rate: DecimalString | None = computed(
        rate_text,
        needs=["tax_rate"],
        shown=selling_side,
        about="Tax rate as a fraction: `0.2000` is 20 %. Null for fulfillers.",
    )
    total: Money | None = selling("total_minor", about="What the line costs, tax included.")
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
    personalisation: JSON | None = masked(
        "personalisation",
        mask=mask_values,
        shown=destination,
        about="What the shopper made of it, as the one object that came; values are masked without the permission "
        "`pii.view`. Null: not personalised. `personalised` has it in parts.",
    )
    personalised: Personalisation | None = embedded(
        present="personalisation", about="What the shopper made of it; null: not personalised."
    )
    artworks: list[Artwork] = relation_many(
        models.Artwork,
        key="line_id",
        order=("version", "place"),
        about="Its files of artwork, all versions, oldest first; a version has at most 21.",
    )
    external_url: str | None = masked(
        "external_url",
        mask=mask_link,
        shown=destination,
        about="The link that came with it, to artwork for example.",
    )
    download_url: str | None = masked(
        "download_url", mask=mask_link, shown=destination, about="Where a digital article is fetched."
    )
    appointment: Appointment | None = embedded(
        present="appointment_from", about="When and where a service is rendered; null: not arranged."
    )
    masked: bool = allowance(
        destination, negated=True, about="Whether its links and its personalisation are masked for this viewer."
    )
    removed: bool = column(about="Whether it was taken out of the order before it was sent; it no longer counts.")
    available_actions: list[AvailableAction] = available_actions(
        models.OrderLine,
        about="What the viewer may do with this line alone, and what stands against it; empty for a removed one.",
    )
    audit_trail: Connection[OrderEvent] = trail(
        about="Everything that concerns this line, oldest first: what happened to it, to its parcels and its "
        "fulfilment order, and to the order as a whole."
    )
