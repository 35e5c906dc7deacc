"""The fulfillers a channel's retailer works with."""

from __future__ import annotations

from domain.connections import ACCEPTED
from domain.texts import unstorable
from models import Company, Connection, SalesChannel, Source
from operations.settings.companies import LONGEST_CODE
from operations.settings.unit import SettingsUnit


async def connected_fulfiller(unit: SettingsUnit, channel: SalesChannel, code: str, *path: str) -> int:
    """Key of a fulfiller whose connection with the channel's retailer was accepted. Raises Refused (not found)."""
    named = 0 < len(code) <= LONGEST_CODE and not unstorable(code)
    known = Connection.filter(retailer_id=channel.retailer_id, fulfiller__code=code, status__in=sorted(ACCEPTED))
    connection = await known.first() if named else None
    if connection is None:
        raise unit.absent(Company, *path)
    return connection.fulfiller_id


async def connected_source(unit: SettingsUnit, channel: SalesChannel, key: int | None, *path: str) -> Source:
    """A source of such a fulfiller. Raises Refused (not found)."""
    source = await unit.seen(Source, key, *path)
    known = Connection.filter(
        retailer_id=channel.retailer_id, fulfiller_id=source.company_id, status__in=sorted(ACCEPTED)
    )
    if not await known.exists():
        raise unit.absent(Source, *path)
    return source
