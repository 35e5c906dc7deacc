"""Events that belong to no order: one change of everything that can be changed by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import models
from domain.access import CompanyKind
from domain.event_types import EVENT_TYPES
from domain.events import ActorKind, Audience
from tests.api import rows
from tests.api.matrix.canaries import tables

NOUNS: Final = {"SalesChannel": "channel"}
"""What the log calls them, where it is not the table's own name."""
CONCERNS: Final = {CompanyKind.PLATFORM: Audience.PLATFORM, CompanyKind.RETAILER: Audience.RETAILER}

Companies = Mapping[str, models.Company]


async def change_everything(companies: Companies, people: Mapping[str, models.User]) -> None:
    """An event for each row with a history, by somebody of the company whose it is, for those it concerns."""
    by_id = {company.id: (company, people[code]) for code, company in companies.items()}
    for name, table in tables().items():
        noun = NOUNS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        types = [one for one in EVENT_TYPES if one.startswith(f"{noun}.")]
        if types and "version" in table._meta.fields_map and table is not models.Order:
            for row in await table.all():
                await _change(types[0], row, *by_id[await _owner(row) or companies["home"].id])


async def _owner(row: Any) -> int | None:
    """Key of the company among whose settings a row is; None: the platform's."""
    if isinstance(row, models.Company):
        return row.id
    if isinstance(row, models.StockLevel):
        return (await models.Source.get(id=row.source_id)).company_id
    if hasattr(row, "channel_id"):
        return (await models.SalesChannel.get(id=row.channel_id)).retailer_id
    return getattr(row, "company_id", None) or getattr(row, "retailer_id", None)


async def _change(type_: str, row: Any, owner: models.Company, person: models.User) -> None:
    await models.OrderEvent.create(
        event_id=uuid4(),
        kind=EVENT_TYPES[type_],
        type=type_,
        audience=CONCERNS.get(owner.kind, Audience.SHARED),
        aggregate=type_.partition(".")[0],
        aggregate_id=row.id,
        order_version=1,
        retailer_id=owner.id if owner.kind is CompanyKind.RETAILER else None,
        fulfiller_id=owner.id if owner.kind is CompanyKind.FULFILLER else None,
        channel_id=getattr(row, "channel_id", None),
        actor_kind=ActorKind.USER,
        actor_id=person.id,
        actor_company_id=owner.id,
        actor_name="x",
        summary="x",
        data={"changes": {"name": ["x", "x"]}},
        occurred_at=rows.START,
        recorded_at=rows.START,
    )
