"""Who may see which row: section 2 of the domain, said once more over plain Python objects.

Shares nothing with `models.visibility`: whatever the two do not agree on is a wrong cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tortoise.models import Model

from domain.access import Viewer

Rows = Mapping[str, Mapping[int, Any]]
"""Every row of the database, by table and key."""


class Eyes:
    """What one viewer may see."""

    def __init__(self, viewer: Viewer, rows: Rows) -> None:
        scope = viewer.scope
        self.viewer, self.rows = viewer, rows
        self.company: int = scope.company_id
        self.kind: str = scope.company_kind.value
        self.channels = scope.channel_ids
        self._seen: dict[tuple[str, int], bool] = {}

    def may(self, permission: str) -> bool:
        return permission in {one.value for one in self.viewer.scope.permissions}

    @property
    def platform(self) -> bool:
        return self.kind == "PLATFORM"

    @property
    def retailer(self) -> bool:
        return self.kind == "RETAILER"

    @property
    def fulfiller(self) -> bool:
        return self.kind == "FULFILLER"

    def sees(self, row: Model | None) -> bool:
        """Whether the row is in the viewer's scope. KeyError for tables nobody judged yet."""
        if row is None or not self.may("orders.view"):
            return False
        table = type(row).__name__
        place = (table, row.pk)
        if place not in self._seen:
            self._seen[place] = ROWS[table](self, row)
        return self._seen[place]

    def all(self, table: str) -> list[Any]:
        """The rows of a table, whoever sees them."""
        return list(self.rows[table].values())

    def within(self, channel: int | None) -> bool:
        """Whether the role is for this sales channel too."""
        return self.channels is None or channel in self.channels

    def serves(self, retailer: int) -> bool:
        """Whether a role of the platform is for a channel of this retailer."""
        return any(one.retailer_id == retailer and self.within(one.id) for one in self.all("SalesChannel"))


def _order(eyes: Eyes, order: Any) -> bool:
    if not eyes.within(order.channel_id):
        return False
    if eyes.fulfiller:
        return any(
            part.order_id == order.id and part.fulfiller_id == eyes.company
            for part in eyes.all("FulfillmentOrder")
        )
    return eyes.platform or order.retailer_id == eyes.company


def _of_order(eyes: Eyes, row: Any) -> bool:
    return eyes.sees(eyes.rows["Order"][row.order_id])


def _of_part(eyes: Eyes, row: Any) -> bool:
    """A fulfilment order, or what concerns one fulfiller."""
    return _of_order(eyes, row) and (not eyes.fulfiller or row.fulfiller_id == eyes.company)


def _line(eyes: Eyes, line: Any) -> bool:
    if not eyes.fulfiller:
        return _of_order(eyes, line)
    return line.fulfillment_order_id is not None and eyes.sees(
        eyes.rows["FulfillmentOrder"][line.fulfillment_order_id]
    )


def _parcel(eyes: Eyes, parcel: Any) -> bool:
    return eyes.sees(eyes.rows["FulfillmentOrder"][parcel.fulfillment_order_id])


def _of_parcel(eyes: Eyes, row: Any) -> bool:
    return eyes.sees(eyes.rows["Shipment"][row.shipment_id])


def _address(eyes: Eyes, address: Any) -> bool:
    return _of_order(eyes, address) and (not eyes.fulfiller or address.role == "SHIPPING")


def _payment(eyes: Eyes, payment: Any) -> bool:
    return _of_order(eyes, payment) and not eyes.fulfiller and eyes.may("payments.view")


def _hears(eyes: Eyes, row: Any) -> bool:
    """Who is meant: the platform alone, the retailer too, one fulfiller too, or that fulfiller alone."""
    if eyes.platform:
        return bool(row.audience != "FULFILLER")
    if eyes.retailer:
        return row.audience in ("RETAILER", "SHARED")
    return row.audience in ("SHARED", "FULFILLER") and row.fulfiller_id == eyes.company


def _comment(eyes: Eyes, comment: Any) -> bool:
    for_all = comment.audience == "SHARED" and comment.fulfiller_id is None
    return _of_order(eyes, comment) and (for_all or _hears(eyes, comment))


_EVENTS_NEED: Final = {"PAYMENT": "payments.view", "REFUND": "payments.view", "ACCESS": "roles.manage"}


def _event(eyes: Eyes, event: Any) -> bool:
    needed = _EVENTS_NEED.get(event.kind)
    if (needed and not eyes.may(needed)) or not _hears(eyes, event) or not eyes.within(event.channel_id):
        return False
    if event.order_id is not None:
        return eyes.fulfiller or _of_order(eyes, event)
    return not eyes.retailer or event.retailer_id == eyes.company


def _connection(eyes: Eyes, link: Any) -> bool:
    if eyes.platform:
        return eyes.channels is None or eyes.serves(link.retailer_id)
    return eyes.company in (link.retailer_id, link.fulfiller_id)


