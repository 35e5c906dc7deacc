"""Why a stream cannot go on from where its client stood."""

from __future__ import annotations

from domain.listing import Listing


class ResetReason(Listing):
    """Why a client has to read its state again before it follows on."""

    EPOCH_CHANGED = "EPOCH_CHANGED", "The database was restored: positions of before mean nothing any more."
    TOO_OLD = "TOO_OLD", "Entries after this position are no longer kept."
    TOO_FAR_BEHIND = "TOO_FAR_BEHIND", "More entries are missing than are replayed; reading the state is cheaper."
    SCOPE_CHANGED = "SCOPE_CHANGED", "What the viewer may see or do has changed since this position."
    UNKNOWN_POSITION = "UNKNOWN_POSITION", "The log has not come as far as this position."


class StreamReset(Exception):
    """The stream ends here, and says so: the client reads its state again and follows from `head_cursor`.

    Whatever is lost by the jump is known to the client: this is never raised in place of a silent hole.
    """

    def __init__(self, reason: ResetReason, head_cursor: str) -> None:
        super().__init__(reason.meaning)
        self.reason = reason
        self.head_cursor = head_cursor
