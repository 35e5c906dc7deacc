"""Everything put together: from settings to a program that can be served."""

from __future__ import annotations

from typing import Final

import strawberry

from domain.access import Viewer
from gql.context import Context
from gql.limits import Limits
from operations.world import World
from server import storage, viewers
from server.chores import chores
from server.demo.simulation import simulation as living
from server.live import Live
from server.program import Lifespan, Pace, Program
from server.schema import schema as whole_schema
from server.settings import Settings
from subscriptions.core.place import Place

PACE: Final = Pace()


def assemble(
    settings: Settings, *, simulation: bool = False, schema: strawberry.Schema = whole_schema, pace: Pace = PACE
) -> Program:
    """The server of these settings. Touches nothing until its lifespans are entered.

    `simulation` keeps the demo's channels moving; without such channels it does nothing.
    """
    live = Live()
    world = World(wake=live.wake)
    lifespans: list[Lifespan] = [lambda: storage.storage(settings), live.running, lambda: chores(world)]
    if simulation:
        lifespans.append(lambda: living(world))

    def context(viewer: Viewer, request_id: str, place: Place) -> Context:
        return Context(viewer, world, live.hub, live.log, request_id, Limits(), place)

    return Program(
        settings=settings,
        schema=schema,
        authenticate=viewers.authenticate,
        make_context=context,
        lifespans=lifespans,
        checks={"database": storage.answers, "feed": live.keeps_up},
        pace=pace,
    )
