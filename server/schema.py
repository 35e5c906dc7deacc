"""The schema: every root field, in one place."""

from __future__ import annotations

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

import gql.enums  # noqa: F401  must come before the types
from gql.connections import Connection
from gql.errors import ERRORS
from gql.fields import answers
from gql.scalars import SCALARS
from gql.types.api_clients import ApiClient
from gql.types.carriers import Carrier
from gql.types.channels import SalesChannel
from gql.types.events import OrderEvent
from gql.types.fulfillment_orders import FulfillmentOrder
from gql.types.nodes import Node
from gql.types.orders import Order, OrderStatusCount
from gql.types.partnerships import Partnership, RoutingRule, ShippingMapping
from gql.types.products import Product, StockLevel, Variant
from gql.types.pushed import OrderActivity, OrderChange, StatusChange, TrackingChange
from gql.types.roles import Role
from gql.types.saved_views import SavedView
from gql.types.shipments import Shipment
from gql.types.sources import Source
from gql.types.users import User
from gql.types.viewers import Viewer, channels
from resolvers import access, catalogue, events, master, parcels
from resolvers import nodes as by_id
from resolvers import orders as order_reads  # a field called like a module would hide it
from resolvers import saved_views as views
from resolvers import viewer as who
from server.documents import Documents
from server.mutations import Mutation
from subscriptions.fields import activity, statuses, tracking
from subscriptions.fields.feed import streams


@strawberry.type(description="Everything that can be read. What is not in the viewer's scope is not there.")
class Query:
    """Root of queries."""

    viewer: Viewer = answers(who.viewer, about="Who is asking, and what it may do.")
    order: Order | None = answers(order_reads.order, about="One order; null when there is none in scope.")
    orders: Connection[Order] = answers(
        order_reads.orders, about="Orders, newest placed first unless sorted otherwise."
    )
    order_counts: list[OrderStatusCount] = answers(
        order_reads.order_counts,
        about="How many orders have each status that occurs; for the tiles of a dashboard.",
    )
    order_events: Connection[OrderEvent] = answers(events.order_events, about="What happened, oldest first.")
    shipment: Shipment | None = answers(master.shipment, about="One parcel; null when there is none in scope.")
    shipments: Connection[Shipment] = answers(parcels.shipments, about="Parcels, newest first.")
    fulfillment_order: FulfillmentOrder | None = answers(
        parcels.fulfillment_order, about="One fulfilment order; null when there is none in scope."
    )
    fulfillment_orders: Connection[FulfillmentOrder] = answers(
        parcels.fulfillment_orders, about="Fulfilment orders, newest first."
    )
    saved_views: list[SavedView] = answers(
        views.saved_views, about="The viewer's own views of the grid, by name; at most 100."
    )
    channels: list[SalesChannel] = answers(channels, about="Sales channels in scope, by code; at most 500.")
    sources: list[Source] = answers(master.sources, about="Places goods come from, in scope; at most 500.")
    carriers: list[Carrier] = answers(master.carriers, about="Carriers with their services; at most 500.")
    product: Product | None = answers(
        master.product, about="One product by SKU; null when there is none in scope."
    )
    variant: Variant | None = answers(
        master.variant, about="One variant by SKU; null when there is none in scope."
    )
    products: Connection[Product] = answers(
        catalogue.products, about="Products of the catalogues in scope, oldest first."
    )
    stock: Connection[StockLevel] = answers(
        catalogue.stock, about="Who carries which variant, and how much of it, oldest first."
    )
    connections: Connection[Partnership] = answers(
        catalogue.connections, about="Connections of retailers and fulfillers, oldest first."
    )
    shipping_mappings: Connection[ShippingMapping] = answers(
        catalogue.shipping_mappings, about="What shipping methods mean at fulfillers, oldest first."
    )
    routing_rules: Connection[RoutingRule] = answers(
        catalogue.routing_rules, about="Where lines of sales channels go first, by place."
    )
    roles: Connection[Role] = answers(
        access.roles, about="Roles of the companies whose access the viewer manages, oldest first."
    )
    users: Connection[User] = answers(
        access.users, about="Users of the companies whose access the viewer manages, oldest first."
    )
    api_clients: Connection[ApiClient] = answers(
        access.api_clients, about="API clients of the companies whose access the viewer manages, oldest first."
    )
    node: Node | None = answers(by_id.node, about="Anything by its global id; null when there is none in scope.")
    nodes: list[Node | None] = answers(
        by_id.nodes, about="Things by their global ids, in the same order; null for each that is not in scope."
    )


@strawberry.type(
    description="What is pushed while it happens, by WebSocket (`graphql-transport-ws`) or as server-sent events."
)
class Subscription:
    """Root of subscriptions."""

    order_events: OrderActivity = streams(activity.order_events, about="Everything that happens in scope.")
    order_changed: OrderChange = streams(activity.order_changed, about="Everything that happens to one order.")
    order_status_changed: StatusChange = streams(
        statuses.order_status_changed, about="Orders, fulfilment orders and lines that change their status."
    )
    tracking_changed: TrackingChange = streams(
        tracking.tracking_changed, about="New or corrected tracking of parcels, and everything carriers report."
    )


CONFIG: Final = StrawberryConfig(scalar_map=SCALARS)

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=ERRORS,
    config=CONFIG,
    extensions=[Documents],
)
