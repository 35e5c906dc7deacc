"""Each line goes to the source that the rules name first, or gets the one issue that stands in its way."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from domain.catalog import DeliveryMode, VariantStatus
from domain.issues import Finding, IssueCode
from domain.routing import LARGEST_COUNT, Offer, Promise, Wanted, allot, route

WANTED = Wanted(
    number=3,
    sku="MUG",
    units=2,
    mode=DeliveryMode.SHIP,
    variant=VariantStatus.ACTIVE,
    supplier_code=None,
    shipping_method="Express",
)
OFFER = Offer(
    stock_level_id=1,
    source_id=1,
    source_name="North",
    fulfiller_id=7,
    fulfiller_code="printer",
    available=10,
    delivers=True,
    service_id=5,
    place=2,
)
BY_PREFERENCE = [
    replace(OFFER, source_id=9, place=1),
    replace(OFFER, source_id=8, same_region=True, same_country=True),
    replace(OFFER, source_id=7, same_country=True),
    replace(OFFER, source_id=6, available=None),
    replace(OFFER, source_id=5, available=11),
    replace(OFFER, source_id=3),
    replace(OFFER, source_id=4),
]
"""Routing rules first, then the nearest, then the most stock, then always the same one."""


def _issue(wanted: Wanted, *offers: Offer, allow_backorder: bool = False) -> IssueCode | None:
    answer = route(wanted, offers, allow_backorder=allow_backorder)
    if isinstance(answer, Finding):
        assert (answer.line, answer.path) == (wanted.number, "lines.3.sku")
        return answer.code
    return None


@pytest.mark.parametrize("better", range(len(BY_PREFERENCE) - 1))
def test_the_better_of_two_sources_is_taken_in_whatever_order_they_come(better: int) -> None:
    for worse in BY_PREFERENCE[better + 1 :]:
        for offers in permutations([BY_PREFERENCE[better], worse]):
            assert route(WANTED, offers, allow_backorder=False) == Promise(WANTED, BY_PREFERENCE[better], 5)


@pytest.mark.parametrize(
    ("wanted", "offer", "issue"),
    [
        (replace(WANTED, variant=None), OFFER, IssueCode.UNKNOWN_SKU),
        (replace(WANTED, variant=VariantStatus.DISABLED), OFFER, IssueCode.PRODUCT_DISABLED),
        (replace(WANTED, variant=VariantStatus.OUT_OF_STOCK), OFFER, IssueCode.OUT_OF_STOCK),
        (replace(WANTED, supplier_code="other"), OFFER, IssueCode.NO_SUPPLIER),
        (WANTED, replace(OFFER, delivers=False), IssueCode.NO_SUPPLIER),
        (WANTED, replace(OFFER, available=1), IssueCode.OUT_OF_STOCK),
        (WANTED, replace(OFFER, service_id=None), IssueCode.SHIPPING_UNMAPPED),
        (WANTED, OFFER, None),
        (WANTED, replace(OFFER, available=2), None),
        (WANTED, replace(OFFER, available=None), None),
        (replace(WANTED, supplier_code="printer"), OFFER, None),
    ],
)
def test_what_stands_in_the_way_is_named(wanted: Wanted, offer: Offer, issue: IssueCode | None) -> None:
    assert _issue(wanted, offer) is issue


def test_a_line_nobody_carries_has_no_supplier() -> None:
    assert _issue(WANTED) is IssueCode.NO_SUPPLIER


def test_a_back_order_is_made_where_the_channel_allows_it_and_only_when_nobody_has_enough() -> None:
    near_and_empty = replace(OFFER, source_id=2, available=0, place=1, same_region=True)

    alone = route(WANTED, [near_and_empty], allow_backorder=True)
    beside_a_full_one = route(WANTED, [near_and_empty, OFFER], allow_backorder=True)

    assert alone == Promise(WANTED, near_and_empty, 5)
    assert beside_a_full_one == Promise(WANTED, OFFER, 5)


def test_what_is_not_shipped_needs_no_carrier_service() -> None:
    unmapped = replace(OFFER, service_id=None)

    for mode in set(DeliveryMode) - {DeliveryMode.SHIP}:
        wanted = replace(WANTED, mode=mode)
        assert route(wanted, [unmapped], allow_backorder=False) == Promise(wanted, unmapped, None)


def _allotted(*promises: Promise, allow_backorder: bool = False) -> tuple[list[int], list[int | None]]:
    """Numbers of the lines whose promises are kept, and of those that go short."""
    kept, short = allot(promises, allow_backorder=allow_backorder)
    return [promise.wanted.number for promise in kept], [finding.line for finding in short]


def test_lines_of_one_order_are_not_promised_the_same_units() -> None:
    counted = replace(OFFER, available=3)
    first, second, third = (
        Promise(replace(WANTED, number=number, units=units), counted, 5)
        for number, units in ((1, 2), (2, 2), (3, 1))
    )

    assert _allotted(first, second, third) == ([1, 3], [2])
    assert _allotted(first, second, third, allow_backorder=True) == ([1, 2, 3], [])


def test_promises_are_kept_in_the_order_in_which_stock_is_locked() -> None:
    promises = [
        Promise(replace(WANTED, number=number), replace(OFFER, stock_level_id=level, available=9), 5)
        for number, level in ((1, 8), (2, 7), (3, 8))
    ]

    assert _allotted(*promises) == ([2, 1, 3], [])


def test_more_units_than_can_be_counted_are_not_promised_even_as_a_back_order() -> None:
    full = replace(OFFER, available=-5, reserved=LARGEST_COUNT - 1)

    assert _allotted(Promise(replace(WANTED, units=2), full, 5), allow_backorder=True)[0] == []
    assert _allotted(Promise(replace(WANTED, units=1), full, 5), allow_backorder=True)[1] == []


def test_what_a_fulfiller_withdrew_comes_from_somebody_else_or_not_at_all() -> None:
    withdrawn = replace(OFFER, status=VariantStatus.DISABLED)
    other = replace(OFFER, source_id=2, place=9)

    assert route(WANTED, [withdrawn, other], allow_backorder=False) == Promise(WANTED, other, 5)
    assert _issue(WANTED, withdrawn) is IssueCode.PRODUCT_DISABLED
    assert _issue(replace(WANTED, supplier_code="printer"), withdrawn, allow_backorder=True) is (
        IssueCode.PRODUCT_DISABLED
    )


def test_what_a_fulfiller_calls_sold_out_is_not_even_promised_for_later() -> None:
    sold_out = replace(OFFER, status=VariantStatus.OUT_OF_STOCK, available=None)

    assert _issue(WANTED, sold_out, allow_backorder=True) is IssueCode.OUT_OF_STOCK
