"""The server as one aiohttp application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

from aiohttp import web

from server import logs, middleware
from server.access_watch import ending
from server.documents import Documents
from server.graphiql import GraphiQL, wants_page
from server.health import Readiness, alive
from server.http import MOST_BODY, Door
from server.program import Program
from server.sessions import FORBIDDEN, SESSIONS, Sessions, drain
from server.streams import watch
from server.websocket import Socket


def build(program: Program) -> web.Application:
    """The application: /graphql (HTTP, streams, WebSocket, GraphiQL), /healthz, /readyz.

    Raises SettingsError when there is no secret to sign tokens with, ValueError for a schema without `Documents`.
    """
    if Documents not in program.schema.extensions:
        raise ValueError("The schema must be made with extensions=[server.documents.Documents].")
    _ = program.settings.signing_key  # now, not at the first request
    logs.tame()
    allowed = program.settings.allowed_origins
    app = web.Application(client_max_size=MOST_BODY, middlewares=[middleware.attend, middleware.origins(allowed)])
    app[SESSIONS] = Sessions(program.settings.connections)
    program.access.tell(ending(app[SESSIONS], FORBIDDEN))
    app.on_response_prepare.append(middleware.headers(allowed))
    app.cleanup_ctx.append(_lifespans(program))
    app.cleanup_ctx.append(_watching(program.pace.look_every))
    app.on_shutdown.append(drain)
    _route(app, program)
    return app


def _route(app: web.Application, program: Program) -> None:
    door = Door(program)
    page = GraphiQL() if program.settings.graphiql else None

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and request.headers.get("Upgrade", "").lower() == "websocket":
            return await Socket(program, request).run()
        if page is not None and wants_page(request):
            return page.page()
        return await door(request)

    app.router.add_route("*", "/graphql", endpoint)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", Readiness(program.checks).answer)
    if page is not None:
        app.router.add_get("/graphiql/assets/{version}/{name}", page.asset)


def _lifespans(program: Program) -> Callable[[web.Application], AsyncIterator[None]]:
    async def live(_app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for lifespan in program.lifespans:
                await stack.enter_async_context(lifespan())
            yield

    return live


def _watching(every: float) -> Callable[[web.Application], AsyncIterator[None]]:
    async def watching(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(watch(app[SESSIONS], every))
        yield
        task.cancel()
        await asyncio.wait([task])

    return watching
