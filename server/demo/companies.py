"""The demo's companies: who sells where, who makes and ships, and by which carriers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.access import CompanyKind
from domain.catalog import CancelMode, ConnectionStatus, SourceKind
from domain.payments import CaptureMode
from models import (
    Carrier,
    CarrierService,
    Company,
    Connection,
    OfferedService,
    RoutingRule,
    SalesChannel,
    ShippingMapping,
    Source,
)
from operations.bootstrap import create_roles


@dataclass(frozen=True, slots=True)
class Retailer:
    """Sells through channels: (code, name, currency, when it takes money)."""

    code: str
    name: str
    channels: tuple[tuple[str, str, str, CaptureMode], ...]


@dataclass(frozen=True, slots=True)
class Fulfiller:
    """Makes or ships, from one source at its address, by the services named."""

    code: str
    name: str
    kind: SourceKind
    city: str
    region: str
    postcode: str
    country: str
    street: str
    standard: str
    express: str
    produces: bool = False
    managed: bool = False
    """Whether its units are counted."""


@dataclass(frozen=True, slots=True)
class Service:
    """A carrier's service."""

    code: str
    name: str
    tracked: bool = True


FIRST_LEAF, PLAYROOM = "first-leaf", "playroom"
RETAILERS: Final = (
    Retailer(
        FIRST_LEAF,
        "First Leaf Gifts",
        (
            ("first-leaf-web", "firstleaf.example", "EUR", CaptureMode.ON_SHIPMENT),
            ("first-leaf-uk", "First Leaf at Harbour Market UK", "GBP", CaptureMode.OFFLINE),
        ),
    ),
    Retailer(
        PLAYROOM,
        "Playroom & Co",
        (
            ("playroom-web", "playroom.example", "EUR", CaptureMode.OFFLINE),
            ("playroom-uk", "playroom.example/uk", "GBP", CaptureMode.ON_SHIPMENT),
        ),
    ),
)

PRINT_SHOP, PAPER_MILL, WAREHOUSE, POTTERY = "redwood-print", "paper-lane", "northdock", "kiln-and-clay"
FULFILLERS: Final = (
    Fulfiller(
        PRINT_SHOP, "Redwood Print Works", SourceKind.SUPPLIER,
        "Leeds", "West Yorkshire", "LS10 1EA", "GB", "14 Foundry Row",
        standard="SWIFT48", express="SWIFT24", produces=True,
    ),
    Fulfiller(
        PAPER_MILL, "Paper Lane Posters", SourceKind.SUPPLIER,
        "Ghent", "East Flanders", "9000", "BE", "Papierlaan 8",
        standard="LETTER", express="EURO",
    ),
    Fulfiller(
        WAREHOUSE, "Northdock Warehouse", SourceKind.WAREHOUSE,
        "Rotterdam", "South Holland", "3089 JB", "NL", "Kade Noord 121",
        standard="EURO", express="EURO-X", managed=True,
    ),
    Fulfiller(
        POTTERY, "Kiln & Clay", SourceKind.SUPPLIER,
        "Porto", "Porto", "4050-313", "PT", "Rua do Barro 27",
        standard="EURO", express="EURO-X",
    ),
)  # fmt: skip

CARRIERS: Final = {
    ("swift", "Swift Parcels", "https://track.swift.example/{tracking_number}"): (
        Service("SWIFT24", "Swift 24"),
        Service("SWIFT48", "Swift 48"),
    ),
    ("europost", "Europost", "https://europost.example/follow?n={tracking_number}"): (
        Service("EURO", "Europost Parcel"),
        Service("EURO-X", "Europost Express"),
    ),
    ("royal-letter", "Royal Letter", None): (Service("LETTER", "Large letter", tracked=False),),
}
STANDARD, EXPRESS = "Standard delivery", "Express delivery"
METHODS: Final = (STANDARD, EXPRESS)
"""What the channels call their shipping methods; each maps to a service at every fulfiller."""
DELIVERS_TO: Final = ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "NL", "PL", "PT", "SE"]


async def create_companies() -> dict[str, Company]:
    """Retailers with channels, fulfillers with sources, connected and mapped; companies by their codes.

    Call it in a transaction.
    """
    services = await _carriers()
    retailers = [await _retailer(retailer) for retailer in RETAILERS]
    fulfillers = [await _fulfiller(fulfiller, services) for fulfiller in FULFILLERS]
    await _connect(retailers, fulfillers)
    await _map(services, fulfillers)
    return {company.code: company for company in (*retailers, *fulfillers)}


async def _carriers() -> dict[str, CarrierService]:
    services = {}
    for (code, name, pattern), offered in CARRIERS.items():
        carrier = await Carrier.create(code=code, name=name, tracking_url_pattern=pattern)
        for service in offered:
            services[service.code] = await CarrierService.create(
                carrier_id=carrier.id, code=service.code, name=service.name, tracked=service.tracked
            )
    return services


async def _retailer(retailer: Retailer) -> Company:
    company = await _company(retailer.code, retailer.name, CompanyKind.RETAILER)
    for code, name, currency, capture in retailer.channels:
        await SalesChannel.create(
            retailer_id=company.id,
            code=code,
            name=name,
            currency=currency,
            capture_mode=capture,
            expected_transit_days=3,
            notify_addresses=[f"orders@{retailer.code}.example.com"],
            simulated=True,
        )
    return company


async def _fulfiller(fulfiller: Fulfiller, services: dict[str, CarrierService]) -> Company:
    company = await _company(fulfiller.code, fulfiller.name, CompanyKind.FULFILLER, produces=fulfiller.produces)
    await Source.create(
        company_id=company.id,
        code=fulfiller.code,
        name=f"{fulfiller.name}, {fulfiller.city}",
        kind=fulfiller.kind,
        cancel_mode=CancelMode.IMMEDIATE,
        street=fulfiller.street,
        city=fulfiller.city,
        region=fulfiller.region,
        postcode=fulfiller.postcode,
        country_code=fulfiller.country,
        delivers_to=DELIVERS_TO,
    )
    for code in (fulfiller.standard, fulfiller.express):
        await OfferedService.create(fulfiller_id=company.id, service_id=services[code].id)
    return company


async def _company(code: str, name: str, kind: CompanyKind, *, produces: bool = False) -> Company:
    company = await Company.create(
        code=code, name=name, kind=kind, email=f"hello@{code}.example.com", produces=produces
    )
    await create_roles(company)
    return company


async def _connect(retailers: list[Company], fulfillers: list[Company]) -> None:
    for retailer in retailers:
        for fulfiller in fulfillers:
            await Connection.create(
                retailer_id=retailer.id,
                fulfiller_id=fulfiller.id,
                status=ConnectionStatus.ACTIVE,
                replacement_policy="Faults of ours are made again at our cost within 30 days; send a photograph.",
                shares_customer_email=fulfiller.code == PRINT_SHOP,
            )


async def _map(services: dict[str, CarrierService], fulfillers: list[Company]) -> None:
    """Shipping methods to services; Northdock goes first where several carry a variant."""
    keys = {company.code: company.id for company in fulfillers}
    northdock = await Source.get(code=WAREHOUSE)
    for channel in await SalesChannel.filter(simulated=True).order_by("id"):
        for fulfiller in FULFILLERS:
            for method, code in ((STANDARD, fulfiller.standard), (EXPRESS, fulfiller.express)):
                await ShippingMapping.create(
                    channel_id=channel.id,
                    fulfiller_id=keys[fulfiller.code],
                    method=method,
                    service_id=services[code].id,
                )
        await RoutingRule.create(channel_id=channel.id, place=1, source_id=northdock.id)
