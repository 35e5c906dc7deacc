"""What every resolver of one operation shares."""

from __future__ import annotations

from asyncio import Task, create_task
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.access import Scope, Viewer
from gql.limits import Limits
from gql.loaders import Loaders
from gql.scalars import Cursor
from subscriptions.core.cursor import encode
from subscriptions.core.hub import Hub
from subscriptions.core.log import EventLog, Head
from subscriptions.core.place import Place

if TYPE_CHECKING:
    from operations.world import World


@dataclass
class Context:
    """Viewer, world and loaders of one operation. Everything read depends on the viewer's scope alone."""

    viewer: Viewer
    world: World
    hub: Hub
    log: EventLog
    request_id: str
    limits: Limits | None = None
    """What the document may ask for; None: anything, for documents of our own."""
    place: Place = field(default_factory=Place)
    """Of the subscription, if it is one."""
    filtered_by: int = field(init=False, default=0)
    """Values in the filters of orders so far."""
    loaders: Loaders = field(init=False)
    _head: Task[Head] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.scope)

    @property
    def scope(self) -> Scope:
        """What the viewer may see."""
        return self.viewer.scope

    def fresh(self) -> None:
        """Forget all rows read: what follows reads the database as it is now."""
        self.loaders = Loaders(self.scope)
        self._head = None

    async def head(self) -> Head:
        """The log's head when it was first asked for. Ask before reading rows: a feed that continues there
        misses nothing.
        """
        if self._head is None:
            self._head = create_task(self._read_head())
        return await self._head

    async def as_of(self) -> Cursor:
        """`head` as a cursor."""
        head = await self.head()
        return Cursor(encode(head.epoch, head.position))

    async def _read_head(self) -> Head:
        return await self.log.head()
