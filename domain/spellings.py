"""Texts compared with A to Z folded: how a searched text may be spelled in the database."""

from __future__ import annotations

from typing import Final

_FOLDED: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_LAST: Final = 0x10FFFF
_BEFORE_HALVES, _AFTER_HALVES = 0xD7FF, 0xE000
_NOT_DIALLED: Final = str.maketrans("", "", " -()/.")


def folded(text: str) -> str:
    """A to Z in small letters; every other letter as it is. What `lower` does in either database."""
    return text.translate(_FOLDED)


def spellings(text: str) -> tuple[str, ...]:
    """The folded texts a searched text stands for: as it is, in small letters, in capitals, with capital initials.

    So “özdemir” finds “Özdemir” and “ÖZDEMIR” in databases that fold A to Z alone.
    """
    return tuple(dict.fromkeys(folded(one) for one in (text, text.lower(), text.upper(), text.title())))


def dialled(text: str) -> str:
    """A telephone number without what only makes it readable."""
    return text.translate(_NOT_DIALLED)


def dialled_pattern(pattern: str) -> str:
    """A pattern of `like` without what only makes a telephone number readable, escaped or not."""
    kept = ""
    signs = iter(pattern)
    for sign in signs:
        one = sign + next(signs, "") if sign == "\\" else sign
        kept += one if dialled(one[-1]) else ""
    return kept


def after_all(prefix: str) -> str | None:
    """The first text that comes after every text with this prefix; None: there is none."""
    kept = prefix.rstrip(chr(_LAST))
    if not kept:
        return None
    last = ord(kept[-1])
    return kept[:-1] + chr(_AFTER_HALVES if last == _BEFORE_HALVES else last + 1)


def fixed_start(pattern: str) -> str:
    """The text that everything fitting a pattern of `like` begins with."""
    start = ""
    signs = iter(pattern)
    for sign in signs:
        if sign in "%_":
            break
        start += next(signs, "") if sign == "\\" else sign
    return start


def literal(text: str) -> str:
    """A pattern of `like` that fits this text alone."""
    return "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in text)
