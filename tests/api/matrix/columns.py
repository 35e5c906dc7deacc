"""Who may read which column of a row in scope: section 2 of the domain, class by class.

A column with texts or amounts that is not named here fails the matrix: say who reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.api.matrix.oracle import Eyes

Class = Callable[[Eyes, Any], bool]


def _open(_eyes: Eyes, _row: Any) -> bool:
    """Whoever sees the row."""
    return True


def _nobody(_eyes: Eyes, _row: Any) -> bool:
    """What the API never shows."""
    return False


def _selling(eyes: Eyes, _row: Any) -> bool:
    """What is between customer, retailer and platform: no fulfiller's business."""
    return not eyes.fulfiller


def _settings(eyes: Eyes, _row: Any) -> bool:
    """What says whom and what the seller's failures reach: for those who set it."""
    return not eyes.fulfiller and eyes.may("settings.manage")


def _contact(eyes: Eyes, _row: Any) -> bool:
    """The customer's own data, and what was noted about it."""
    return not eyes.fulfiller and eyes.may("pii.view")


def _email(eyes: Eyes, order: Any) -> bool:
    """Fulfillers read it if their connection shares it."""
    if not eyes.fulfiller or not eyes.may("pii.view"):
        return _contact(eyes, order)
    return any(
        one.retailer_id == order.retailer_id and one.fulfiller_id == eyes.company and one.shares_customer_email
        for one in eyes.all("Connection")
    )


def _destination(eyes: Eyes, _row: Any) -> bool:
    """Where goods go, what the shopper put in, what people wrote: whoever makes and ships them reads it too."""
    return eyes.may("pii.view")


def _platform(eyes: Eyes, _row: Any) -> bool:
    return eyes.platform


def _colleagues(eyes: Eyes, row: Any) -> bool:
    """People are named in their own company and to the platform."""
    company = row.author_company_id if hasattr(row, "author_company_id") else row.actor_company_id
    return eyes.platform or company == eyes.company


def _noted(eyes: Eyes, row: Any) -> bool:
    """Notes are read by the same, but for those who read no names."""
    return _colleagues(eyes, row) and _destination(eyes, row)


CLASSES: Final[dict[str, dict[Class, str]]] = {
    "Address": {_destination: "name company street phone", _open: "city region postcode"},
    "ApiClient": {_open: "name key_prefix previous_prefix", _nobody: "key_hash previous_hash"},
    "Artwork": {_open: "checksum", _destination: "url"},
    "Carrier": {_open: "code name tracking_url_pattern"},
    "CarrierService": {_open: "code name"},
    "Comment": {_destination: "body", _colleagues: "author_name"},
    "CommentReading": {},
    "Company": {_open: "code name", _nobody: "email"},
    "Connection": {_open: "replacement_policy"},
    "ErrorRule": {_open: "pattern group message"},
    "FulfillmentOrder": {_open: "number supplier_reference", _destination: "failure"},
    "ManagedReason": {_open: "code label"},
    "OfferedService": {},
    "Order": {
        _open: "number external_ref shipping_method",
        _selling: "status_reason cancel_reason promotion_codes tags metadata items_minor discount_minor "
        "shipping_minor shipping_tax_minor tax_minor total_minor",
        _contact: "hold_note customer_external_id customer_first_name customer_last_name customer_phone",
        _email: "customer_email",
        _nobody: "content_digest",
    },
    "OrderEvent": {_open: "summary data.changes data.reason", _colleagues: "actor_name", _noted: "data.guard"},
    "OrderIssue": {_open: "path message group", _destination: "raw_message", _platform: "raised_by resolved_by"},
    "OrderLine": {
        _open: "external_ref sku name image_url supplier_cost_minor bundle supplier_code appointment_state",
        _selling: "unit_price_minor original_price_minor discount_minor net_minor tax_minor total_minor",
        _destination: "external_url personalisation download_url appointment_place appointment_note",
    },
    "OrderShare": {_open: "status_reason"},
    "Payment": {_open: "method gateway reference authorised_minor captured_minor refunded_minor"},
    "PaymentOperation": {_open: "requested_minor amount_minor response"},
    "Product": {_open: "sku name category"},
    "Role": {_open: "name"},
    "RoutingRule": {_open: "region"},
    "SalesChannel": {_open: "code name", _settings: "notify_addresses tracking_push_url"},
    "SavedView": {_open: "name conditions columns"},
    "Shipment": {_open: "number tracking_number tracking_url box_number", _destination: "tracking_comment"},
    "ShipmentItem": {},
    "ShippingMapping": {_open: "method"},
    "Source": {_open: "code name street city region postcode"},
    "StockLevel": {_open: "supplier_cost_minor status_note"},
    "TrackingEvent": {_open: "place", _destination: "text", _nobody: "external_id"},
    "User": {_open: "name email"},
    "Variant": {
        _open: "sku name required_inputs image_url attributes",
        _selling: "status_note price_minor",
    },
}

SHARED: Final = {"Order": "status status_since stage updated_at closed_at held_until"}
"""Other columns of the whole order, in whose place a fulfiller reads its share."""


def reader(table: str, column: str) -> Class:
    """Who reads a column of a row in scope. KeyError for columns nobody judged yet."""
    for allowed, names in CLASSES[table].items():
        if column in names.split():
            return allowed
    raise KeyError(f"{table}.{column}: say in tests/api/matrix/columns.py who reads it")


def hides(eyes: Eyes, table: str, column: str, row: Any) -> bool:
    """Whether a column without a word of its own is hidden in a row in scope."""
    return eyes.fulfiller and column in SHARED.get(table, "").split()
