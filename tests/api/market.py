"""A market with two retailers and three suppliers, in which every row says who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tortoise.models import Model

import models
from domain.access import CompanyKind, Viewer
from domain.addresses import AddressRole
from domain.events import Audience, EventKind
from domain.orders import OrderStatus
from gql.ids import from_global, name_of, to_global
from tests.api import rows

PEOPLE = ("agent", "viewer", "limited", "acme", "partner", "bolt", "ink", "jet", "kiln")
"""agent, viewer, limited: of the platform, the last one for bolt's channel alone. partner: a program of acme."""

EVERYBODY = frozenset(PEOPLE)
PLATFORM = frozenset({"agent", "viewer", "limited"})
SELLERS = {
    "acme": frozenset({"agent", "viewer", "acme", "partner"}),
    "bolt": frozenset({"agent", "viewer", "limited", "bolt"}),
}
"""Who sees all of a retailer's orders."""

WITHOUT_PAYMENTS = {"viewer", "partner"}


@dataclass
class Market:
    """`audience`: global id -> names of those who may see it."""

    audience: dict[str, frozenset[str]] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    companies: dict[str, models.Company] = field(default_factory=dict)
    orders: dict[str, models.Order] = field(default_factory=dict)

    def show(self, row: Model, *names: str) -> None:
        self.audience[global_id(row)] = frozenset(names)

    def seen_by(self, name: str, kind: str | None = None) -> set[str]:
        """Global ids, of one type or of all."""
        return {
            one
            for one, names in self.audience.items()
            if name in names and (kind is None or from_global(one)[0] == kind)
        }


def global_id(row: Model) -> str:
    return to_global(name_of(type(row)), row.pk)


async def open_market() -> Market:
    market = Market()
    await _companies(market)
    acme = await rows.channel(market.companies["acme"], "acme-web")
    other = await rows.channel(market.companies["acme"], "acme-shop")
    bolt = await rows.channel(market.companies["bolt"], "bolt-web")
    _viewers(market, bolt)
    market.show(acme, *SELLERS["acme"], "ink", "jet")
    market.show(other, *SELLERS["acme"])
    market.show(bolt, *SELLERS["bolt"], "kiln")
    market.orders = {
        "shared": await _order(market, acme, "acme", ["ink", "jet"]),
        "unsent": await _order(market, other, "acme", []),
        "bolts": await _order(market, bolt, "bolt", ["kiln"]),
    }
    for row in (*await models.Carrier.all(), *await models.CarrierService.all()):
        market.show(row, *EVERYBODY)
    return market


async def _companies(market: Market) -> None:
    kinds = {
        "home": CompanyKind.PLATFORM,
        "acme": CompanyKind.RETAILER,
        "bolt": CompanyKind.RETAILER,
        "ink": CompanyKind.FULFILLER,
        "jet": CompanyKind.FULFILLER,
        "kiln": CompanyKind.FULFILLER,
    }
    for code, kind in kinds.items():
        market.companies[code] = await rows.company(code, kind)
    connected = await rows.connect(market.companies["acme"], market.companies["ink"])
    market.show(connected, *SELLERS["acme"], "ink")
    invited = await rows.connect(market.companies["bolt"], market.companies["jet"], status="INVITED")
    market.show(invited, *SELLERS["bolt"], "jet")
    partners = {
        "home": EVERYBODY,
        "acme": PLATFORM - {"limited"} | {"acme", "partner", "ink", "jet"},
        "bolt": PLATFORM | {"bolt", "kiln", "jet"},
        "ink": PLATFORM - {"limited"} | {"acme", "partner", "ink"},
        "jet": PLATFORM | {"acme", "partner", "jet", "bolt"},
        "kiln": PLATFORM | {"bolt", "kiln"},
    }
    for code, names in partners.items():
        market.show(market.companies[code], *names)


def _viewers(market: Market, bolt: models.SalesChannel) -> None:
    home = market.companies["home"]
    market.viewers = {
        "agent": rows.viewer(home, "agent"),
        "viewer": rows.viewer(home, "viewer"),
        "limited": rows.viewer(home, "agent", [bolt]),
        "acme": rows.viewer(market.companies["acme"], "retailer"),
        "partner": rows.viewer(market.companies["acme"], "partner"),
        "bolt": rows.viewer(market.companies["bolt"], "retailer"),
        **{code: rows.viewer(market.companies[code], "fulfiller") for code in ("ink", "jet", "kiln")},
    }


