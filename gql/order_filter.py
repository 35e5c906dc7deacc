"""What orders are filtered by, typed; and what each condition means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

import strawberry

import models
from domain.conditions import Condition, Either, Every, FilterWrong, Opposite, Path, Test, size, tests, weight
from domain.conditions import Operator as Op
from domain.filter_expression import MOST_NESTING, MOST_VALUES, parse
from domain.issues import IssueCode
from domain.listing import Listing
from domain.order_fields import ORDER_FIELDS
from domain.orders import OrderOrigin, OrderStatus, OrderType
from gql.enums import expose
from gql.ids import from_global, key_of
from gql.scalars import JSON
from gql.texts import looked_up, searched_for

MOST_TESTS: Final = 50
MOST_PARTS: Final = 200
"""Filters, expressions and conditions in one filter, those that say nothing included."""
MOST_VALUES_ALTOGETHER: Final = 200
"""Databases take some 32,000 values in a statement; a text has four spellings, an address four columns."""
MOST_WORDS: Final = 8
BEGINS: Final = "begins with this, upper and lower case alike"
NEEDS_PII: Final = "Refused without the permission `pii.view` and for fulfillers."


class Overdue(Listing):
    """What is late. A date is past from the day after it, UTC."""

    DISPATCH = "DISPATCH", "The required dispatch date is past and something has not shipped."
    DELIVERY = "DELIVERY", "The order, a fulfilment order or a parcel should have arrived and has not."


expose(Overdue)


def _field(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=None, description=description, name=name)


@strawberry.input(
    description="Which orders; all conditions that are given must hold. With `and`, `or`, `not` and `expression` "
    "it has at most 50 conditions with 200 values altogether, nested at most 8 deep. Conditions on what the "
    "viewer reads masked or not at all are refused: whether an order is found would tell."
)
class OrderFilter:
    """Conditions on orders."""

    id: list[strawberry.ID] | None = _field("One of these, by global id; at most 100.")
    number: str | None = _field(f"The platform's number {BEGINS}.")
    external_reference: str | None = _field(f"The sales channel's number {BEGINS}.")
    status: list[OrderStatus] | None = _field("In one of these statuses; for a fulfiller, those of its own part.")
    type: list[OrderType] | None = _field("Exists for one of these reasons.")
    origin: list[OrderOrigin] | None = _field("Came in one of these ways.")
    channel: list[str] | None = _field("Sold through one of these sales channels, by code.")
    text: str | None = _field(
        "Every word of this text occurs, upper or lower case alike, in number, external reference, a line's SKU, "
        "the customer's name, e-mail or telephone, or name, firm, first line of the street, city or postcode of "
        "the delivery address. What is hidden from or masked for the viewer is never searched. The one condition "
        "that reads through the orders where the database has no index of parts of words.",
    )
    placed_from: datetime | None = _field("Placed at this time or later.")
    placed_to: datetime | None = _field("Placed before this time.")
    customer_first_name: str | None = _field(f"The customer's first name {BEGINS}. {NEEDS_PII}")
    customer_last_name: str | None = _field(f"The customer's last name {BEGINS}. {NEEDS_PII}")
    customer_email: str | None = _field(f"The customer's e-mail address {BEGINS}. {NEEDS_PII}")
    phone: str | None = _field(
        "The telephone number of the customer or of the delivery address, for a fulfiller of the latter, begins "
        "with this; spaces and - ( ) / . do not count. Refused without the permission `pii.view`."
    )
    shipping_address: str | None = _field(
        "Name, firm, first line of the street or city of the delivery address "
        f"{BEGINS}. Refused without the permission `pii.view`."
    )
    postcode: str | None = _field(f"The postcode of the delivery address {BEGINS}.")
    source: list[str] | None = _field(
        "Has a fulfilment order that went to one of these sources, by code; a fulfiller finds its own."
    )
    supplier: str | None = _field("Has a fulfilment order of this fulfiller, by its code or global id.")
    carrier: list[str] | None = _field(
        "Has a fulfilment order or a parcel with one of these carriers, by code; a fulfiller finds its own."
    )
    tracking_number: str | None = _field("Has a parcel, not deleted, with exactly this tracking number.")
    sku: str | None = _field("Has a line with exactly this SKU.")
    payment_method: list[str] | None = _field(
        "Is paid by one of these methods, upper and lower case alike. Refused without the permission "
        "`payments.view` and for fulfillers."
    )
    has_open_issue: bool | None = _field("True: an issue is open; false: none is.")
    has_blocking_issue: bool | None = _field("True: an open issue blocks it; false: none does.")
    issue_code: list[IssueCode] | None = _field("Has an open issue with one of these codes.")
    overdue: list[Overdue] | None = _field("Is late in one of these ways.")
    and_: list[OrderFilter] | None = _field("All of these hold as well.", "and")
    or_: list[OrderFilter] | None = _field("At least one of these holds as well; one or more.", "or")
    not_: OrderFilter | None = _field(
        "This does not hold. Orders without a value count: the opposite of a condition is everything else.", "not"
    )
    expression: JSON | None = _field(
        'A filter expression holds as well: `{exp: "ge", args: [{exp: "field", args: [{value: "origin_date"}]}, '
        '{value: "2026-01-01T00:00:00+00:00", type: "datetime"}]}`. Operators: eq, neq, gt, ge, lt, le, in, nin, '
        "like, isnull, not, and, or. The guide to filtering lists the fields."
    )


def condition(wanted: OrderFilter, path: Path = ("filter",)) -> Condition:
    """What a filter means. Raises FilterWrong, and BAD_REQUEST or MALFORMED_ID for texts and ids."""
    found = _every(wanted, path, 1)
    if size(found) > MOST_PARTS or sum(1 for _ in tests(found)) > MOST_TESTS:
        raise FilterWrong(f"A filter has at most {MOST_TESTS} conditions.", path)
    if weight(found) > MOST_VALUES_ALTOGETHER:
        raise FilterWrong(f"The conditions of a filter have at most {MOST_VALUES_ALTOGETHER} values.", path)
    return found


def as_json(wanted: OrderFilter) -> dict[str, Any]:
    """The filter as a client writes it into a variable."""
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return {_spoken(name.rstrip("_")): _as_json(value) for name, value in given.items() if value is not None}


def _as_json(value: Any) -> Any:
    if isinstance(value, OrderFilter):
        return as_json(value)
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    if isinstance(value, Listing):
        return value.name
    return value.isoformat() if isinstance(value, datetime) else value


def _every(wanted: OrderFilter, path: Path, depth: int) -> Every:
    if depth > MOST_NESTING:
        raise FilterWrong(f"Filters are nested at most {MOST_NESTING} deep.", path)
    return Every((*_tests(wanted, path), *_joined(wanted, path, depth)))


def _joined(wanted: OrderFilter, path: Path, depth: int) -> Iterator[Condition]:
    for name, given in (("and", wanted.and_), ("or", wanted.or_)):
        if given is not None:
            parts = tuple(_every(one, (*path, name, place), depth + 1) for place, one in enumerate(given))
            if name == "or" and not parts:
                raise FilterWrong("`or` takes one filter or more.", (*path, name))
            yield Every(parts) if name == "and" else Either(parts)
    if wanted.not_ is not None:
        yield Opposite(_every(wanted.not_, (*path, "not"), depth + 1))
    if wanted.expression is not None:
        yield parse(wanted.expression, ORDER_FIELDS, (*path, "expression"))


def _tests(wanted: OrderFilter, path: Path) -> Iterator[Condition]:
    for name, meaning in MEANINGS.items():
        given = getattr(wanted, name)
        if given is None:
            continue
        at = (*path, _spoken(name))
        values = given if isinstance(given, list) else [given]
        if len(values) > MOST_VALUES:
            raise FilterWrong(f"At most {MOST_VALUES} values.", at)
        yield Test(meaning.field, meaning.operator, tuple(meaning.read(value) for value in values), at)
    if wanted.text is not None:
        at = (*path, "text")
        words = searched_for(wanted.text).split()
        if len(words) > MOST_WORDS:
            raise FilterWrong(f"At most {MOST_WORDS} words can be searched for at once.", at)
        yield from (Test("text", Op.CONTAINS, (word,), at) for word in words)
    if wanted.overdue is not None:
        late = tuple(Test(_LATE[one], Op.EQ, (True,), (*path, "overdue")) for one in dict.fromkeys(wanted.overdue))
        yield late[0] if len(late) == 1 else Either(late)


def _spoken(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


Read = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The field of the vocabulary a condition tests, how, and how its values are read."""

    field: str
    operator: Op
    read: Read


