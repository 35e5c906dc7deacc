"""The sales channels that a role is limited to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.access import Permission, Scope
from domain.refusals import NotFound, Reason
from domain.texts import fits
from models import SalesChannel
from models.visibility import visible
from operations.access.unit import LONGEST_CODE, AccessUnit

MOST_CHANNELS: Final = 500
_UNKNOWN: Final = "There is no such sales channel for this company, or you may not see it."


async def named_channels(
    unit: AccessUnit, codes: Sequence[str] | None, *path: str
) -> tuple[frozenset[int] | None, list[Reason]]:
    """Row keys of channels by their codes (None: all), and what stands against those that are out of reach:
    of the company, or of whoever names them.
    """
    if codes is None:
        return None, []
    company = Scope(unit.company.id, unit.company.kind, frozenset({Permission.ORDERS_VIEW}))
    wanted = [code for code in codes[:MOST_CHANNELS] if fits(code, LONGEST_CODE)]
    own = await _keys(company, wanted)
    found = await _keys(unit.viewer.scope, list(own))
    unknown = [
        NotFound(message=_UNKNOWN, path=(*path, str(place)))
        for place, code in enumerate(codes)
        if code not in found
    ]
    return frozenset(found.values()), list(unknown)


async def _keys(scope: Scope, codes: Sequence[str]) -> dict[str, int]:
    rows = await visible(SalesChannel, scope).filter(code__in=list(codes)).values_list("code", "id")
    return {str(code): int(str(key)) for code, key in rows}


async def channel_codes(ids: object) -> list[str] | None:
    """Codes of channels by their row keys, as the log keeps them; None: all."""
    if not isinstance(ids, list):
        return None
    codes = await SalesChannel.filter(id__in=ids).order_by("code").values_list("code", flat=True)
    return [str(code) for code in codes]
