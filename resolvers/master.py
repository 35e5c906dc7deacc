"""Channels, sources, carriers and the catalogue."""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import strawberry
from tortoise.models import Model

import models
from gql.faults import refuse
from gql.fields import Info
from gql.ids import key_of
from gql.keys import ShipmentKey
from gql.texts import looked_up
from models.visibility import visible

M = TypeVar("M", models.Product, models.Variant)
R = TypeVar("R", bound=Model)
MOST_ROWS: Final = 500

Sku = Annotated[str, strawberry.argument(description="The SKU as the catalogue writes it.")]
CompanyCode = Annotated[
    str | None,
    strawberry.argument(
        description="Code of the company in whose catalogue it is; needed when several have the SKU."
    ),
]
Parcel = Annotated[ShipmentKey, strawberry.argument(description="Which parcel.")]


async def sources(info: Info) -> list[models.Source]:
    """The sources in scope, by company and code."""
    rows = visible(models.Source, info.context.scope).order_by("company_id", "code").limit(MOST_ROWS)
    return _remembered(info, await rows)


async def carriers(info: Info) -> list[models.Carrier]:
    """All carriers, by code."""
    return _remembered(info, await visible(models.Carrier, info.context.scope).order_by("code").limit(MOST_ROWS))


async def product(info: Info, sku: Sku, company: CompanyCode = None) -> models.Product | None:
    """One product, or None when there is none in the viewer's scope."""
    return await _article(info, models.Product, sku, company)


async def variant(info: Info, sku: Sku, company: CompanyCode = None) -> models.Variant | None:
    """One variant, or None when there is none in the viewer's scope."""
    return await _article(info, models.Variant, sku, company)


async def shipment(info: Info, key: Parcel) -> models.Shipment | None:
    """One parcel, or None when there is none in the viewer's scope."""
    query = visible(models.Shipment, info.context.scope)
    if key.id is not None:
        query = query.filter(id=key_of("Shipment", key.id.value))
    elif key.number is not None:
        query = query.filter(number=looked_up(key.number.value, models.Shipment, "number"))
    else:
        assert key.tracking_number is not None
        tracking = looked_up(key.tracking_number.value, models.Shipment, "tracking_number")
        query = query.filter(tracking_number=tracking, deleted_at__isnull=True)
    return await query.order_by("-id").first()


async def _article(info: Info, model: type[M], sku: str, company: str | None) -> M | None:
    query = visible(model, info.context.scope).filter(sku=looked_up(sku, model, "sku"))
    if company is not None:
        query = query.filter(company__code=looked_up(company, models.Company, "code"))
    rows = await query.limit(2)
    if len(rows) > 1:
        raise refuse("BAD_REQUEST", f"Several catalogues have the SKU “{sku}”: give `company` too.")
    return rows[0] if rows else None


def _remembered(info: Info, rows: list[R]) -> list[R]:
    info.context.loaders.remember(rows)
    return rows
