"""Tables. No rules live here."""

from models.artworks import Artwork
from models.catalog import Product, Source, StockLevel, Variant
from models.channels import (
    Carrier,
    CarrierService,
    ManagedReason,
    OfferedService,
    RoutingRule,
    SalesChannel,
    ShippingMapping,
)
from models.companies import ApiClient, Company, Connection, Counter, ErrorRule, Installation, Role, User
from models.conversation import Comment, CommentReading, OrderIssue
from models.events import LogHead, OrderEvent
from models.fulfillment import FulfillmentOrder, Shipment, ShipmentItem, TrackingEvent
from models.keys import IdempotencyKey
from models.orders import COUNTERS, Address, Order, OrderLine, OrderShare
from models.payments import Payment, PaymentOperation
from models.saved_views import SavedView

__all__ = [
    "COUNTERS",
    "Address",
    "ApiClient",
    "Artwork",
    "Carrier",
    "CarrierService",
    "Comment",
    "CommentReading",
    "Company",
    "Connection",
    "Counter",
    "ErrorRule",
    "FulfillmentOrder",
    "IdempotencyKey",
    "Installation",
    "LogHead",
    "ManagedReason",
    "OfferedService",
    "Order",
    "OrderEvent",
    "OrderIssue",
    "OrderLine",
    "OrderShare",
    "Payment",
    "PaymentOperation",
    "Product",
    "Role",
    "RoutingRule",
    "SalesChannel",
    "SavedView",
    "Shipment",
    "ShipmentItem",
    "ShippingMapping",
    "Source",
    "StockLevel",
    "TrackingEvent",
    "User",
    "Variant",
]
