"""Whether the process lives, and whether it can work."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from server import wire
from server.logs import LOG
from server.program import Check

PATIENCE: Final = 2.0
"""Seconds a check may take."""


async def alive(_request: web.Request) -> web.Response:
    """200 as long as the process answers at all."""
    return _json(200, {"status": "ok"})


class Readiness:
    """200 when every check passes, else 503; both say how each of them went."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def answer(self, _request: web.Request) -> web.Response:
        outcomes = await asyncio.gather(*(_outcome(name, check) for name, check in self._checks.items()))
        checks = dict(zip(self._checks, outcomes, strict=True))
        ready = all(outcome == "ok" for outcome in outcomes)
        status = "ok" if ready else "unavailable"
        return _json(200 if ready else 503, {"status": status, "checks": checks})


async def _outcome(name: str, check: Check) -> str:
    """Texts of exceptions stay inside: they name hosts and users."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await check() or "ok"
    except TimeoutError:
        return f"no answer within {PATIENCE:g} s"
    except Exception:
        LOG.warning("a readiness check failed", exc_info=True, extra={"check": name})
        return "failed"


def _json(status: int, body: Mapping[str, object]) -> web.Response:
    return web.Response(
        status=status,
        body=wire.dumps(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
