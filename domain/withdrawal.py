"""Whether a variant can be ordered: the retailer's word, else the best that those who carry it say (S0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.catalog import VariantStatus

_BEST_FIRST: Final = (VariantStatus.ACTIVE, VariantStatus.OUT_OF_STOCK, VariantStatus.DISABLED)


def effective(own: VariantStatus | None, carried: Iterable[VariantStatus]) -> VariantStatus:
    """What orders are judged by. Nobody carries it: it stays orderable, and finds no supplier."""
    return own or min(carried, key=_BEST_FIRST.index, default=VariantStatus.ACTIVE)
