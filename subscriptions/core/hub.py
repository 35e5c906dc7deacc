"""The one reader of the log in each process, and the door for everybody who follows it."""

from __future__ import annotations

from weakref import WeakSet

from subscriptions.core.background import Loop
from subscriptions.core.cursor import Cursor
from subscriptions.core.follower import Follower
from subscriptions.core.log import EventLog, Head
from subscriptions.core.resets import ResetReason
from subscriptions.core.ring import Ring
from subscriptions.core.span import read_span
from subscriptions.core.window import Window


class Hub:
    """Reads the log once per process, in order, and lets any number of followers share what it read.

    Followers pull, each from its own position: out of the ring of the newest `ring` entries, or out of pages the
    hub reads for them. So a follower neither skips nor repeats a position, whatever the size of the ring, however
    wakes are lost, doubled or late; a wake decides only when, never what.
    Who heals what: a database that fails is asked again with growing pauses (to 2 s) while followers wait; a lost
    wake is made up by the next one, and a DatabaseTail makes sure that there is a next one; a restored database
    (another epoch, or a head that went back) resets all followers at the next wake.
    """

    def __init__(self, log: EventLog, *, ring: int = 2000, max_behind: int = 5000) -> None:
        self._log = log
        self._ring_size = ring
        self._followers: WeakSet[Follower] = WeakSet()
        self._loop = Loop("hub", self._turn)
        self._window = Window(log, max_behind=max_behind, wanted=self._loop.wake)

    async def start(self) -> None:
        """Read the newest entries, then keep up. Raises what the log raises: nothing runs then."""
        await self._open(await self._log.head())
        self._loop.start()

    async def stop(self) -> None:
        """End all followers at once; what they have not read yet, they read in another process or later."""
        self._window.end()
        await self._loop.stop()

    @property
    def head(self) -> Head:
        """The last position this process has read; no follower of it is further."""
        return self._window.head

    @property
    def followers(self) -> int:
        """How many follow now."""
        return len(self._followers)

    def wake(self) -> None:
        """The log may have grown. Cheap, coalesced, at any time; only from the thread of the event loop."""
        self._loop.wake()

    async def follow(self, after: Cursor | None = None) -> Follower:
        """Follow the log beyond `after`; None: beyond the present head.

        Refuses with StreamReset before anything is delivered: EPOCH_CHANGED, UNKNOWN_POSITION (beyond the head of
        the log itself, not just of this process), TOO_OLD, TOO_FAR_BEHIND. Raises what the log raises.
        """
        while after is not None and not self._window.ended:
            generation = self._window.generation
            await self._admit(after)
            if generation == self._window.generation and after.epoch == self.head.epoch:
                break  # else the database is being exchanged: ask again
        follower = Follower(self._window, after.position if after else self.head.position, self._followers.discard)
        self._followers.add(follower)
        return follower

    def attend(self) -> Follower:
        """Follow the log beyond the present head for the server itself: `followers` does not count it."""
        return Follower(self._window, self.head.position, lambda _follower: None)

    async def _admit(self, after: Cursor) -> None:
        head = self.head
        if after.epoch != head.epoch or after.position > head.position:
            head = await self._log.head()  # another process may know more than this one
            self.wake()
        if after.epoch != head.epoch:
            raise self._window.reset(ResetReason.EPOCH_CHANGED)
        if after.position > head.position:
            raise self._window.reset(ResetReason.UNKNOWN_POSITION)
        if head.epoch != self.head.epoch:
            await self._window.news.listen()  # the wake above makes this process notice
            return
        if after.position < self._window.ring.floor:
            await self._refuse_what_is_gone(after.position)
        if head.position - after.position > self._window.max_behind:
            raise self._window.reset(ResetReason.TOO_FAR_BEHIND)

    async def _refuse_what_is_gone(self, position: int) -> None:
        kept_from = await self._log.oldest() or self.head.position + 1
        if position + 1 < kept_from:
            raise self._window.reset(ResetReason.TOO_OLD)

    async def _turn(self) -> float | None:
        """Catch up, then read at most one page of replay, so that replays never hold up what is new."""
        head = await self._log.head()
        if head.epoch != self.head.epoch or head.position < self.head.position:
            await self._open(head)
        await self._catch_up(head.position)
        if not self._window.replay.pending:
            return None
        await self._window.replay.load(self.head.position)
        return 0.0

    async def _open(self, head: Head) -> None:
        """Begin at `head`, with what came right before it in memory for those who come back."""
        ring = Ring(self._ring_size, max(head.position - self._ring_size, 0))
        while ring.top < head.position:
            ring.extend(await read_span(self._log, ring.top, head.position))
        self._window.open_at(head, ring)

    async def _catch_up(self, position: int) -> None:
        while self.head.position < position:
            self._window.extend(await read_span(self._log, self.head.position, position))
