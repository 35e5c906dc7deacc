"""Cursors: opaque, stable, and never guessed at."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from subscriptions.core.cursor import Cursor, CursorMalformed, decode, encode

EPOCH = "0f3a9c"


@given(st.text("0123456789abcdef", min_size=1, max_size=32), st.integers(0, 2**63 - 1))
def test_a_cursor_leads_back_to_the_place_it_was_made_for(epoch: str, position: int) -> None:
    text = encode(epoch, position)

    assert decode(text) == Cursor(epoch, position)
    assert text.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=200))
@example("")
@example("MS41LmFiYw==")
@example("9" * 5000)
@example("\ud800")
@example("\u0663")
def test_a_text_that_we_did_not_make_is_refused_or_is_exactly_one_of_ours(text: str) -> None:
    try:
        cursor = decode(text)
    except CursorMalformed:
        return

    assert encode(cursor.epoch, cursor.position) == text


@pytest.mark.parametrize(
    "inside",
    [
        *(f"2.5.{EPOCH}", f"1.-5.{EPOCH}", f"1.+5.{EPOCH}", f"1. 5.{EPOCH}", f"1.05.{EPOCH}", f"1.5_0.{EPOCH}"),
        *(f"1.{2**63}.{EPOCH}", f"1.\u0665.{EPOCH}", f"1.5e3.{EPOCH}", "1.5", "1..", "...", ""),
    ],
)
def test_a_cursor_with_another_version_or_a_strange_number_is_refused(inside: str) -> None:
    text = urlsafe_b64encode(inside.encode()).rstrip(b"=").decode()

    with pytest.raises(CursorMalformed):
        decode(text)


@given(st.integers(0, 2**40), st.data())
def test_a_cursor_with_one_character_changed_never_means_the_same_place(
    position: int, data: st.DataObject
) -> None:
    text = encode(EPOCH, position)
    index = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("AZaz09-_ .=\n").filter(lambda character: character != text[index]))

    changed = text[:index] + other + text[index + 1 :]

    with suppress(CursorMalformed):
        assert decode(changed) != Cursor(EPOCH, position)


def test_the_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(CursorMalformed) as refused:
        decode("a.secret.text")

    assert "secret" not in str(refused.value)
