// A dashboard as Relay's users write it: only its documents matter here, the compiler reads them against schema.graphql.

import { graphql } from "relay-runtime";

export const screen = graphql`
  query OrdersScreenQuery($filter: OrderFilter, $sort: OrderSort) {
    viewer { name role permissions }
    orderCounts(filter: $filter) { status count { value exact } }
    ...OrdersScreen_grid @arguments(filter: $filter, sort: $sort)
  }
`;

export const grid = graphql`
  fragment OrdersScreen_grid on Query
  @argumentDefinitions(
    filter: { type: "OrderFilter" }
    sort: { type: "OrderSort" }
    count: { type: "Int", defaultValue: 25 }
    cursor: { type: "Cursor" }
  )
  @refetchable(queryName: "OrdersScreenPageQuery") {
    orders(filter: $filter, sort: $sort, first: $count, after: $cursor)
      @connection(key: "OrdersScreen_orders", filters: ["filter", "sort"]) {
      asOf
      edges { node { id ...OrdersScreen_row } }
    }
  }
`;

export const row = graphql`
  fragment OrdersScreen_row on Order {
    number
    status
    placedAt
    channel { code name }
    customer { firstName lastName masked }
    totals { grandTotal { amount currency } }
    issues(open: true) { id code message }
  }
`;

export const live = graphql`
  subscription OrdersScreenLiveSubscription($after: Cursor) {
    orderEvents(after: $after) {
      cursor
      orderVersion
      event { id kind type summary }
      order { id ...OrdersScreen_row }
    }
  }
`;
