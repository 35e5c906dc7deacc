"""Exact money: integer minor units and an ISO 4217 currency inside, decimal strings outside, never a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for "no currency": a channel whose first import has yet to name one."""

EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
    **dict.fromkeys(("CLF UYW").split(), 4),
}
"""Decimals of the currencies that do not have two (ISO 4217, list one)."""

CURRENCIES: Final = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
        "GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD "
        "KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
        "NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
        "SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV "
        "WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
    ).split()
)
LARGEST_MINOR: Final = 10**15
"""Amounts beyond this (ten trillion in a two-decimal currency) are a typing error, not a price."""
_PLAIN: Final = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return EXPONENTS.get(currency, 2)


def to_minor(amount: str, currency: str) -> int:
    """`"12.30"` -> 1230.

    Raises ValueError, saying what to write instead, when it is no plain decimal number, has more decimals
    than the currency (zeros at the end do not count), or is out of range.
    """
    parts = _PLAIN.fullmatch(amount.strip())
    if parts is None:
        raise ValueError(f"“{amount}” is not an amount; write it like 12.30, with a point and no currency sign")
    sign, whole, decimals = parts["sign"], parts["whole"], (parts["decimals"] or "").rstrip("0")
    places = exponent(currency)
    if len(decimals) > places:
        raise ValueError(f"“{amount}” has more decimals than {currency} has ({places})")
    digits = (whole + decimals.ljust(places, "0")).lstrip("0") or "0"
    if len(digits) > len(str(LARGEST_MINOR)) or int(digits) > LARGEST_MINOR:
        raise ValueError(f"“{amount}” is too large")
    return int(sign + digits)


def to_text(minor: int, currency: str) -> str:
    """1230 -> `"12.30"`: exactly the currency's decimals."""
    places = exponent(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def round_minor(value: Decimal) -> int:
    """HALF_UP to the minor unit, away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax_inside(gross_minor: int, rate: Decimal) -> int:
    """The tax contained in a gross amount. `rate` 0.20 means 20 %: 120.00 holds 20.00."""
    return gross_minor - round_minor(Decimal(gross_minor) / (1 + rate))


def split(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Share a sum by weight, rounding cumulatively, so that the parts always add up.

    100.00 over three equal weights is 33.33, 33.34, 33.33. All-zero weights count as equal ones.
    """
    if not weights:
        return []
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole, run, given, parts = sum(shares), 0, 0, []
    for share in shares:
        run += share
        upto = round_minor(Decimal(total_minor) * run / whole)
        parts.append(upto - given)
        given = upto
    return parts


def first_units(total_minor: int, units: int, kept: int) -> int:
    """What the first `kept` of a line's units are worth together: the sum of that many `unit_shares`."""
    return round_minor(Decimal(total_minor) * kept / units)


def unit_shares(total_minor: int, units: int) -> list[int]:
    """What each unit of a line is worth: `split` into equal weights."""
    return split(total_minor, [1] * units)
