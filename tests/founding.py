"""How the test's shop comes to be: companies, people, goods and ways to ship them."""

from __future__ import annotations

from typing import Any, Final

import models
from domain.access import CompanyKind, Viewer
from domain.catalog import CancelMode, ConnectionStatus, ItemKind, SourceKind
from domain.payments import CaptureMode
from operations.bootstrap import create_roles, ensure_platform
from server.viewers import scope_of

STANDARD, LETTER = "Standard", "Letter"
CARDS_IN_STOCK: Final = 100
RETAILERS: Final = ("leaf", "rival")
FULFILLERS: Final = ("press", "dock", "depot", "stranger")
PRODUCING: Final = frozenset({"press"})
ASKED_FIRST: Final = frozenset({"depot"})
GOODS: Final = {
    #       carried by, kind of item, units in stock (None: not counted)
    "MUG": ("press", ItemKind.STOCK, None),
    "NAME-MUG": ("press", ItemKind.PERSONALISED, None),
    "CARD": ("dock", ItemKind.STOCK, CARDS_IN_STOCK),
    "LAMP": ("depot", ItemKind.STOCK, None),
}
ROLES: Final = (
    #  viewer, company, role
    ("administrator", "platform", "administrator"),
    ("supervisor", "platform", "supervisor"),
    ("agent", "platform", "agent"),
    ("viewer", "platform", "viewer"),
    ("partner", "leaf", "partner"),
    *((retailer, retailer, "retailer") for retailer in RETAILERS),
    *((fulfiller, fulfiller, "fulfiller") for fulfiller in FULFILLERS),
)
PROGRAMS: Final = frozenset({"partner"})


async def found_companies() -> dict[str, models.Company]:
    """The platform, retailers and fulfillers by code, with roles, all connected."""
    companies = {"platform": await ensure_platform()}
    for code in (*RETAILERS, *FULFILLERS):
        kind = CompanyKind.RETAILER if code in RETAILERS else CompanyKind.FULFILLER
        companies[code] = await models.Company.create(
            code=code, name=code.title(), kind=kind, produces=code in PRODUCING
        )
    await create_roles(*(companies[code] for code in (*RETAILERS, *FULFILLERS)))
    for retailer in RETAILERS:
        for fulfiller in FULFILLERS:
            await models.Connection.create(
                retailer_id=companies[retailer].id,
                fulfiller_id=companies[fulfiller].id,
                status=ConnectionStatus.ACTIVE,
                shares_customer_email=fulfiller == "press",
            )
    return companies


async def found_viewers(companies: dict[str, models.Company]) -> dict[str, Viewer]:
    """A person, or a program, for each role."""
    viewers = {}
    for name, company, code in ROLES:
        role = await models.Role.get(company_id=companies[company].id, code=code)
        about: dict[str, Any] = {"company_id": role.company_id, "role_id": role.id, "name": name.title()}
        if name in PROGRAMS:
            who = {"api_client_id": (await models.ApiClient.create(**about)).id}
        else:
            who = {"user_id": (await models.User.create(**about, email=f"{name}@shop.example")).id}
        viewers[name] = Viewer(
            name.title(), scope_of(companies[company], role), role=role.name, role_id=role.id, **who
        )
    return viewers


async def found_channel(retailer: models.Company, **settings: Any) -> models.SalesChannel:
    """A channel of a retailer, paid outside unless said otherwise."""
    return await models.SalesChannel.create(
        **{
            "retailer_id": retailer.id,
            "code": f"{retailer.code}-web",
            "name": retailer.name,
            "currency": "EUR",
            "capture_mode": CaptureMode.OFFLINE,
            **settings,
        }
    )


async def found_goods(companies: dict[str, models.Company]) -> None:
    """Sources, and the catalogue of each retailer with what the sources carry of it."""
    sources = {code: await _source(companies[code]) for code in FULFILLERS}
    for retailer in RETAILERS:
        owner = companies[retailer].id
        for sku, (source, kind, units) in GOODS.items():
            product = await models.Product.create(company_id=owner, sku=f"{sku}-STYLE", name=sku.title())
            variant = await models.Variant.create(
                company_id=owner,
                product_id=product.id,
                sku=sku,
                name=sku.title(),
                item_kind=kind,
                price_minor=1000,
                currency="EUR",
                required_inputs=["name"] if kind is ItemKind.PERSONALISED else [],
            )
            await models.StockLevel.create(
                variant_id=variant.id, source_id=sources[source].id, managed=units is not None, on_hand=units or 0
            )


async def _source(company: models.Company) -> models.Source:
    return await models.Source.create(
        company_id=company.id,
        code=company.code,
        name=f"{company.name} of Leeds",
        kind=SourceKind.SUPPLIER,
        cancel_mode=CancelMode.ON_REQUEST if company.code in ASKED_FIRST else CancelMode.IMMEDIATE,
        city="Leeds",
        country_code="GB",
    )


async def found_shipping(companies: dict[str, models.Company], *channels: models.SalesChannel) -> None:
    """Every fulfiller ships both methods of every channel: "Standard" is tracked, "Letter" is not."""
    carrier = await models.Carrier.create(
        code="swift", name="Swift", tracking_url_pattern="https://swift.example/{tracking_number}"
    )
    services = {
        STANDARD: await models.CarrierService.create(carrier_id=carrier.id, code="S48", name="Swift 48"),
        LETTER: await models.CarrierService.create(carrier_id=carrier.id, code="L", name="Letter", tracked=False),
    }
    for code in FULFILLERS:
        for method, service in services.items():
            await models.OfferedService.create(fulfiller_id=companies[code].id, service_id=service.id)
            for channel in channels:
                await models.ShippingMapping.create(
                    channel_id=channel.id, fulfiller_id=companies[code].id, method=method, service_id=service.id
                )
