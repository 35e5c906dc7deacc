"""From the text of an Authorization header to a viewer."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Viewer
from server import tokens
from server.program import Program
from server.tokens import Claims, Refusal, TokenRefused


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who showed a good token."""

    claims: Claims
    viewer: Viewer


async def identify(program: Program, header: object) -> Identity:
    """Who shows this header. Raises TokenRefused, also when nobody of that name may sign in any more."""
    claims = tokens.verify(program.settings, _bearer(header))
    viewer = await program.authenticate(claims)
    if viewer is None:
        raise TokenRefused(Refusal.UNKNOWN)
    return Identity(claims, viewer)


def _bearer(header: object) -> str:
    if header is None or header == "":
        raise TokenRefused(Refusal.MISSING)
    if not isinstance(header, str):
        raise TokenRefused(Refusal.MALFORMED)
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused(Refusal.MALFORMED)
    return token.strip()