def _partners(eyes: Eyes, *, accepted: bool = False) -> set[int]:
    """Companies the viewer works with: by connections (`accepted`: that were), or by orders."""
    links = [one for one in eyes.all("Connection") if eyes.sees(one) and (not accepted or one.status != "INVITED")]
    parts = [one for one in eyes.all("FulfillmentOrder") if eyes.sees(one)]
    if eyes.fulfiller:
        return {one.retailer_id for one in links} | {eyes.rows["Order"][one.order_id].retailer_id for one in parts}
    return {one.fulfiller_id for one in links} | {one.fulfiller_id for one in parts}


def _company(eyes: Eyes, company: Any) -> bool:
    if eyes.platform and (eyes.channels is None or eyes.serves(company.id)):
        return True
    return company.id == eyes.company or company.kind == "PLATFORM" or company.id in _partners(eyes)


def _channel(eyes: Eyes, channel: Any) -> bool:
    if eyes.fulfiller:
        return any(order.channel_id == channel.id and eyes.sees(order) for order in eyes.all("Order"))
    return eyes.within(channel.id) and (eyes.platform or channel.retailer_id == eyes.company)


def _of_channel(eyes: Eyes, row: Any) -> bool:
    return not eyes.fulfiller and eyes.sees(eyes.rows["SalesChannel"][row.channel_id])


def _run_by(eyes: Eyes, company: int) -> bool:
    """What a company offers is for itself, its retailers, and those of the platform who serve these."""
    if eyes.platform and eyes.channels is None:
        return True
    own = eyes.serves(company) if eyes.platform else company == eyes.company
    return own or (not eyes.fulfiller and company in _partners(eyes, accepted=True))


def _catalogue(eyes: Eyes, company: int) -> bool:
    if eyes.platform:
        return eyes.channels is None or eyes.serves(company)
    return company == eyes.company


def _variant(eyes: Eyes, variant: Any) -> bool:
    if eyes.fulfiller:
        return any(one.variant_id == variant.id and eyes.sees(one) for one in eyes.all("StockLevel"))
    return _catalogue(eyes, variant.company_id)


def _product(eyes: Eyes, product: Any) -> bool:
    if eyes.fulfiller:
        return any(one.product_id == product.id and eyes.sees(one) for one in eyes.all("Variant"))
    return _catalogue(eyes, product.company_id)


def _stock(eyes: Eyes, level: Any) -> bool:
    if eyes.fulfiller:
        return bool(eyes.rows["Source"][level.source_id].company_id == eyes.company)
    return eyes.sees(eyes.rows["Variant"][level.variant_id])


def _access(eyes: Eyes, row: Any) -> bool:
    everywhere = eyes.platform and eyes.channels is None
    return eyes.may("roles.manage") and (everywhere or row.company_id == eyes.company)


def _own(eyes: Eyes, row: Any) -> bool:
    """What a person or program keeps for itself."""
    if row.user_id is not None:
        return bool(row.user_id == eyes.viewer.user_id)
    return bool(row.api_client_id == eyes.viewer.api_client_id)


def _share(eyes: Eyes, share: Any) -> bool:
    return eyes.fulfiller and share.fulfiller_id == eyes.company and _of_order(eyes, share)


ROWS: Final[dict[str, Callable[[Eyes, Any], bool]]] = {
    "Address": _address,
    "ApiClient": _access,
    "Artwork": lambda eyes, row: eyes.sees(eyes.rows["OrderLine"][row.line_id]),
    "Carrier": lambda eyes, row: True,
    "CarrierService": lambda eyes, row: True,
    "Comment": _comment,
    "CommentReading": lambda eyes, row: row.company_id == eyes.company and _of_order(eyes, row),
    "Company": _company,
    "Connection": _connection,
    "ErrorRule": lambda eyes, row: eyes.sees(eyes.rows["Connection"][row.connection_id]),
    "FulfillmentOrder": _of_part,
    "ManagedReason": _of_channel,
    "OfferedService": lambda eyes, row: _run_by(eyes, row.fulfiller_id),
    "Order": _order,
    "OrderEvent": _event,
    "OrderIssue": _of_part,
    "OrderLine": _line,
    "OrderShare": _share,
    "Payment": _payment,
    "PaymentOperation": lambda eyes, row: eyes.sees(eyes.rows["Payment"][row.payment_id]),
    "Product": _product,
    "Role": _access,
    "RoutingRule": _of_channel,
    "SalesChannel": _channel,
    "SavedView": _own,
    "Shipment": _parcel,
    "ShipmentItem": _of_parcel,
    "ShippingMapping": _of_channel,
    "Source": lambda eyes, row: _run_by(eyes, row.company_id),
    "StockLevel": _stock,
    "TrackingEvent": _of_parcel,
    "User": _access,
    "Variant": _variant,
}
"""Every table: a new one must be judged here before anybody can read it."""
