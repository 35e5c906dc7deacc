"""Which rows of every readable table a viewer may see. The one rule of all reads, filters, counts and searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import CompanyKind, Permission, Scope
from domain.addresses import AddressRole
from domain.connections import ACCEPTED
from domain.events import Audience, hidden_kinds
from models.artworks import Artwork
from models.catalog import Product, Source, StockLevel, Variant
from models.channels import Carrier, CarrierService, OfferedService, RoutingRule, SalesChannel, ShippingMapping
from models.companies import ApiClient, Company, Connection, Role, User
from models.conversation import Comment, CommentReading, OrderIssue
from models.events import OrderEvent
from models.fulfillment import FulfillmentOrder, Shipment, ShipmentItem, TrackingEvent
from models.orders import Address, Order, OrderLine, OrderShare
from models.payments import Payment, PaymentOperation

M = TypeVar("M", bound=Model)
Rule = Callable[[Scope], Q]

EVERYTHING: Final = Q()
NOTHING: Final = Q(pk__in=[])


def visible(model: type[M], scope: Scope) -> QuerySet[M]:
    """The rows of `model` within `scope`, never one twice. Nothing at all without `orders.view`.

    A row is visible only if the order it belongs to is. Raises KeyError for a table that nobody may read.
    """
    rule = RULES[model]
    return model.filter(rule(scope) if scope.may(Permission.ORDERS_VIEW) else NOTHING)


def visible_around(model: type[M], scope: Scope) -> QuerySet[M]:
    """`visible`, for what is asked beside visible orders alone: whether one of their rows fits.

    The selling side sees all that `ALL_OF_ORDER` names of an order it sees. Asking for the order's company again,
    row by row, would only lead databases away from the index of what is looked for.
    """
    if scope.is_fulfiller or model not in ALL_OF_ORDER or not scope.may(Permission.ORDERS_VIEW):
        return visible(model, scope)
    return model.all()


def along_shares(scope: Scope) -> QuerySet[Order]:
    """`visible(Order, scope)` of a fulfiller, joined with its own shares: for lists sorted along them."""
    limits = Q(shares__fulfiller_id=scope.company_id, **_in_channels(scope, "channel_id"))
    return Order.filter(limits if scope.is_fulfiller and scope.may(Permission.ORDERS_VIEW) else NOTHING)


def _everybody(_scope: Scope) -> Q:
    return EVERYTHING


def _in_channels(scope: Scope, column: str) -> dict[str, Any]:
    """The limit to the role's channels, if it has one."""
    return {} if scope.channel_ids is None else {f"{column}__in": sorted(scope.channel_ids)}


def _shared_orders(scope: Scope) -> Subquery:
    """Ids of the orders a fulfiller has a share of."""
    return Subquery(OrderShare.filter(_shares(scope)).values("order_id"))


def _order_side(scope: Scope, order: str = "") -> Q:
    """Orders of the platform's or a retailer's scope; `order` is the way there, `line__order__` for example."""
    limits: dict[str, Any] = {} if scope.is_platform else {f"{order}retailer_id": scope.company_id}
    return Q(**limits, **_in_channels(scope, f"{order}channel_id"))


def _orders(scope: Scope) -> Q:
    return Q(id__in=_shared_orders(scope)) if scope.is_fulfiller else _order_side(scope)


def _of_order(scope: Scope) -> Q:
    """What belongs to an order and concerns everybody who sees it."""
    return Q(order_id__in=_shared_orders(scope)) if scope.is_fulfiller else _order_side(scope, "order__")


def _own_part(scope: Scope) -> Q:
    """What belongs to an order and to one fulfiller."""
    return Q(_of_order(scope), fulfiller_id=scope.company_id) if scope.is_fulfiller else _of_order(scope)


def _of_parcel(scope: Scope) -> Q:
    return Q(shipment_id__in=Subquery(Shipment.filter(_own_part(scope)).values("id")))


