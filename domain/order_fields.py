"""What orders can be filtered by, by name: the vocabulary of filter expressions, and of what typed filters become.

The names are those of S2's expressions where S2 has one (`origin_date`, `store`, `requested_to`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.conditions import Operator
from domain.issues import IssueCode
from domain.listing import Listing
from domain.orders import CustomerType, HoldReason, OrderOrigin, OrderStatus, OrderType


class FieldKind(Listing):
    """What the values of a field are. The value is what a filter expression calls the type."""

    TEXT = "string", "Text; upper and lower case alike where the field says so."
    CODE = "code", "One of a list of codes; written as a string."
    DATETIME = "datetime", "A moment, ISO 8601 with an offset."
    DATE = "date", "A day, `2026-01-31`."
    BOOLEAN = "boolean", "True or false."


O = Operator  # noqa: E741  the table reads better
OPERATORS: Final[dict[FieldKind, frozenset[Operator]]] = {
    FieldKind.TEXT: frozenset({O.EQ, O.IN, O.LIKE, O.ISNULL}),
    FieldKind.CODE: frozenset({O.EQ, O.IN, O.ISNULL}),
    FieldKind.DATETIME: frozenset({O.EQ, O.IN, O.GT, O.GE, O.LT, O.LE, O.ISNULL}),
    FieldKind.DATE: frozenset({O.EQ, O.IN, O.GT, O.GE, O.LT, O.LE, O.ISNULL}),
    FieldKind.BOOLEAN: frozenset({O.EQ}),
}
"""What an expression may compare a field of each kind by; `neq` and `nin` come with `eq` and `in`."""


@dataclass(frozen=True, slots=True)
class OrderField:
    """One name of the vocabulary."""

    kind: FieldKind
    about: str
    choices: type[Listing] | None = None
    """The list its codes are from; None: codes of master data."""


_K = FieldKind
ORDER_FIELDS: Final[dict[str, OrderField]] = {
    "order_id": OrderField(_K.TEXT, "The platform's number of the order; upper and lower case alike."),
    "external_reference": OrderField(_K.TEXT, "The sales channel's number; upper and lower case alike."),
    "origin_date": OrderField(_K.DATETIME, "When the customer ordered."),
    "received_at": OrderField(_K.DATETIME, "When it was pulled into the system."),
    "updated_at": OrderField(_K.DATETIME, "When it last changed; for a fulfiller, its own status."),
    "store": OrderField(_K.CODE, "Code of the sales channel."),
    "status": OrderField(_K.CODE, "Where it stands; for a fulfiller, its own part.", OrderStatus),
    "order_type": OrderField(_K.CODE, "Why it exists.", OrderType),
    "origin": OrderField(_K.CODE, "How it came in.", OrderOrigin),
    "hold_reason": OrderField(_K.CODE, "Why it is held; not for fulfillers.", HoldReason),
    "urgent": OrderField(_K.BOOLEAN, "Whether it goes first."),
    "currency": OrderField(_K.TEXT, "ISO 4217 code of its amounts."),
    "language": OrderField(_K.TEXT, "The customer's language."),
    "vat_country": OrderField(_K.TEXT, "Country whose value added tax applies."),
    "shipping_method": OrderField(_K.TEXT, "The method the customer chose, as the channel calls it."),
    "required_dispatch_date": OrderField(_K.DATE, "When it must have left."),
    "expected_delivery": OrderField(_K.DATE, "When it should arrive, as the order says."),
    "customer_id": OrderField(_K.TEXT, "The channel's own id of the customer."),
    "customer_type": OrderField(_K.CODE, "Whether the customer has an account.", CustomerType),
    "customer_first_name": OrderField(_K.TEXT, "First name; upper and lower case alike."),
    "customer_last_name": OrderField(_K.TEXT, "Last name; upper and lower case alike."),
    "customer_email": OrderField(_K.TEXT, "E-mail address; upper and lower case alike."),
    "telephone": OrderField(
        _K.TEXT,
        "Telephone number of the customer or of the delivery address, for a fulfiller of the latter; spaces and "
        "the signs - ( ) / . do not count.",
    ),
    "shipping_address": OrderField(
        _K.TEXT,
        "Name, firm, first line of the street or city of the delivery address; upper and lower case alike.",
    ),
    "postcode": OrderField(_K.TEXT, "Postcode of the delivery address; upper and lower case alike."),
    "country": OrderField(_K.TEXT, "Country of the delivery address, ISO 3166-1 alpha-2."),
    "requested_to": OrderField(_K.CODE, "Codes of the sources its fulfilment orders went to."),
    "supplier": OrderField(_K.CODE, "Codes of the companies that fulfil it."),
    "carrier": OrderField(_K.CODE, "Codes of the carriers of its fulfilment orders and parcels."),
    "sku": OrderField(_K.TEXT, "SKUs of its lines."),
    "tracking_number": OrderField(_K.TEXT, "Tracking numbers of its parcels, deleted ones left out."),
    "payment_method": OrderField(_K.TEXT, "Methods of its payments; upper and lower case alike."),
    "has_open_issue": OrderField(_K.BOOLEAN, "Whether an issue is open."),
    "has_blocking_issue": OrderField(_K.BOOLEAN, "Whether an open issue blocks it."),
    "issue_code": OrderField(_K.CODE, "Codes of its open issues.", IssueCode),
    "dispatch_overdue": OrderField(
        _K.BOOLEAN, "Whether its required dispatch date is past (UTC) and something of it has not shipped."
    ),
    "delivery_overdue": OrderField(
        _K.BOOLEAN,
        "Whether the expected delivery of the order, a fulfilment order or a parcel is past (UTC) and it has not "
        "arrived.",
    ),
}

_S = OrderStatus
NOT_SHIPPED: Final = frozenset(
    {
        _S.NEW,
        _S.RECEIVED,
        _S.ON_HOLD,
        _S.PROCESSING,
        _S.IN_PRODUCTION,
        _S.READY_TO_SHIP,
        _S.PARTIALLY_SHIPPED,
        _S.PARTIALLY_CLOSED,
        _S.FAILED,
    }
)
"""Something is still to be shipped."""
NOT_ARRIVED: Final = NOT_SHIPPED | {_S.SHIPPED}
"""Something is still to arrive."""
