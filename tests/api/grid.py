"""Random orders and random filters, and what the filters mean said in plain Python over the same orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import models
from domain.access import CompanyKind, Viewer
from domain.addresses import AddressRole
from domain.fulfillment import FulfillmentStatus
from domain.issues import IssueCode
from domain.orders import OrderOrigin, OrderStatus, OrderType
from domain.shipments import ShipmentStatus
from gql.ids import to_global
from tests.api import rows

NAMES = ("", "Ann", "anna", "Özil", "ÖZIL", "O'Hara", "100%", "a_b")
SKUS, TRACKING, STREETS = ("MUG", "mug", "CUP-1"), (None, "T-1", "T-2"), ("1 Mill Lane", "Mill 2")
PHONES, METHODS, COUNTRIES = ("", "+49 (40) 1-2", "+49 409"), ("CARD", "card", "PAYPAL"), ("DE", "FR")
TODAY = date(2026, 3, 2)
DAYS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
MOMENTS = tuple(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in range(3))
NOT_SHIPPED = set(OrderStatus) - {"SHIPPED", "DELIVERED", "COMPLETE", "CANCELLED", "RETURNED", "ABANDONED"}
NOT_ARRIVED = NOT_SHIPPED | {"SHIPPED"}
ORDERS = 40


@dataclass
class Part:
    """What one supplier has of an order."""

    supplier: str
    sku: str
    carrier: str | None
    status: OrderStatus
    tracking: str | None
    late: bool


@dataclass
class Told:
    """An order, as the test made it."""

    order: models.Order
    channel: str
    skus: list[str]
    address: dict[str, Any] | None
    methods: list[str]
    issues: list[tuple[IssueCode, bool, str | None]]
    parts: list[Part] = field(default_factory=list)

    @property
    def id(self) -> str:
        return to_global("Order", self.order.id)

    def seen_by(self, supplier: str | None) -> list[Part]:
        return [part for part in self.parts if supplier in (None, part.supplier)]


@dataclass
class Grid:
    """Everything there is, and who may ask."""

    told: list[Told]
    viewers: dict[str, tuple[Viewer, Callable[[Told], bool], str | None]]
    """By name: the viewer, which orders it sees, and the supplier it is."""


async def open_grid(seed: int = 1) -> Grid:
    random = Random(seed)
    home = await rows.company("home", CompanyKind.PLATFORM)
    acme = await rows.company("acme", CompanyKind.RETAILER)
    suppliers = {code: await rows.company(code, CompanyKind.FULFILLER) for code in ("ink", "jet")}
    places = {code: await rows.source(company) for code, company in suppliers.items()}
    channels = {code: await rows.channel(acme, code) for code in ("web", "shop")}
    services = {None: None}
    for code in ("swift", "heron"):
        carrier = await models.Carrier.create(code=code, name=code)
        services[code] = await models.CarrierService.create(carrier=carrier, code="std", name="Std")
    told = []
    for _ in range(ORDERS):
        one = await _order(random, channels)
        for code in random.sample(["ink", "jet"], random.randint(0, 2)):
            one.parts.append(await _part(random, one, code, suppliers[code], places[code], services))
        told.append(one)
    everything = rows.viewer(home, "agent")
    return Grid(
        told,
        {
            "agent": (everything, lambda _: True, None),
            "retailer of one channel": (
                rows.viewer(acme, "retailer", [channels["web"]]), lambda one: one.channel == "web", None
            ),
            "partner": (rows.viewer(acme, "partner"), lambda _: True, None),
            "viewer": (rows.viewer(home, "viewer"), lambda _: True, None),
            "ink": (
                rows.viewer(suppliers["ink"], "fulfiller"), lambda one: bool(one.seen_by("ink")), "ink",
            ),
        },
    )  # fmt: skip


async def _order(random: Random, channels: dict[str, models.SalesChannel]) -> Told:
    code = random.choice(list(channels))
    order = await rows.order(
        channels[code],
        placed_at=random.choice(MOMENTS),
        status=random.choice(list(OrderStatus)),
        type=random.choice(list(OrderType)),
        origin=random.choice(list(OrderOrigin)[:3]),
        urgent=random.random() < 0.5,
        customer_first_name=random.choice(NAMES),
        customer_last_name=random.choice(NAMES),
        customer_email=random.choice(("", "Ann@x.example", "bob_1@x.example")),
        customer_phone=random.choice(PHONES),
        language=random.choice((None, "de", "EN")),
        required_dispatch_date=random.choice(DAYS),
        expected_delivery=random.choice(DAYS),
    )
    address = None
    if random.random() < 0.8:
        made = await rows.address(order, AddressRole.SHIPPING, random.choice(("Ann", "Özil")))
        made.street, made.phone = [random.choice(STREETS), "Back door"], random.choice(PHONES)
        made.postcode, made.country_code = random.choice(("20457", "sw1A 1")), random.choice(COUNTRIES)
        await made.save()
        address = {name: getattr(made, name) for name in ("name", "company", "city", "postcode", "phone")}
        address |= {"street": made.street[0], "country": made.country_code}
    skus = random.sample(SKUS, random.randint(0, 2))
    for sku in skus:
        await rows.line(order, sku)
    methods = random.sample(METHODS, random.randint(0, 2))
    for method in methods:
        payment = await rows.payment(order)
        await models.Payment.filter(id=payment.id).update(method=method)
    issues = []
    for _ in range(random.randint(0, 2)):
        kind, blocking, done = random.choice(list(IssueCode)[:2]), random.random() < 0.5, random.random() < 0.4
        await rows.issue(order, "!", code=kind, blocking=blocking, resolved_at=MOMENTS[0] if done else None)
        issues += [] if done else [(kind, blocking, None)]
    return Told(order, code, skus, address, methods, issues)


async def _part(random: Random, one: Told, code: str, company: Any, place: Any, services: Any) -> Part:
    carrier, expected, sku = random.choice(list(services)), random.choice(DAYS), random.choice(SKUS)
    status, state = random.choice(list(OrderStatus)), random.choice(list(FulfillmentStatus))
    made = await rows.fulfillment(one.order, company, place, sku, status=status)
    made.service, made.expected_delivery, made.status = services[carrier], expected, state
    await made.save()
    late = expected is not None and expected < TODAY and state not in ("DELIVERED", "CANCELLED")
    tracking = random.choice(TRACKING)
    if tracking is not None:
        parcel = await rows.shipment(made, tracking)
        due, stand = random.choice(DAYS), random.choice(list(ShipmentStatus))
        gone = MOMENTS[0] if stand == "DELETED" else None
        await models.Shipment.filter(id=parcel.id).update(expected_delivery=due, status=stand, deleted_at=gone)
        ended = stand in ("DELIVERED", "RETURNED_TO_SENDER", "DELETED")
        late = late or (due is not None and due < TODAY and not ended)
        tracking = None if gone else tracking
    if random.random() < 0.3:
        await rows.issue(one.order, "!", code=IssueCode.OUT_OF_STOCK, blocking=True, fulfiller_id=company.id)
        one.issues.append((IssueCode.OUT_OF_STOCK, True, code))
    return Part(code, sku, carrier, status, tracking, late)


# ---- what filters mean


def values(one: Told, name: str, supplier: str | None) -> Iterable[Any]:
    """Every value an order has of a field of the vocabulary, for a viewer."""
    order, parts, address = one.order, one.seen_by(supplier), one.address or {}
    mine = supplier is not None
    statuses = [part.status for part in parts] if mine else [order.status]
    issues = [issue for issue in one.issues if supplier in (None, issue[2])]
    overdue = order.required_dispatch_date is not None and order.required_dispatch_date < TODAY
    due = order.expected_delivery is not None and order.expected_delivery < TODAY
    return {
        "order_id": [order.number],
        "external_reference": [order.external_ref],
        "origin_date": [order.placed_at],
        "store": [one.channel],
        "status": statuses,
        "order_type": [order.type],
        "origin": [order.origin],
        "urgent": [order.urgent],
        "language": [order.language],
        "required_dispatch_date": [order.required_dispatch_date],
        "customer_first_name": [order.customer_first_name],
        "customer_last_name": [order.customer_last_name],
        "customer_email": [order.customer_email],
        "telephone": [*([] if mine else [order.customer_phone]), address.get("phone")],
        "shipping_address": [address.get(part) for part in ("name", "company", "street", "city")],
        "postcode": [address.get("postcode")],
        "country": [address.get("country")],
        "requested_to": [f"{part.supplier}-main" for part in parts],
        "supplier": [part.supplier for part in parts],
        "carrier": [part.carrier for part in parts],
        "sku": [part.sku for part in parts] + ([] if mine else one.skus),
        "tracking_number": [part.tracking for part in parts],
        "payment_method": one.methods,
        "has_open_issue": [bool(issues)],
        "has_blocking_issue": [any(blocking for _, blocking, _ in issues)],
        "issue_code": [code for code, _, _ in issues],
        "dispatch_overdue": [overdue and bool(NOT_SHIPPED & set(statuses))],
        "delivery_overdue": [(due and bool(NOT_ARRIVED & set(statuses))) or any(part.late for part in parts)],
    }[name]


ALIKE = {"customer_first_name", "customer_last_name", "customer_email", "shipping_address", "postcode"} | {
    "order_id", "external_reference", "payment_method"
}  # fmt: skip


def passes(one: Told, name: str, operator: str, wanted: list[Any], supplier: str | None) -> bool:
    """Whether one of an order's values passes a test."""
    held = [value for value in values(one, name, supplier) if value is not None]
    if name == "telephone":
        held, wanted = [_dialled(value) for value in held], [_dialled(value) for value in wanted]
    elif name in ALIKE or operator == "like":
        held, wanted = [value.lower() for value in held], [value.lower() for value in wanted]
    if operator == "isnull":
        return not [value for value in held if value != "" or name not in {*ALIKE, "telephone"}]
    return any(_COMPARED[operator](value, wanted) for value in held)


def _dialled(text: str) -> str:
    return re.sub(r"[ \-()/.]", "", text)


_COMPARED: dict[str, Callable[[Any, list[Any]], bool]] = {
    "eq": lambda value, wanted: value in wanted,
    "in": lambda value, wanted: value in wanted,
    "gt": lambda value, wanted: value > wanted[0],
    "ge": lambda value, wanted: value >= wanted[0],
    "lt": lambda value, wanted: value < wanted[0],
    "le": lambda value, wanted: value <= wanted[0],
    "starts": lambda value, wanted: value.startswith(wanted[0]),
    "like": lambda value, wanted: bool(re.fullmatch(_pattern(wanted[0]), value, re.DOTALL)),
}


def _pattern(like: str) -> str:
    parts = re.findall(r"\\.|.", like, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
