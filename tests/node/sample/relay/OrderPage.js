// The order page: a fragment that refetches itself by global id, a history paged from its end, the actions.

import { graphql } from "relay-runtime";

export const page = graphql`
  query OrderPageQuery($number: String!) {
    order(key: { number: $number }) { ...OrderPage_order ...OrderPage_history }
  }
`;

export const order = graphql`
  fragment OrderPage_order on Order @refetchable(queryName: "OrderPageRefetchQuery") {
    id
    version
    status
    shippingAddress { street city countryCode masked }
    lines { id sku name status quantities { ordered open shipped } amounts { total { amount currency } } }
    fulfillmentOrders { id status fulfiller { name } shipments { id ...OrderPage_parcel } }
    comments { id body author { name kind } }
  }
`;

export const parcel = graphql`
  fragment OrderPage_parcel on Shipment {
    number
    status
    trackingNumber
    trackingUrl
    trackingEvents { id code text occurredAt }
  }
`;

export const history = graphql`
  fragment OrderPage_history on Order
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "Cursor" })
  @refetchable(queryName: "OrderPageHistoryQuery") {
    history(last: $count, before: $cursor) @connection(key: "OrderPage_history") {
      edges { node { id occurredAt actor { name } summary changes { field before after } } }
    }
  }
`;

export const refusal = graphql`
  fragment OrderPage_refusals on MutationPayload {
    userErrors {
      __typename
      code
      message
      path
      retry
      ... on NotAllowed { blockers { code message } }
      ... on QuantityExceeded { available }
      ... on VersionConflict { expected actual }
    }
    warnings { code message }
    receipt { replayed cursor }
  }
`;

export const cancel = graphql`
  mutation OrderPageCancelMutation($input: OrderCancelInput!, $guard: MutationGuard) {
    orderCancel(input: $input, guard: $guard) { ...OrderPage_refusals order { ...OrderPage_order } }
  }
`;

export const ship = graphql`
  mutation OrderPageShipMutation($input: ShipmentCreateInput!) {
    shipmentCreate(input: $input) { ...OrderPage_refusals shipment { ...OrderPage_parcel } order { id status } }
  }
`;

export const comment = graphql`
  mutation OrderPageCommentMutation($input: OrderCommentAddInput!) {
    orderCommentAdd(input: $input) { ...OrderPage_refusals comment { id body } }
  }
`;

export const live = graphql`
  subscription OrderPageLiveSubscription($id: ID!, $after: Cursor) {
    orderChanged(orderId: $id, after: $after) { cursor event { summary } order { ...OrderPage_order } }
  }
`;

export const tracking = graphql`
  subscription OrderPageTrackingSubscription($id: ID!, $after: Cursor) {
    trackingChanged(filter: { orderId: $id }, after: $after) {
      cursor
      trackingEvent { id code text }
      shipment { id ...OrderPage_parcel }
    }
  }
`;
