"""A market for the matrix: two retailers who share nothing but a supplier, and every kind of row on both sides.

`acme` sells through two channels what `ink` and `jet` make; `bolt` sells through two others what `kiln` and `jet`
make; `lone` is invited by bolt and has no order. Every company has the built-in roles of its kind, and every
retailer and the platform one limited to a channel: for each role a person and a program.
"""

from __future__ import annotations

from typing import Any, Final

import models
from domain.access import BUILT_IN_ROLES, CompanyKind
from domain.addresses import AddressRole
from domain.catalog import ConnectionStatus, ReasonKind
from domain.events import Audience, EventKind
from domain.orders import OrderStatus, OrderType
from domain.personalisation import ArtworkKind
from operations.bootstrap import create_roles
from tests.api import rows
from tests.api.matrix.canaries import mark
from tests.api.matrix.changes import change_everything

KINDS: Final = {
    "home": CompanyKind.PLATFORM,
    "acme": CompanyKind.RETAILER,
    "bolt": CompanyKind.RETAILER,
    "ink": CompanyKind.FULFILLER,
    "jet": CompanyKind.FULFILLER,
    "kiln": CompanyKind.FULFILLER,
    "lone": CompanyKind.FULFILLER,
}
CONNECTED: Final = (
    ("acme", "ink", ConnectionStatus.ACTIVE, True),
    ("acme", "jet", ConnectionStatus.SUSPENDED, False),
    ("bolt", "jet", ConnectionStatus.ACTIVE, False),
    ("bolt", "kiln", ConnectionStatus.ACTIVE, False),
    ("bolt", "lone", ConnectionStatus.INVITED, False),
)
"""Retailer, fulfiller, status, whether the customer's e-mail address is shared."""
ORDERS: Final[tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...]] = (
    ("shared", "acme-web", {}, ("ink", "jet")),
    ("unsent", "acme-shop", {"status": OrderStatus.NEW, "urgent": True}, ()),
    ("again", "acme-web", {"type": OrderType.RESHIPMENT, "original": "shared", "replaces": "unsent"}, ("ink",)),
    ("bolts", "bolt-web", {}, ("kiln", "jet")),
    ("more", "bolt-shop", {"type": OrderType.EXCHANGE, "original": "bolts", "replaces": "bolts"}, ("kiln",)),
)
LIMITED: Final = {"home": "bolt-web", "acme": "acme-shop", "bolt": "bolt-shop", "jet": "acme-web"}
"""Companies with a role for one channel alone."""


def viewer_names() -> list[str]:
    """Everybody, like company and role: `acme/partner`."""
    return [
        f"{company}/{role}"
        for company, kind in KINDS.items()
        for role in [
            *(one.code for one in BUILT_IN_ROLES if one.company_kind is kind),
            *(["limited"] if company in LIMITED else []),
        ]
    ]


async def fill() -> None:
    """Every row there is, with texts and amounts that occur nowhere else."""
    market = _Market()
    await market.open()
    await mark()


