"""What tests of the feed may ask for."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from models.event_log import DatabaseLog
from subscriptions.core.log import EventLog


@pytest.fixture
def log(orm: TortoiseContext) -> EventLog:
    return DatabaseLog(orm.connections.get("default"))
