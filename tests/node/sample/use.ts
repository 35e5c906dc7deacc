// What the generated types let a client write, and what they do not.

import type { CancelOrderMutation, OrderLiveSubscription, OrdersQuery, OrdersQueryVariables } from "./types";

export const variables: OrdersQueryVariables = { first: 25, filter: { status: ["PROCESSING"] }, after: "opaque" };

// @ts-expect-error a page has a size
export const unsized: OrdersQueryVariables = {};

export function totals(page: OrdersQuery): string[] {
  return page.orders.nodes.map(({ number, totals }) => `${number}: ${totals?.grandTotal.amount ?? "not yours to see"}`);
}

export function reasons(answer: CancelOrderMutation): string[] {
  return answer.orderCancel.userErrors.map((error) =>
    error.__typename === "NotAllowed" ? error.blockers.map(({ message }) => message).join(" ") : error.message,
  );
}

export function seen(push: OrderLiveSubscription): string {
  return push.orderChanged.cursor;
}