def _of_line(scope: Scope) -> Q:
    return Q(line_id__in=Subquery(OrderLine.filter(_own_part(scope)).values("id")))


def _addresses(scope: Scope) -> Q:
    return Q(_of_order(scope), role=AddressRole.SHIPPING) if scope.is_fulfiller else _of_order(scope)


def _payments(scope: Scope) -> Q:
    if scope.is_fulfiller or not scope.may(Permission.PAYMENTS_VIEW):
        return NOTHING
    return _of_order(scope)


def _payment_operations(scope: Scope) -> Q:
    return Q(payment_id__in=Subquery(Payment.filter(_payments(scope)).values("id")))


_AUDIENCES: Final = {
    CompanyKind.PLATFORM: (Audience.PLATFORM, Audience.RETAILER, Audience.SHARED),
    CompanyKind.RETAILER: (Audience.RETAILER, Audience.SHARED),
    CompanyKind.FULFILLER: (Audience.SHARED, Audience.FULFILLER),
}


def _comments(scope: Scope) -> Q:
    """A fulfiller reads what names it, and what is shared without naming anybody."""
    heard = Q(_of_order(scope), audience__in=_AUDIENCES[scope.company_kind])
    if not scope.is_fulfiller:
        return heard
    return heard & (Q(fulfiller_id=scope.company_id) | Q(fulfiller_id__isnull=True, audience=Audience.SHARED))


def _events(scope: Scope) -> Q:
    """`domain.events.may_read`, in SQL."""
    heard = Q(audience__in=_AUDIENCES[scope.company_kind])
    if hidden := hidden_kinds(scope):
        heard &= ~Q(kind__in=sorted(hidden))
    if scope.is_fulfiller:
        return Q(heard, fulfiller_id=scope.company_id, **_in_channels(scope, "channel_id"))
    return heard & _order_side(scope)


def _shares(scope: Scope) -> Q:
    """Only fulfillers read shares: everybody else sees the order's own status."""
    if not scope.is_fulfiller:
        return NOTHING
    return Q(fulfiller_id=scope.company_id, **_in_channels(scope, "order__channel_id"))


def _served(scope: Scope) -> Subquery:
    """Ids of the retailers whose channels a role of the platform is limited to."""
    return Subquery(SalesChannel.filter(**_in_channels(scope, "id")).values("retailer_id"))


def _connections(scope: Scope) -> Q:
    if scope.is_platform:
        return EVERYTHING if scope.channel_ids is None else Q(retailer_id__in=_served(scope))
    return Q(fulfiller_id=scope.company_id) if scope.is_fulfiller else Q(retailer_id=scope.company_id)


def _partners(scope: Scope, connected_as: Q = EVERYTHING) -> Q:
    """Companies that the viewer's orders are shared with, or that its connections lead to."""
    connected = Connection.filter(_connections(scope), connected_as)
    if scope.is_fulfiller:
        shared = Order.filter(_orders(scope)).values("retailer_id")
        return Q(id__in=Subquery(connected.values("retailer_id"))) | Q(id__in=Subquery(shared))
    shared = FulfillmentOrder.filter(_order_side(scope, "order__")).values("fulfiller_id")
    return Q(id__in=Subquery(connected.values("fulfiller_id"))) | Q(id__in=Subquery(shared))


def _companies(scope: Scope) -> Q:
    if scope.is_platform and scope.channel_ids is None:
        return EVERYTHING
    known = Q(id=scope.company_id) | Q(kind=CompanyKind.PLATFORM) | _partners(scope)
    return known | Q(id__in=_served(scope)) if scope.is_platform else known


def _channels(scope: Scope) -> Q:
    if scope.is_fulfiller:
        return Q(id__in=Subquery(Order.filter(_orders(scope)).values("channel_id")))
    limits: dict[str, Any] = {} if scope.is_platform else {"retailer_id": scope.company_id}
    return Q(**limits, **_in_channels(scope, "id"))


