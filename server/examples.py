"""Documents for a first look: GraphiQL opens with them, and the demo prints them."""

from __future__ import annotations

from typing import Final, NamedTuple


class Example(NamedTuple):
    """A document to try; `variables` is JSON."""

    title: str
    query: str
    variables: str = ""


GRID: Final = Example(
    "The grid",
    """\
query Grid {
  orderCounts { status count { value } }
  orders(first: 10) {
    asOf
    count { value exact }
    nodes {
      number
      status
      statusReason
      placedAt
      channel { name }
      customer { firstName lastName }
      totals { grandTotal { amount currency } }
      issues(open: true) { code message }
    }
    pageInfo { hasNextPage endCursor }
  }
}
""",
)

ORDER_PAGE: Final = Example(
    "The order page",
    """\
query OrderPage($number: String!) {
  order(key: { number: $number }) {
    id
    number
    status
    version
    availableActions { action allowed blockers { message } }
    customer { firstName lastName email }
    shippingAddress { street postcode city countryCode }
    totals { items { amount } shipping { amount } grandTotal { amount currency } }
    lines { number sku name status quantities { ordered open shipped delivered cancelled } }
    fulfillmentOrders {
      number
      status
      fulfiller { name }
      shipments { number status trackingNumber trackingUrl trackingEvents { code text place occurredAt } }
    }
    comments { author { name } body shared createdAt }
    history(first: 100) { nodes { occurredAt actor { name } summary } }
  }
}
""",
    '{ "number": "100001" }',
)

LIVE: Final = Example(
    "What happens now",
    """\
subscription Live($after: Cursor) {
  orderEvents(after: $after) {
    cursor
    occurredAt
    event { type summary actor { name } }
    order { number status }
  }
}
""",
)

EXAMPLES: Final = (GRID, ORDER_PAGE, LIVE)
