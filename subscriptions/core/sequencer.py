"""Gives committed rows their positions, and says that the log has grown."""

from __future__ import annotations

from subscriptions.core.background import Loop, Pace
from subscriptions.core.brokers.protocol import Broker
from subscriptions.core.log import EventLog

_BATCH = 1000
_SPACING = 0.005
_PACE_SHORTEST = 0.005
_PACE_LONGEST = 0.2


class Sequencer:
    """Runs in every process that writes; the log itself elects who numbers, anew for each batch.

    Looks at once when woken, every 5-20 ms while there is work, every 200 ms at rest; never more often than
    every 5 ms, which makes one batch of many commits. So a row is numbered soon after its commit even when the
    process that wrote it died before it could wake anybody. A failing database is tried again with growing pauses,
    to 2 s.
    Telling the broker is a loop of its own: a broker that is away or frozen delays nobody but itself.
    """

    def __init__(self, log: EventLog, broker: Broker) -> None:
        self._log = log
        self._broker = broker
        self._pace = Pace(_PACE_SHORTEST, _PACE_LONGEST)
        self._numbering = Loop("sequencer", self._number, spacing=_SPACING)
        self._telling = Loop("sequencer's broker", self._tell)

    def start(self) -> None:
        self._numbering.start()
        self._telling.start()

    async def stop(self) -> None:
        """Stop numbering; a batch under way is committed whole or not at all."""
        await self._numbering.stop()
        await self._telling.stop()

    def wake(self) -> None:
        """Something was committed. Cheap, coalesced; only from the thread of the event loop."""
        self._numbering.wake()

    async def _number(self) -> float:
        numbered = await self._log.sequence(_BATCH)
        if numbered:
            self._telling.wake()
        return 0.0 if numbered == _BATCH else self._pace.after(work=numbered > 0)

    async def _tell(self) -> None:
        head = await self._log.head()
        await self._broker.publish(head.position)
