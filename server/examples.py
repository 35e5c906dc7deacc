"""Documents for a first look: GraphiQL opens with them."""

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
  orders(first: 20) {
    asOf
    count { value exact }
    nodes {
      id
      number
      status
      placedAt
      grandTotal { amount currency }
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
    lines { id sku quantity }
  }
}
""",
    '{ "number": "" }',
)

LIVE: Final = Example(
    "What happens now",
    """\
subscription Live {
  orderEvents {
    cursor
    occurredAt
    event { type summary }
  }
}
""",
)

EXAMPLES: Final = (GRID, ORDER_PAGE, LIVE)
