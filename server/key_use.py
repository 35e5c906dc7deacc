"""When API keys were last used: written beside the requests, at most once a minute."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from tortoise.expressions import Q

from models import ApiClient
from operations.world import utc_now
from subscriptions.core.background import Loop

logger = logging.getLogger(__name__)
EVERY: Final = 60.0
"""Seconds."""


class KeyUse:
    """What one process saw of keys. The newest time wins, whichever process writes it."""

    def __init__(self) -> None:
        self._noted: dict[int, datetime] = {}
        self._loop = Loop("key use", self._turn, spacing=EVERY)

    def note(self, client_id: int) -> None:
        """A key of this API client was used now."""
        self._noted[client_id] = utc_now()
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
        noted, self._noted = self._noted, {}
        try:
            for client_id, at in sorted(noted.items()):
                older = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
                await ApiClient.filter(older, id=client_id).update(last_used_at=at)
        except BaseException:
            self._noted = {**noted, **self._noted}
            raise

    async def _turn(self) -> None:
        await self.write()
