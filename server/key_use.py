"""When API keys were last used: written beside the requests, at most once a minute for each client."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from tortoise.expressions import Q

from models import ApiClient
from operations.world import utc_now
from subscriptions.core.background import Loop

logger = logging.getLogger(__name__)
EVERY: Final = timedelta(minutes=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class KeyUse:
    """What one process saw of keys. The newest time wins, whichever process writes it."""

    def __init__(self) -> None:
        self._noted: dict[int, datetime] = {}
        self._written: dict[int, datetime] = {}
        self._loop = Loop("key use", self._turn)

    def note(self, client_id: int) -> None:
        """A key of this API client was used now."""
        self._noted[client_id] = utc_now()
        if self._is_due(client_id):
            self._loop.wake()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Writes while it is open, and what is left when it closes."""
        self._loop.start()
        try:
            yield
        finally:
            await self._loop.stop()
            try:
                await self.write()
            except Exception as failure:
                logger.warning("The last use of keys could not be written: %s", type(failure).__name__)

    async def write(self) -> None:
        """Writes what was noted. What cannot be written stays noted."""
        for client_id in sorted(self._noted):
            await self._write(client_id)

    async def _turn(self) -> float | None:
        for client_id in sorted(filter(self._is_due, self._noted)):
            await self._write(client_id)
        return EVERY.total_seconds() if self._noted else None

    async def _write(self, client_id: int) -> None:
        at = self._noted[client_id]
        older = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
        await ApiClient.filter(older, id=client_id).update(last_used_at=at)
        self._written[client_id] = at
        if self._noted[client_id] == at:
            del self._noted[client_id]

    def _is_due(self, client_id: int) -> bool:
        return self._written.get(client_id, _NEVER) <= utc_now() - EVERY
