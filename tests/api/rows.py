"""Rows for tests of reads, written straight into the tables."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import models
from domain.access import BUILT_IN_ROLES, CompanyKind, Permission, Scope, Viewer
from domain.addresses import AddressRole
from domain.catalog import DeliveryMode, ItemKind, SourceKind
from domain.events import ActorKind, Audience, EventKind
from domain.fulfillment import FulfillmentStatus
from domain.issues import IssueCode
from domain.orders import OrderOrigin, OrderStage, OrderStatus
from domain.payments import OperationStatus, PaymentEvent, PaymentStatus
from domain.shipments import TrackingCode

START = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def viewer(company: models.Company, role: str, channels: list[models.SalesChannel] | None = None) -> Viewer:
    """Somebody of a company with one of the roles every installation starts with."""
    permissions = next(built_in.permissions for built_in in BUILT_IN_ROLES if built_in.code == role)
    limit = None if channels is None else frozenset(channel.id for channel in channels)
    scope = Scope(company.id, company.kind, permissions, limit)
    return Viewer(f"{role} of {company.code}", scope, user_id=1, role=role)


def without(viewer: Viewer, permission: Permission) -> Viewer:
    """The same viewer with one permission less."""
    scope = viewer.scope
    less = Scope(scope.company_id, scope.company_kind, scope.permissions - {permission}, scope.channel_ids)
    return Viewer(viewer.name, less, user_id=viewer.user_id, role=viewer.role)


async def company(code: str, kind: CompanyKind) -> models.Company:
    return await models.Company.create(code=code, name=f"{code} Inc", kind=kind)


async def channel(retailer: models.Company, code: str, currency: str = "EUR") -> models.SalesChannel:
    return await models.SalesChannel.create(retailer=retailer, code=code, name=f"Shop {code}", currency=currency)


async def source(owner: models.Company) -> models.Source:
    code = f"{owner.code}-main"
    return await models.Source.create(company=owner, code=code, name=code, kind=SourceKind.SUPPLIER)


async def connect(retailer: models.Company, fulfiller: models.Company, **facts: Any) -> models.Connection:
    return await models.Connection.create(retailer=retailer, fulfiller=fulfiller, **{"status": "ACTIVE", **facts})


async def leads(order: models.Order, place: models.Source) -> tuple[models.ShippingMapping, models.RoutingRule]:
    """What leads orders of the same channel to a source: a mapping of a method of its own, and a rule."""
    carrier, _ = await models.Carrier.get_or_create(code="pigeon", defaults={"name": "Pigeon"})
    service, _ = await models.CarrierService.get_or_create(
        carrier_id=carrier.id, code="day", defaults={"name": "By day"}
    )
    mapping = await models.ShippingMapping.create(
        channel_id=order.channel_id, fulfiller_id=place.company_id, method="Standard", service=service
    )
    taken = await models.RoutingRule.filter(channel_id=order.channel_id).count()
    rule = await models.RoutingRule.create(channel_id=order.channel_id, place=taken + 1, source=place)
    return mapping, rule


async def order(channel: models.SalesChannel, **facts: Any) -> models.Order:
    """An order whose every text about the customer holds its own number."""
    n = next(_numbers)
    placed = facts.pop("placed_at", START + timedelta(minutes=n))
    defaults = {
        "number": f"N-{n}",
        "external_ref": f"X-{n}",
        "retailer_id": channel.retailer_id,
        "origin": OrderOrigin.WEB,
        "stage": OrderStage.SENT,
        "status": OrderStatus.PROCESSING,
        "status_since": placed,
        "received_at": placed,
        "updated_at": placed,
        "customer_external_id": f"customer-{n}",
        "customer_first_name": f"First{n}",
        "customer_last_name": f"Last{n}",
        "customer_email": f"mail{n}@example.com",
        "customer_phone": f"+49 {n}",
        "currency": channel.currency,
    }
    return await models.Order.create(channel=channel, placed_at=placed, **{**defaults, **facts})


async def line(order: models.Order, sku: str, units: int = 1, **facts: Any) -> models.OrderLine:
    total = facts.pop("total_minor", 12000)
    number = 1 + await models.OrderLine.filter(order_id=order.id).count()
    defaults = {
        "name": f"Article {sku}",
        "item_kind": ItemKind.STOCK,
        "unit_price_minor": total // units,
        "original_price_minor": total // units,
        "net_minor": total - total // 6,
        "tax_minor": total // 6,
        "total_minor": total,
        "tax_rate": Decimal("0.2"),
        "ordered": units,
        "open": units,
    }
    return await models.OrderLine.create(order=order, number=number, sku=sku, **{**defaults, **facts})


async def address(order: models.Order, role: AddressRole, word: str) -> models.Address:
    return await models.Address.create(
        order=order,
        role=role,
        name=f"{word} Person",
        street=[f"{word} Street 1"],
        city=f"{word} City",
        postcode=f"{word[:8]} 1",
        country_code="DE",
        phone=f"{word} 555",
    )


async def fulfillment(
    order: models.Order, fulfiller: models.Company, place: models.Source, sku: str, **facts: Any
) -> models.FulfillmentOrder:
    """A fulfilment order with one line, and the fulfiller's share of the order."""
    n = next(_numbers)
    made = await models.FulfillmentOrder.create(
        order=order,
        number=f"{order.number}-F{n}",
        source=place,
        fulfiller=fulfiller,
        delivery_mode=DeliveryMode.SHIP,
        status=FulfillmentStatus.SENT,
        status_since=order.placed_at,
        created_at=order.placed_at,
    )
    await line(order, sku, source=place, fulfillment_order=made, fulfiller=fulfiller)
    await models.OrderShare.get_or_create(
        order_id=order.id,
        fulfiller_id=fulfiller.id,
        defaults={
            "status": facts.get("status", OrderStatus.PROCESSING),
            "status_since": facts.get("status_since", order.placed_at),
            "placed_at": order.placed_at,
        },
    )
    return made


