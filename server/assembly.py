"""Everything put together: from settings to a program that can be served."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import strawberry

from domain.access import Permission, Viewer
from gql.context import Context
from gql.limits import Limits
from operations.world import World
from server import storage, viewers
from server.access_watch import AccessWatch
from server.chores import chores
from server.demo.simulation import simulation as living
from server.key_use import KeyUse
from server.live import Live
from server.program import Lifespan, Pace, Program
from server.schema import schema as whole_schema
from server.settings import Introspection, Settings
from subscriptions.core.place import Place

PACE: Final = Pace()


def assemble(
    settings: Settings, *, simulation: bool = False, schema: strawberry.Schema = whole_schema, pace: Pace = PACE
) -> Program:
    """The server of these settings. Touches nothing until its lifespans are entered.

    `simulation` keeps the demo's channels moving; without such channels it does nothing.
    """
    live = Live()
    world, access, uses = World(wake=live.wake), AccessWatch(), KeyUse()
    lifespans: list[Lifespan] = [
        lambda: storage.storage(settings),
        live.running,
        lambda: access.following(live.hub),
        uses.writing,
        lambda: chores(world),
    ]
    if simulation:
        lifespans.append(lambda: living(world))

    def context(viewer: Viewer, request_id: str, place: Place) -> Context:
        return Context(viewer, world, live.hub, live.log, request_id, limits_of(settings, viewer), place)

    async def authenticate_key(key: str) -> Viewer | None:
        viewer = await viewers.key_holder(key)
        if viewer is not None and viewer.api_client_id is not None:
            uses.note(viewer.api_client_id)
        return viewer

    return Program(
        settings=settings,
        schema=schema,
        authenticate=viewers.authenticate,
        authenticate_key=authenticate_key,
        access=access,
        make_context=context,
        lifespans=lifespans,
        checks={"database": storage.answers, "feed": live.keeps_up},
        pace=pace,
    )


def limits_of(settings: Settings, viewer: Viewer) -> Limits:
    """What a document of this viewer may ask for."""
    who = settings.introspection
    administrates = who is Introspection.ADMINISTRATORS and viewer.scope.may(Permission.ROLES_MANAGE)
    return replace(settings.limits, introspection=who is Introspection.EVERYBODY or administrates)