def _text(model: type[Any], column: str) -> Read:
    return lambda value: looked_up(value, model, column)


def _listed(value: Listing) -> str:
    return value.value


def _as_it_is(value: object) -> object:
    return value


def _company(value: str) -> object:
    if value.startswith("Q29tcGFueT"):  # "Company:" in base64
        name, key = from_global(value)
        if name == "Company":
            return key
    return looked_up(value, models.Company, "code")


_ORDER, _ADDRESS = models.Order, models.Address
_LATE: Final = {Overdue.DISPATCH: "dispatch_overdue", Overdue.DELIVERY: "delivery_overdue"}
MEANINGS: Final[dict[str, Meaning]] = {
    "id": Meaning("id", Op.IN, lambda value: key_of("Order", value)),
    "number": Meaning("order_id", Op.STARTS, _text(_ORDER, "number")),
    "external_reference": Meaning("external_reference", Op.STARTS, _text(_ORDER, "external_ref")),
    "status": Meaning("status", Op.IN, _listed),
    "type": Meaning("order_type", Op.IN, _listed),
    "origin": Meaning("origin", Op.IN, _listed),
    "channel": Meaning("store", Op.IN, _text(models.SalesChannel, "code")),
    "placed_from": Meaning("origin_date", Op.GE, _as_it_is),
    "placed_to": Meaning("origin_date", Op.LT, _as_it_is),
    "customer_first_name": Meaning("customer_first_name", Op.STARTS, _text(_ORDER, "customer_first_name")),
    "customer_last_name": Meaning("customer_last_name", Op.STARTS, _text(_ORDER, "customer_last_name")),
    "customer_email": Meaning("customer_email", Op.STARTS, _text(_ORDER, "customer_email")),
    "phone": Meaning("telephone", Op.STARTS, _text(_ORDER, "customer_phone")),
    "shipping_address": Meaning("shipping_address", Op.STARTS, _text(_ADDRESS, "name")),
    "postcode": Meaning("postcode", Op.STARTS, _text(_ADDRESS, "postcode")),
    "source": Meaning("requested_to", Op.IN, _text(models.Source, "code")),
    "supplier": Meaning("supplier", Op.IN, _company),
    "carrier": Meaning("carrier", Op.IN, _text(models.Carrier, "code")),
    "tracking_number": Meaning("tracking_number", Op.EQ, _text(models.Shipment, "tracking_number")),
    "sku": Meaning("sku", Op.EQ, _text(models.OrderLine, "sku")),
    "payment_method": Meaning("payment_method", Op.IN, _text(models.Payment, "method")),
    "has_open_issue": Meaning("has_open_issue", Op.EQ, _as_it_is),
    "has_blocking_issue": Meaning("has_blocking_issue", Op.EQ, _as_it_is),
    "issue_code": Meaning("issue_code", Op.IN, _listed),
}
"""Every condition that tests one field; `text` and `overdue` test several."""
