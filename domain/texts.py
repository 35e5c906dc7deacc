"""What may be stored as text, a link or a measure, whoever it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from domain.refusals import InvalidInput

SCHEMES: Final = ("http", "https")


def unstorable(text: str) -> bool:
    """Whether a text holds NUL or half a character, which no database takes."""
    return "\0" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text))


def fits(text: str, longest: int) -> bool:
    """Whether a column of that length can hold it. Looking up another text fails where it should find nothing."""
    return len(text) <= longest and not unstorable(text)


def text_reasons(
    text: str | None, longest: int, *path: str, least: int = 0, noun: str = "The text"
) -> Iterator[InvalidInput]:
    """What is wrong with a text; spaces around it do not count, and None is fine."""
    if text is None:
        return
    if unstorable(text):
        yield InvalidInput(message=f"{noun} holds a character that is no text; remove it.", path=path)
    elif not least <= (length := len(text.strip())) <= longest:
        yield InvalidInput(message=f"{noun} has {least} to {longest} characters; this has {length}.", path=path)


def tidy(text: str | None) -> str | None:
    """Without the spaces around it; None for a text of nothing but spaces."""
    return (text or "").strip() or None


def link_reasons(link: str | None, longest: int, *path: str) -> Iterator[InvalidInput]:
    """What is wrong with an address that browsers are sent to; nothing for None."""
    found = tuple(text_reasons(link, longest, *path, noun="The link"))
    yield from found
    if link is not None and not found and not _leads_to_the_web(link):
        message = "The link is no web address; write it in full, like https://carrier.example/track/1."
        yield InvalidInput(message=message, path=path)


def measure_reasons(value: int | None, largest: int, *path: str) -> Iterator[InvalidInput]:
    """What is wrong with a measure of at least 1; nothing for None."""
    if value is not None and not 1 <= value <= largest:
        yield InvalidInput(message=f"Give a whole number from 1 to {largest}, or leave it out.", path=path)


def _leads_to_the_web(link: str) -> bool:
    if any(sign.isspace() or not sign.isprintable() for sign in link.strip()):
        return False
    try:
        parts = urlsplit(link.strip())
        return parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        return False
