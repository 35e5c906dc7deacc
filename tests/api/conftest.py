from __future__ import annotations

import pytest
import strawberry
from tortoise.connection import get_connections

from domain.access import Viewer
from gql.context import Context
from models.event_log import DatabaseLog
from operations.world import World
from server.schema import CONFIG, Query
from subscriptions.core.hub import Hub

READS = strawberry.Schema(Query, config=CONFIG)
"""Without the limits of the server: tests ask for everything at once."""


class Api:
    """Asks the schema in somebody's name."""

    async def ask(self, viewer: Viewer, document: str, **variables: object) -> dict[str, object]:
        """The data; fails when there are errors."""
        result = await self.answer(viewer, document, **variables)
        assert result.errors is None, result.errors
        return result.data

    async def refusal(self, viewer: Viewer, document: str, **variables: object) -> str:
        """The code of the one error."""
        result = await self.answer(viewer, document, **variables)
        (error,) = result.errors
        return error.extensions["code"]

    async def answer(self, viewer: Viewer, document: str, **variables: object):
        return await READS.execute(document, variable_values=variables, context_value=self.context(viewer))

    def context(self, viewer: Viewer) -> Context:
        log = DatabaseLog(get_connections().get("default"))
        return Context(viewer, World(), Hub(log), log, "request-1")


@pytest.fixture
def api(orm) -> Api:
    return Api()


@pytest.fixture
def statements(orm, monkeypatch) -> list[str]:
    """What the database is asked, as the connection passes it on."""
    asked: list[str] = []
    connection = get_connections().get("default")

    def noted(send):
        async def execute(query, values=None):
            asked.append(query)
            return await send(query, values)

        return execute

    for name in ("execute_query", "execute_query_dict"):
        monkeypatch.setattr(connection, name, noted(getattr(connection, name)))
    return asked
