"""Bearer tokens: JSON Web Tokens signed with the installation's secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import jwt

from domain.listing import Listing
from server.settings import Settings

ALGORITHM: Final = "HS256"
LEEWAY: Final = timedelta(seconds=5)
LONGEST: Final = 4096
"""Characters. A longer text is refused unread."""

_SUBJECT: Final = re.compile(r"(user|client):([1-9][0-9]{0,17})", re.ASCII)


class Refusal(Listing):
    """Why a token is refused, in the words the client gets."""

    MISSING = "MISSING", "There is no token."
    MALFORMED = "MALFORMED", "The token is malformed."
    EXPIRED = "EXPIRED", "The token has expired."
    NOT_YET_VALID = "NOT_YET_VALID", "The token is not valid yet."
    FOREIGN = "FOREIGN", "The token was not made for this installation."
    UNKNOWN = "UNKNOWN", "The user or API client of the token does not exist or may no longer sign in."
    BAD_KEY = "BAD_KEY", "The API key is not valid: there is no such key, or it has ended."


class TokenRefused(Exception):
    """A token that lets nobody in. Its text is fit for the client."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.meaning)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token speaks for: `user:<id>` or `client:<id>`."""

    kind: Literal["user", "client"]
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def user(cls, id: int) -> Subject:
        return cls("user", id)

    @classmethod
    def client(cls, id: int) -> Subject:
        return cls("client", id)

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Raises TokenRefused for anything but the two forms."""
        found = _SUBJECT.fullmatch(text)
        if found is None:
            raise TokenRefused(Refusal.MALFORMED)
        return cls("user" if found[1] == "user" else "client", int(found[2]))


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says, or what is known of a key. Times in UTC."""

    subject: Subject
    issued_at: datetime
    expires_at: datetime | None
    """None: a key that does not end by itself."""


def issue(settings: Settings, subject: Subject, ttl: timedelta) -> str:
    """A token for the subject that ends after `ttl`."""
    now = datetime.now(UTC)
    claims = {
        "iss": settings.issuer,
        "aud": settings.audience,
        "sub": str(subject),
        "iat": now,
        "exp": now + ttl,
    }
    return jwt.encode(claims, settings.signing_key, algorithm=ALGORITHM)


def verify(settings: Settings, text: str) -> Claims:
    """The claims of a token of this installation. Raises TokenRefused.

    One algorithm and one key: whatever the token itself says about keys (kid, jku, jwk, x5u) is not looked at.
    """
    if not text:
        raise TokenRefused(Refusal.MISSING)
    if len(text) > LONGEST:
        raise TokenRefused(Refusal.MALFORMED)
    said = _decode(settings, text)
    try:
        return Claims(
            subject=Subject.parse(str(said["sub"])),
            issued_at=datetime.fromtimestamp(float(said["iat"]), UTC),
            expires_at=datetime.fromtimestamp(float(said["exp"]), UTC),
        )
    except (TypeError, ValueError, OverflowError, OSError):
        raise TokenRefused(Refusal.MALFORMED) from None


_REFUSALS: Final[tuple[tuple[type[Exception], Refusal], ...]] = (
    (jwt.ExpiredSignatureError, Refusal.EXPIRED),
    (jwt.ImmatureSignatureError, Refusal.NOT_YET_VALID),
    (jwt.InvalidSignatureError, Refusal.FOREIGN),
    (jwt.InvalidAlgorithmError, Refusal.FOREIGN),
    (jwt.InvalidAudienceError, Refusal.FOREIGN),
    (jwt.InvalidIssuerError, Refusal.FOREIGN),
)


def _decode(settings: Settings, text: str) -> dict[str, str | int | float]:
    try:
        said: dict[str, str | int | float] = jwt.decode(
            text,
            settings.signing_key,
            algorithms=[ALGORITHM],
            issuer=settings.issuer,
            audience=settings.audience,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as wrong:
        reason = next((reason for kind, reason in _REFUSALS if isinstance(wrong, kind)), Refusal.MALFORMED)
        raise TokenRefused(reason) from None
    return said
