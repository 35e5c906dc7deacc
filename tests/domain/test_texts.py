"""Texts, links and measures as they come in."""

from __future__ import annotations

import pytest

from domain.texts import link_reasons, measure_reasons, text_reasons, unstorable


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "end \udc00"])
def test_a_character_that_no_database_takes_is_refused_and_not_repeated(text: str) -> None:
    (reason,) = text_reasons(text, 100, "input", "body")

    assert unstorable(text)
    assert reason.path == ("input", "body")
    assert text not in reason.message


@pytest.mark.parametrize("text", [None, "", "é" * 100, "😀", "  " + "a" * 100 + "  "])
def test_a_text_of_a_lawful_length_is_taken(text: str | None) -> None:
    assert list(text_reasons(text, 100)) == []


@pytest.mark.parametrize("text", ["", "   ", "a" * 101])
def test_a_text_too_short_or_too_long_is_refused_with_its_length(text: str) -> None:
    (reason,) = text_reasons(text, 100, least=1)

    assert f"this has {len(text.strip())}" in reason.message


@pytest.mark.parametrize(
    "link", [None, "https://carrier.example/t/1?x=2#y", "HTTP://carrier.example", "https://a:80/ü"]
)
def test_a_web_address_is_taken(link: str | None) -> None:
    assert list(link_reasons(link, 700)) == []


@pytest.mark.parametrize(
    "link",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://carrier.example",
            "//carrier.example",
            "carrier.example",
        ),
        *("https://", "https:///x", "https://a b", "https://a\nb", "https://a\u2028b", "https:carrier.example"),
        *("https://[::1", "https://:443/x", "https://me@/x", "https://a:b:c", "https://a:99999", "https://a:0"),
    ],
)
def test_what_is_no_web_address_is_refused(link: str) -> None:
    assert len(list(link_reasons(link, 700, "input", "trackingUrl"))) == 1


def test_a_link_too_long_is_refused_once() -> None:
    assert len(list(link_reasons("x" * 701, 700))) == 1


@pytest.mark.parametrize("value", [0, -1, 1001])
def test_a_measure_below_one_or_beyond_the_largest_is_refused(value: int) -> None:
    assert len(list(measure_reasons(value, 1000, "input", "weightGrams"))) == 1


@pytest.mark.parametrize("value", [None, 1, 1000])
def test_a_measure_within_bounds_is_taken(value: int | None) -> None:
    assert list(measure_reasons(value, 1000)) == []
