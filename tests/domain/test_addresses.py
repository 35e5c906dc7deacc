"""What a parcel cannot do without."""

from __future__ import annotations

import pytest

from domain.addresses import missing_parts

COMPLETE = {"name": "Ana Lima", "street": ["Rua A 1"], "city": "Porto", "postcode": "4000", "country_code": "PT"}


def test_a_complete_address_lacks_nothing() -> None:
    assert missing_parts(**COMPLETE) == []


@pytest.mark.parametrize("part", COMPLETE)
@pytest.mark.parametrize("empty", ["", "  "])
def test_each_missing_part_is_named_as_the_api_calls_it(part: str, empty: str) -> None:
    value = [empty, empty] if part == "street" else empty

    missing = missing_parts(**COMPLETE | {part: value})

    assert missing == ["countryCode" if part == "country_code" else part]


def test_all_missing_parts_are_named_at_once() -> None:
    missing = missing_parts(name="", street=[], city="", postcode="", country_code="")

    assert missing == ["name", "street", "city", "postcode", "countryCode"]
