"""Older entries, read for followers that the ring has left behind."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from subscriptions.core.bell import Bell
from subscriptions.core.log import EventLog
from subscriptions.core.span import PAGE, Span, read_span

_PAGES_KEPT = 12


@dataclass(frozen=True, slots=True)
class Page:
    """One aligned stretch of at most 500 positions."""

    span: Span
    kept_from: int
    """The lowest position that was still kept when this page was found to have a hole; 0: it has none."""


class Replay:
    """Pages shared by all followers: however many resume at once, a page is read once.

    The hub's own task reads, one page at a time, so replays never take more than one connection, and a follower
    that goes away while it waits leaves nothing behind. Twelve pages are kept, the least recently used go.
    """

    def __init__(self, log: EventLog, wanted: Callable[[], None]) -> None:
        self._log = log
        self._tell_wanted = wanted
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._wanted: dict[int, None] = {}
        self.loaded = Bell()

    @property
    def pending(self) -> bool:
        return bool(self._wanted)

    def page(self, position: int) -> Page | None:
        """The page that knows what follows `position`; None: it is asked for; `loaded` strikes once it is read."""
        start = position - position % PAGE
        page = self._pages.get(start)
        if page is None or page.span.upto <= position:
            self._wanted[start] = None
            self._tell_wanted()
            return None
        self._pages.move_to_end(start)
        return page

    async def load(self, head: int) -> None:
        """Read the page asked for first, as far as `head`. When that fails it stays asked for."""
        start = next(iter(self._wanted))
        span = await read_span(self._log, start, min(start + PAGE, head))
        # In this order: a row deleted between the two is reported as too old, never skipped.
        kept_from = 0 if span.whole else await self._log.oldest() or head + 1
        self._wanted.pop(start, None)
        self._pages[start] = Page(span, kept_from)
        self._pages.move_to_end(start)
        if len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        self.loaded.strike()

    def forget(self) -> None:
        """Drop everything: positions mean something else now."""
        self._pages.clear()
        self._wanted.clear()
        self.loaded.strike()
