"""Events that change what somebody may see and do, and whom they concern."""

from __future__ import annotations

from typing import Final

from domain.access import Viewer
from domain.events import EventKind, LogEntry

SCOPE_CHANGED: Final = "scopeChanged"
"""In the data of an event: whoever it concerns may see or do something else since."""


def changes_scope(entry: LogEntry) -> bool:
    """Whether somebody may see or do something else since; a new name, for example, changes nothing."""
    return entry.kind is EventKind.ACCESS and entry.data.get(SCOPE_CHANGED) is True


def concerns(entry: LogEntry, viewer: Viewer) -> bool:
    """Whether an event that changes a scope changes this viewer's."""
    who = {"user": viewer.user_id, "api_client": viewer.api_client_id, "role": viewer.role_id}
    return entry.aggregate_id is not None and who.get(entry.aggregate) == entry.aggregate_id


def is_news(entry: LogEntry, viewer: Viewer) -> bool:
    """Whether a change that concerns a viewer came after it was looked up."""
    return entry.order_version > (viewer.role_version if entry.aggregate == "role" else viewer.version)