async def _order(
    market: Market, channel: models.SalesChannel, retailer: str, suppliers: list[str]
) -> models.Order:
    """An order with one of everything for the seller, and one of everything for each supplier."""
    sellers = SELLERS[retailer]
    order = await rows.order(channel, total_minor=12000, tags=["vip"], hold_note="our secret", metadata={"a": 1})
    market.show(order, *sellers, *suppliers)
    market.show(await rows.line(order, f"{retailer}-own"), *sellers)
    market.show(await rows.address(order, AddressRole.SHIPPING, f"Ship{order.id}"), *sellers, *suppliers)
    market.show(await rows.address(order, AddressRole.BILLING, f"Bill{order.id}"), *sellers)
    payment = await rows.payment(order)
    operation = await models.PaymentOperation.get(payment_id=payment.id)
    for row in (payment, operation):
        market.show(row, *(sellers - WITHOUT_PAYMENTS))
    market.show(await rows.issue(order, "concerns the seller"), *sellers)
    for_home = sellers & PLATFORM
    for audience, names in ((Audience.PLATFORM, for_home), (Audience.RETAILER, sellers)):
        market.show(await rows.comment(order, f"for {audience}", audience), *names)
        market.show(await rows.event(order, f"for {audience}", audience), *names)
    paid = {"kind": EventKind.PAYMENT, "type": "payment.authorised"}
    money = await rows.event(order, "about money", Audience.RETAILER, **paid)
    market.show(money, *(sellers - WITHOUT_PAYMENTS))
    everybody = await rows.comment(order, "for everybody around the order", Audience.SHARED)
    market.show(everybody, *sellers, *suppliers)
    variant = await _catalogue(market, order, retailer, suppliers)
    for supplier in suppliers:
        await _part(market, order, variant, supplier, sellers)
    return order


async def _catalogue(market: Market, order: models.Order, retailer: str, suppliers: list[str]) -> models.Variant:
    product = await models.Product.create(
        company=market.companies[retailer], sku=f"{order.number}-product", name="Mug"
    )
    variant = await models.Variant.create(
        company=market.companies[retailer], product=product, sku=f"{order.number}-variant", name="Blue mug"
    )
    for row in (product, variant):
        market.show(row, *SELLERS[retailer], *suppliers)
    return variant


async def _part(
    market: Market, order: models.Order, variant: models.Variant, supplier: str, sellers: frozenset[str]
) -> None:
    company = market.companies[supplier]
    place = await rows.source(company)
    level = await models.StockLevel.create(variant=variant, source=place)
    for row in (place, level):
        market.show(row, *sellers, supplier)
    for row in await rows.leads(order, place):
        market.show(row, *sellers)
    part = await rows.fulfillment(order, company, place, f"{supplier}-sku", status=OrderStatus.IN_PRODUCTION)
    parcel = await rows.shipment(part, f"{supplier}-tracking")
    line = await models.OrderLine.get(fulfillment_order_id=part.id)
    item = await models.ShipmentItem.get(shipment_id=parcel.id)
    reported = await models.TrackingEvent.get(shipment_id=parcel.id)
    concern = await rows.issue(order, f"concerns {supplier}", fulfiller_id=company.id)
    note = await rows.comment(order, f"with {supplier}", Audience.SHARED, fulfiller_id=company.id)
    told = {"fulfiller_id": company.id, "actor_company_id": company.id, "line_id": line.id}
    happened = await rows.event(order, f"with {supplier}", Audience.SHARED, **told)
    for row in (part, parcel, line, item, reported, concern, note, happened):
        market.show(row, *sellers, supplier)
    market.show(await rows.event(order, f"for {supplier} alone", Audience.FULFILLER, **told), supplier)
    hidden = {"fulfiller_id": company.id, "actor_company_id": company.id}
    market.show(await rows.event(order, f"about {supplier}", Audience.RETAILER, **hidden), *sellers)
