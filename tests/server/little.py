"""A little shop's schema, and a server around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import strawberry
from graphql import GraphQLError

from domain.access import CompanyKind, Permission, Scope, Viewer
from gql.limits import Limits
from server import tokens
from server.documents import Documents
from server.program import Program
from server.settings import Settings
from server.tokens import Claims, Subject
from subscriptions.core.place import Place

SECRET = "a secret of more than thirty-two bytes for tests"
ADA = Subject("user", 7)
PROTOCOL = "graphql-transport-ws"
CANARY = "canary-4711"


@dataclass
class Context:
    viewer: Viewer
    request_id: str
    place: Place
    limits: Limits = field(default_factory=Limits)


class StreamReset(GraphQLError):
    def __init__(self) -> None:
        super().__init__("Subscribe again.", extensions={"code": "STREAM_RESET", "reason": "TOO_FAR"})


@strawberry.type
class Thing:
    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def name(self) -> str:
        return "thing"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, info: strawberry.Info, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def who(self, info: strawberry.Info) -> str:
        return info.context.viewer.name

    @strawberry.field
    def request_id(self, info: strawberry.Info) -> str:
        return info.context.request_id

    @strawberry.field
    def many(self, n: int) -> int:
        return n

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError(CANARY)

    @strawberry.field
    def refused(self) -> str | None:
        raise GraphQLError("Not today.", extensions={"code": "NOT_TODAY", "until": "tomorrow"})

    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    async def slow(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def shout(self, text: str) -> str:
        return text.upper()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, n: int = 3) -> AsyncIterator[int]:
        for i in range(n):
            yield i
            await asyncio.sleep(0)

    @strawberry.subscription
    async def quiet(self) -> AsyncIterator[int]:
        yield 0
        await asyncio.Event().wait()

    @strawberry.subscription
    async def flood(self) -> AsyncIterator[str]:
        while True:
            yield "x" * 10_000

    @strawberry.subscription
    async def reset_at(self, n: int) -> AsyncIterator[int]:
        for i in range(n):
            yield i
        raise StreamReset

    @strawberry.subscription
    async def breaks(self) -> AsyncIterator[int]:
        yield 0
        raise ValueError(CANARY)

    @strawberry.subscription
    async def whoami(self, info: strawberry.Info) -> AsyncIterator[str]:
        yield info.context.viewer.name

    @strawberry.subscription
    async def half(self) -> AsyncIterator[Event]:
        yield Event()


@strawberry.type
class Event:
    fine: int = 1

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError(CANARY)


SCHEMA = strawberry.Schema(Query, Mutation, Subscription, extensions=[Documents])
SCOPE = Scope(1, CompanyKind.PLATFORM, frozenset({Permission.ORDERS_VIEW}))


async def authenticate(claims: Claims) -> Viewer | None:
    if claims.subject.id == 404:
        return None
    if claims.subject.id == 500:
        raise ConnectionError("the database is away")
    return Viewer("Ada", SCOPE, user_id=claims.subject.id, expires_at=claims.expires_at)


def settings(**changes: object) -> Settings:
    return Settings(**{"database_url": "sqlite://.run/never-made.sqlite3", "secret": SECRET, **changes})


def program(schema: strawberry.Schema = SCHEMA, **changes: object) -> Program:
    base: dict[str, object] = {"settings": settings(), "authenticate": authenticate, "make_context": Context}
    return Program(schema=schema, **{**base, **changes})


def token(subject: Subject = ADA, ttl: timedelta = timedelta(minutes=5), **changes: object) -> str:
    return tokens.issue(settings(**changes), subject, ttl)


def bearer(**kinds: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(**kinds)}"}


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # nothing tells us
        await asyncio.sleep(0.01)