class _Market:
    def __init__(self) -> None:
        self.companies: dict[str, models.Company] = {}
        self.channels: dict[str, models.SalesChannel] = {}
        self.sources: dict[str, models.Source] = {}
        self.services: list[models.CarrierService] = []
        self.variants: dict[tuple[str, str], models.Variant] = {}
        self.orders: dict[str, models.Order] = {}
        self.people: dict[str, models.User] = {}

    async def open(self) -> None:
        for code, kind in KINDS.items():
            self.companies[code] = await rows.company(code, kind)
        for channel in ("acme-web", "acme-shop", "bolt-web", "bolt-shop"):
            self.channels[channel] = await rows.channel(self.companies[channel.partition("-")[0]], channel)
            await models.SalesChannel.filter(code=channel).update(notify_addresses=["x"])
        await self._carriers()
        await self._fulfillers()
        for retailer, fulfiller, status, shares in CONNECTED:
            await self._connect(retailer, fulfiller, status, shares)
        await self._people()
        for name, channel, facts, suppliers in ORDERS:
            await self._order(name, channel, dict(facts), suppliers)
        await change_everything(self.companies, self.people)

    async def _carriers(self) -> None:
        for code in ("swift", "slow"):
            carrier = await models.Carrier.create(code=code, name=code)
            self.services.append(await models.CarrierService.create(carrier=carrier, code="48", name="Two days"))

    async def _fulfillers(self) -> None:
        for code, kind in KINDS.items():
            if kind is CompanyKind.FULFILLER:
                self.sources[code] = await rows.source(self.companies[code])
                await models.OfferedService.create(fulfiller=self.companies[code], service=self.services[0])
        await rows.source(self.companies["acme"])

    async def _connect(self, retailer: str, fulfiller: str, status: ConnectionStatus, shares: bool) -> None:
        seller, supplier = self.companies[retailer], self.companies[fulfiller]
        link = await models.Connection.create(
            retailer=seller, fulfiller=supplier, status=status, shares_customer_email=shares
        )
        await models.ErrorRule.create(connection=link, place=1, pattern="x", group="x", message="x")
        product = await models.Product.create(company=seller, sku=f"{fulfiller}-style", name="Mug")
        variant = await models.Variant.create(
            company=seller, product=product, sku=f"{fulfiller}-mug", name="Mug", price_minor=1, currency="EUR"
        )
        variant.required_inputs, variant.attributes = ["x"], {"colour": "x"}
        await variant.save()
        self.variants[retailer, fulfiller] = variant
        await models.StockLevel.create(variant=variant, source=self.sources[fulfiller], managed=True, on_hand=5)
        for place, (code, channel) in enumerate(self.channels.items(), start=supplier.id):
            if code.startswith(retailer) and status is not ConnectionStatus.INVITED:
                goes = {"channel": channel, "method": f"by {fulfiller}", "service": self.services[1]}
                await models.ShippingMapping.create(fulfiller=supplier, **goes)
                await models.RoutingRule.create(channel=channel, place=place, source=self.sources[fulfiller])
                about = {"kind": ReasonKind.RETURN, "code": f"{fulfiller}-reason", "label": "x"}
                await models.ManagedReason.create(channel=channel, **about)

    async def _people(self) -> None:
        for code, company in self.companies.items():
            await create_roles(company)
            if code in LIMITED:
                await self._limited(company, self.channels[LIMITED[code]])
            for role in await models.Role.filter(company_id=company.id).order_by("id"):
                about = {"company": company, "role": role, "name": role.code}
                user = await models.User.create(**about, email=f"{role.code}@{code}.example")
                client = await models.ApiClient.create(**about)
                for owner in ({"user": user}, {"api_client": client}):
                    await self._saved_view(company, owner)
                self.people.setdefault(code, user)

    async def _limited(self, company: models.Company, channel: models.SalesChannel) -> None:
        model = (
            await models.Role.filter(company_id=company.id).exclude(code="administrator").order_by("id").first()
        )
        assert model is not None
        await models.Role.create(
            company=company,
            code="limited",
            name="Limited",
            permissions=model.permissions,
            channel_ids=[channel.id],
        )

    async def _saved_view(self, company: models.Company, owner: dict[str, Any]) -> None:
        await models.SavedView.create(
            company=company,
            **owner,
            name="Mine",
            conditions={"text": "x"},
            sort_field="PLACED_AT",
            sort_direction="DESC",
            columns=["number"],
            page_size=20,
            created_at=rows.START,
            updated_at=rows.START,
        )

    async def _order(self, name: str, channel: str, facts: dict[str, Any], suppliers: tuple[str, ...]) -> None:
        links = {key: self.orders[facts.pop(key)] for key in ("original", "replaces") if key in facts}
        texts = {"tags": ["x"], "metadata": {"a": {"b": "x"}}, "promotion_codes": ["x"]}
        order = await rows.order(self.channels[channel], **links, **texts, **facts)
        self.orders[name] = order
        await rows.line(order, f"{name}-own", personalisation={"name": "x"}, appointment_from=rows.START)
        for role in AddressRole:
            await rows.address(order, role, name)
        payment = await rows.payment(order)
        await models.PaymentOperation.filter(payment_id=payment.id).update(response={"answer": "x"})
        await rows.issue(order, "concerns the seller")
        paid = {"kind": EventKind.PAYMENT, "type": "payment.authorised"}
        for audience in (Audience.PLATFORM, Audience.RETAILER, Audience.SHARED):
            await rows.comment(order, "x", audience, **self._by("home" if audience == "PLATFORM" else channel[:4]))
        comment = await models.Comment.get(order_id=order.id, audience=Audience.PLATFORM)
        operation = await models.PaymentOperation.get(payment_id=payment.id)
        named = {"commentId": comment.id, "paymentId": payment.id, "operationId": operation.id}
        for audience in (Audience.PLATFORM, Audience.RETAILER):
            await self._event(order, audience, "home", data=named)
            await self._event(order, audience, channel[:4], data=named, **paid)
        for supplier in suppliers:
            await self._part(order, supplier, channel[:4])
        await models.CommentReading.create(order=order, company=self.companies[channel[:4]], read_up_to=1)

    def _by(self, code: str) -> dict[str, Any]:
        """As the author of a comment."""
        person = self.people[code]
        return {"author_id": person.id, "author_company_id": person.company_id, "author_name": "x"}

    async def _event(self, order: models.Order, audience: Audience, actor: str, **facts: Any) -> None:
        person = self.people[actor]
        told = {"changes": {"a field": ["x", "x"]}, "guard": {"note": "x"}, **facts.pop("data", {})}
        by = {"actor_id": person.id, "actor_company_id": person.company_id, "data": told}
        await rows.event(order, "x", audience, **by, **facts)

    async def _part(self, order: models.Order, supplier: str, retailer: str) -> None:
        company, place = self.companies[supplier], self.sources[supplier]
        part = await rows.fulfillment(order, company, place, f"{supplier}-mug", status=OrderStatus.IN_PRODUCTION)
        await models.FulfillmentOrder.filter(id=part.id).update(service_id=self.services[0].id)
        line = await models.OrderLine.get(fulfillment_order_id=part.id)
        line.variant_id, line.personalisation = self.variants[retailer, supplier].id, {"name": "x"}
        line.appointment_from = rows.START
        await line.save()
        await models.Artwork.create(line=line, place=1, kind=ArtworkKind.PRINT, url="x", created_at=rows.START)
        parcel = await rows.shipment(part, f"{supplier}-{order.id}")
        await models.Shipment.filter(id=parcel.id).update(service_id=self.services[1].id)
        report = await models.TrackingEvent.get(shipment_id=parcel.id)
        own = {"fulfiller_id": company.id}
        await rows.issue(order, "x", line_id=line.id, **own)
        await rows.comment(order, "x", Audience.SHARED, **own, **self._by(supplier))
        concerns = {
            **own,
            "line_id": line.id,
            "fulfillment_order_id": part.id,
            "shipment_id": parcel.id,
        }
        moved: dict[str, Any] = {"type": "line.status_changed", "data": {"to": "SHIPPED", "from": "NEW"}}
        told = {"kind": EventKind.TRACKING, "type": "tracking.recorded", "data": {"trackingEventId": report.id}}
        for audience in (Audience.SHARED, Audience.FULFILLER, Audience.RETAILER):
            for facts in (moved, told):
                await self._event(order, audience, supplier, **concerns, **facts)
        await self._event(order, Audience.SHARED, retailer, **own, data={"to": "NEW", "reason": "x"})
