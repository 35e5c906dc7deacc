"""Personal data as it is shown to those who may not see it."""

from __future__ import annotations

from typing import Any


def mask(text: str) -> str:
    """First letter, then stars however long it is."""
    return f"{text[:1]}***"


def mask_email(_text: str) -> str:
    """An address that says nothing."""
    return "a***@***"


def mask_lines(lines: list[str]) -> list[str]:
    """Every line masked."""
    return [mask(line) for line in lines]


def mask_words(text: str) -> str:
    """Free text, in which people may be named: nothing of it, but whether there is any."""
    return "***" if text else text


def mask_emails(addresses: list[str]) -> list[str]:
    """Every address masked."""
    return [mask_email(address) for address in addresses]


def mask_link(_link: str) -> str:
    """A link that leads nowhere."""
    return "https://***"


def mask_values(entries: dict[str, Any]) -> dict[str, Any]:
    """The names stay; texts are masked, everything else is starred out."""
    return {name: mask(value) if isinstance(value, str) else "***" for name, value in entries.items()}
