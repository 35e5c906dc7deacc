"""From the text of an Authorization header to a viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.access import Viewer
from domain.api_keys import MARK
from server import tokens
from server.program import Program
from server.tokens import Claims, Refusal, Subject, TokenRefused


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who showed a good token or key."""

    claims: Claims
    viewer: Viewer


async def identify(program: Program, header: object) -> Identity:
    """Who shows this header: a token or an API key. Raises TokenRefused, also when they may not sign in any more.

    Nobody's access has changed between the look-up and the answer: what changes later, `program.access` tells.
    """
    text = _bearer(header)
    look_up = _by_key if text.startswith(MARK) else _by_token
    while True:
        passed = program.access.passed
        identity = await look_up(program, text)
        if passed == program.access.passed:
            return identity


async def _by_token(program: Program, text: str) -> Identity:
    claims = tokens.verify(program.settings, text)
    viewer = await program.authenticate(claims)
    if viewer is None:
        raise TokenRefused(Refusal.UNKNOWN)
    return Identity(claims, viewer)


async def _by_key(program: Program, text: str) -> Identity:
    viewer = await program.authenticate_key(text)
    if viewer is None or viewer.api_client_id is None:
        raise TokenRefused(Refusal.BAD_KEY)
    return Identity(Claims(Subject.client(viewer.api_client_id), datetime.now(UTC), viewer.expires_at), viewer)


def _bearer(header: object) -> str:
    if header is None or header == "":
        raise TokenRefused(Refusal.MISSING)
    if not isinstance(header, str):
        raise TokenRefused(Refusal.MALFORMED)
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused(Refusal.MALFORMED)
    return token.strip()
