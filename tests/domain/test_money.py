"""Money is exact: nothing is lost in splitting, nothing odd is taken for an amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import (
    CURRENCIES,
    EXPONENTS,
    LARGEST_MINOR,
    NO_CURRENCY,
    exponent,
    round_minor,
    split,
    tax_inside,
    to_minor,
    to_text,
    unit_shares,
)

amounts = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(CURRENCIES))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "EUR", 1230),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("12.3000", "EUR", 1230),
        (" 0.05 ", "USD", 5),
        ("-0.05", "USD", -5),
        ("-0", "USD", 0),
        ("007.50", "USD", 750),
        ("1000", "JPY", 1000),
        ("1000.0", "JPY", 1000),
        ("1.234", "BHD", 1234),
        ("1.2345", "CLF", 12345),
        ("10000000000000.00", "EUR", LARGEST_MINOR),
    ],
)
def test_amounts_are_read_to_the_minor_unit(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


NO_AMOUNTS = """1e3 1E3 NaN sNaN Infinity -inf 12,30 1,234.50 1_000 +5 --5 .5 5. €5 0x10 1.2.3 twelve =5
                \u0661\u0662 \uff11\uff12"""


@pytest.mark.parametrize("text", [*NO_AMOUNTS.split(), "", " ", "1 000", "5 EUR", "5\n6"])
def test_what_is_no_plain_amount_is_refused_and_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like 12\.30"):
        to_minor(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.345", "EUR"),
        ("1.5", "JPY"),
        ("1.2345", "BHD"),
        ("0.001", "USD"),
        ("12.300000000000000000000000000000001", "EUR"),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"has more decimals than {currency} has"):
        to_minor(text, currency)


@pytest.mark.parametrize("text", ["10000000000000.01", "-10000000000000.01", "9" * 5000])
def test_amounts_no_shop_has_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is too large"):
        to_minor(text, "EUR")


@settings(deadline=None)
@given(minor=amounts, currency=currencies)
def test_an_amount_that_is_written_and_read_is_the_same(minor: int, currency: str) -> None:
    text = to_text(minor, currency)

    assert to_minor(text, currency) == minor
    assert len(text.partition(".")[2]) == exponent(currency)


def test_currencies_without_two_decimals_are_known_currencies() -> None:
    assert set(EXPONENTS) <= CURRENCIES
    assert (exponent("EUR"), exponent("JPY"), exponent("BHD"), exponent("CLF")) == (2, 0, 3, 4)
    assert NO_CURRENCY not in CURRENCIES


@settings(deadline=None)
@given(total=amounts, weights=st.lists(st.integers(0, 10**9), max_size=40))
def test_the_parts_of_a_sum_add_up_to_it_and_each_is_less_than_a_cent_off(total: int, weights: list[int]) -> None:
    parts = split(total, weights)

    assert len(parts) == len(weights)
    assert sum(parts) == (total if weights else 0)
    shares = weights if any(weights) else [1] * len(weights)
    for part, weight in zip(parts, shares, strict=True):
        assert abs(part - Decimal(total) * weight / sum(shares)) <= 1


def test_a_hundred_over_three_units_is_split_as_the_credit_notes_say() -> None:
    assert unit_shares(10000, 3) == [3333, 3334, 3333]
    assert unit_shares(100, 0) == []
    assert split(100, [0, 0]) == [50, 50]
    assert split(100, [0, 1, 0]) == [0, 100, 0]


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [
        (12000, "0.20", 2000),
        (11900, "0.19", 1900),
        (100, "0.07", 7),
        (0, "0.20", 0),
        (999, "0", 0),
        (1, "0.20", 0),
    ],
)
def test_the_tax_inside_a_gross_amount(gross: int, rate: str, tax: int) -> None:
    assert tax_inside(gross, Decimal(rate)) == tax


@settings(deadline=None)
@given(gross=st.integers(0, 10**12), rate=st.decimals(0, 1, places=4))
def test_net_and_tax_make_the_gross_and_the_tax_is_right_to_half_a_cent(gross: int, rate: Decimal) -> None:
    tax = tax_inside(gross, rate)
    net = gross - tax

    assert 0 <= tax <= gross
    assert abs(net * (1 + rate) - gross) <= (1 + rate) / 2


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("2.49", 2)])
def test_halves_are_rounded_away_from_nothing(value: str, rounded: int) -> None:
    assert round_minor(Decimal(value)) == rounded
