"""Keys of API clients: `og_`, a name to find the key by, and a secret. Only a hash of them is ever stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

MARK: Final = "og_"
"""What every key begins with: secret scanners know it by that, and so do we."""

_NAME_BYTES: Final = 5
_SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(rf"({MARK}[0-9a-f]{{10}})_[A-Za-z0-9_-]{{43}}", re.ASCII)
_NOBODYS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key made just now. `text` is shown once and kept nowhere; `repr` does not tell it."""

    text: str
    prefix: str
    """Mark and name: what may be shown, and what the key is found by."""
    hash: str

    def __repr__(self) -> str:
        return f"NewKey({self.prefix})"


def new_key() -> NewKey:
    """A key with 256 random bits."""
    prefix = MARK + secrets.token_hex(_NAME_BYTES)
    text = f"{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return NewKey(text, prefix, key_hash(text))


def prefix_of(text: str) -> str | None:
    """What to find a key by; None for a text that is no key."""
    shaped = _SHAPE.fullmatch(text)
    return shaped[1] if shaped else None


def key_hash(text: str) -> str:
    """SHA-256: a key is random enough to need no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def opens(text: str, stored: str | None) -> bool:
    """Whether a key has this hash, compared in constant time; never when there is none, which takes as long."""
    return hmac.compare_digest(key_hash(text), stored or _NOBODYS) and stored is not None
