"""Where a client stands in the log, as text it cannot read."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

_VERSION = "1"
_LONGEST = 120
_LAST_POSITION = 2**63 - 1


class CursorMalformed(ValueError):
    """A text that `encode` never made. Says nothing about the text, so that it may be logged."""

    def __init__(self) -> None:
        super().__init__("This is not a cursor of this API.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to and including `position` of this `epoch` has been seen. Position 0: nothing yet."""

    epoch: str
    position: int


def encode(epoch: str, position: int) -> str:
    """Url-safe text without padding; equal places have equal texts."""
    return urlsafe_b64encode(f"{_VERSION}.{position}.{epoch}".encode()).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """The place a text made by `encode` names. Raises CursorMalformed for any other text, of any length."""
    if len(text) > _LONGEST:
        raise CursorMalformed
    try:
        version, digits, epoch = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".", 2)
        cursor = Cursor(epoch, int(digits))
    except ValueError:
        raise CursorMalformed from None
    # Many texts decode to the same place (other digits, stray characters); only the one `encode` makes counts.
    if version != _VERSION or not 0 <= cursor.position <= _LAST_POSITION or encode(epoch, cursor.position) != text:
        raise CursorMalformed
    return cursor