def _sources(scope: Scope) -> Q:
    return _run_by(scope, "company_id")


def _offered(scope: Scope) -> Q:
    return _run_by(scope, "fulfiller_id")


def _run_by(scope: Scope, company: str) -> Q:
    """A retailer sees what is its own and its fulfillers', once they accepted it; a fulfiller only its own.

    A role of the platform that is limited to channels sees that of their retailers and fulfillers.
    """
    if scope.is_platform and scope.channel_ids is None:
        return EVERYTHING
    own = _are(company, _served(scope) if scope.is_platform else scope.company_id)
    if scope.is_fulfiller:
        return own
    partners = Company.filter(_partners(scope, Q(status__in=sorted(ACCEPTED))))
    return own | _are(company, Subquery(partners.values("id")))


def _are(column: str, wanted: Subquery | int) -> Q:
    lookup: dict[str, Any] = {f"{column}__in" if isinstance(wanted, Subquery) else column: wanted}
    return Q(**lookup)


def _of_channel(scope: Scope) -> Q:
    """How a retailer's channel works is no fulfiller's business."""
    if scope.is_fulfiller:
        return NOTHING
    own: dict[str, Any] = {} if scope.is_platform else {"channel__retailer_id": scope.company_id}
    return Q(**own, **_in_channels(scope, "channel_id"))


def _stock(scope: Scope) -> Q:
    if scope.is_fulfiller:
        return Q(source__company_id=scope.company_id)
    return _catalogue(scope, "variant__company_id")


def _catalogue(scope: Scope, owner: str) -> Q:
    """What the selling side sees of catalogues: `owner` is the column with the company."""
    if not scope.is_platform:
        return _are(owner, scope.company_id)
    return EVERYTHING if scope.channel_ids is None else _are(owner, _served(scope))


def _variants(scope: Scope) -> Q:
    """A retailer sees its own catalogue, a fulfiller what its sources carry."""
    if not scope.is_fulfiller:
        return _catalogue(scope, "company_id")
    own = Q(company_id=scope.company_id)
    return own | Q(id__in=Subquery(StockLevel.filter(_stock(scope)).values("variant_id")))


def _products(scope: Scope) -> Q:
    if not scope.is_fulfiller:
        return _variants(scope)
    return Q(id__in=Subquery(Variant.filter(_variants(scope)).values("product_id")))


def _readings(scope: Scope) -> Q:
    return Q(company_id=scope.company_id)


def _access(scope: Scope) -> Q:
    """Roles, people and programs: for those who manage them."""
    if not scope.may(Permission.ROLES_MANAGE):
        return NOTHING
    return EVERYTHING if scope.manages_every_company else Q(company_id=scope.company_id)


ALL_OF_ORDER: Final = frozenset({Address, FulfillmentOrder, OrderIssue, OrderLine, Shipment})
RULES: Final[dict[type[Model], Rule]] = {
    Address: _addresses,
    Artwork: _of_line,
    ApiClient: _access,
    Carrier: _everybody,
    CarrierService: _everybody,
    Comment: _comments,
    CommentReading: _readings,
    Company: _companies,
    Connection: _connections,
    FulfillmentOrder: _own_part,
    OfferedService: _offered,
    Order: _orders,
    OrderEvent: _events,
    OrderIssue: _own_part,
    OrderLine: _own_part,
    OrderShare: _shares,
    Payment: _payments,
    PaymentOperation: _payment_operations,
    Product: _products,
    Role: _access,
    RoutingRule: _of_channel,
    SalesChannel: _channels,
    Shipment: _own_part,
    ShipmentItem: _of_parcel,
    ShippingMapping: _of_channel,
    Source: _sources,
    StockLevel: _stock,
    TrackingEvent: _of_parcel,
    User: _access,
    Variant: _variants,
}
"""Every table that can be read. What is not here cannot be reached."""