async def shipment(fulfillment: models.FulfillmentOrder, tracking: str) -> models.Shipment:
    """A parcel with one unit of every line of the fulfilment order, and one carrier event."""
    made = await models.Shipment.create(
        order_id=fulfillment.order_id,
        fulfillment_order=fulfillment,
        fulfiller_id=fulfillment.fulfiller_id,
        number=f"{fulfillment.number}-P{next(_numbers)}",
        tracking_number=tracking,
        shipped_at=START,
    )
    for one in await models.OrderLine.filter(fulfillment_order_id=fulfillment.id):
        await models.ShipmentItem.create(shipment=made, line=one, quantity=1)
    await models.TrackingEvent.create(
        shipment=made,
        external_id=str(uuid4()),
        code=TrackingCode.IN_TRANSIT,
        text=f"{tracking} on its way",
        occurred_at=START,
        received_at=START,
    )
    return made


async def payment(order: models.Order, captured: int = 0) -> models.Payment:
    made = await models.Payment.create(
        order=order,
        method="CARD",
        gateway="sandbox",
        status=PaymentStatus.AUTHORISED,
        authorised_minor=order.total_minor,
        captured_minor=captured,
        created_at=START,
    )
    await models.PaymentOperation.create(
        payment=made,
        event=PaymentEvent.AUTHORISE,
        requested_minor=order.total_minor,
        amount_minor=order.total_minor,
        status=OperationStatus.SUCCEEDED,
        created_at=START,
        updated_at=START,
    )
    return made


async def issue(order: models.Order, message: str, **facts: Any) -> models.OrderIssue:
    defaults = {"code": IssueCode.OUT_OF_STOCK, "blocking": True, "path": "lines.0", "raised_at": START}
    return await models.OrderIssue.create(order=order, message=message, raised_by="Rule", **{**defaults, **facts})


async def comment(order: models.Order, body: str, audience: Audience, **facts: Any) -> models.Comment:
    defaults = {"author_kind": ActorKind.USER, "author_name": "Somebody", "created_at": START}
    shared = audience is Audience.SHARED
    return await models.Comment.create(
        order=order, body=body, shared=shared, audience=audience, **{**defaults, **facts}
    )


async def event(order: models.Order, summary: str, audience: Audience, **facts: Any) -> models.OrderEvent:
    """The order's next event."""
    version = 1 + await models.OrderEvent.filter(order_id=order.id).count()
    defaults: dict[str, Any] = {
        "kind": EventKind.STATUS,
        "type": "order.status_changed",
        "actor_kind": ActorKind.USER,
        "actor_name": "Ada",
        "data": {},
        "occurred_at": START,
        "recorded_at": START + timedelta(minutes=version),
    }
    return await models.OrderEvent.create(
        event_id=uuid4(),
        aggregate="order",
        aggregate_id=order.id,
        order_id=order.id,
        order_version=version,
        channel_id=order.channel_id,
        retailer_id=order.retailer_id,
        audience=audience,
        summary=summary,
        **{**defaults, **facts},
    )


@dataclass
class Shop:
    """A retailer that sells in euro and in yen, its one supplier, the platform, and somebody of each."""

    home: models.Company
    acme: models.Company
    ink: models.Company
    web: models.SalesChannel
    tokyo: models.SalesChannel
    place: models.Source

    def __post_init__(self) -> None:
        self.agent = viewer(self.home, "agent")
        self.viewer = viewer(self.home, "viewer")
        self.retailer = viewer(self.acme, "retailer")
        self.partner = viewer(self.acme, "partner")
        self.supplier = viewer(self.ink, "fulfiller")


async def shop() -> Shop:
    home = await company("home", CompanyKind.PLATFORM)
    acme = await company("acme", CompanyKind.RETAILER)
    ink = await company("ink", CompanyKind.FULFILLER)
    web, tokyo = await channel(acme, "web"), await channel(acme, "tokyo", "JPY")
    return Shop(home, acme, ink, web, tokyo, await source(ink))
