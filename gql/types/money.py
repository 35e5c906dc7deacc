"""Money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from domain.money import to_text
from gql.fields import computed, plain
from gql.scalars import CurrencyCode, DecimalString
from reads.rules import Rule, everybody


@strawberry.type(description="An exact amount of money.")
class Money:
    """Amount and currency."""

    amount: DecimalString = plain(about="The amount with exactly the currency's decimals, such as `12.30`.")
    currency: CurrencyCode = plain(about="What the amount is in, ISO 4217.")


def money(minor: int | None, currency: str | None) -> Money | None:
    """Minor units as money; nothing stays nothing."""
    if minor is None or currency is None:
        return None
    return Money(amount=DecimalString(to_text(minor, currency)), currency=CurrencyCode(currency))


def amount(minor: str, *, currency: str = "currency", about: str, shown: Rule = everybody) -> Any:
    """A field made of a column of minor units and the column with their currency."""
    return computed(money, needs=[minor, currency], about=about, shown=shown)


def amount_of(fn: Any, needs: Sequence[str], *, currency: str = "currency", about: str) -> Any:
    """A field made of several columns of minor units; `fn` brings them down to one."""

    def of(*values: Any) -> Money | None:
        return money(fn(*values[:-1]), values[-1])

    return computed(of, needs=[*needs, currency], about=about)
