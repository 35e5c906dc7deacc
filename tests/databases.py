"""Databases for tests: a migrated one is made once per process, and every test gets a copy of its own."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncpg
from tortoise.context import TortoiseContext

from models.migrating import migrate
from operations.bootstrap import ensure_platform
from server.database import config as tortoise_config
from server.demo.filling import fill

DATABASE = os.environ.get("TEST_DATABASE") or "sqlite"
POSTGRES_URL = (os.environ.get("TEST_POSTGRES_URL") or "postgres://postgres@127.0.0.1:5432").rstrip("/")


class Databases(ABC):
    """Makes and drops databases; URLs name them. To be called from outside an event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)  # leaves pytest's own loop alone
        self._numbers = itertools.count(1)

    def copy(self) -> str:
        """An empty database with all tables."""
        return self._copy(self._template)

    def copy_of(self, url: str) -> str:
        """A copy of a database nobody is connected to."""
        return self._copy(url)

    def filled_demo(self) -> str:
        """A database that holds the demo."""
        url = self.copy()
        self._run(filled(url))
        return url

    @abstractmethod
    def blank(self) -> str:
        """A database without tables."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove it, whoever is still connected."""

    def close(self) -> None:
        if "_template" in vars(self):
            self.drop(self._template)
        self._loop.close()

    @abstractmethod
    def _copy(self, url: str) -> str: ...

    @cached_property
    def _template(self) -> str:
        url = self.blank()
        try:
            self._run(migrated(url))
        except BaseException:
            self.drop(url)
            raise
        return url

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.run(work)


class SqliteDatabases(Databases):
    """Files in a folder; a copy takes 1 ms."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def blank(self) -> str:
        return f"sqlite://{self._folder}/{next(self._numbers)}.sqlite3"

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(_path(url) + ending).unlink(missing_ok=True)

    def _copy(self, url: str) -> str:
        copied = self.blank()
        shutil.copyfile(_path(url), _path(copied))
        return copied


class PostgresDatabases(Databases):
    """Databases of one server, named after this process; copying and dropping one takes 50 ms."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    def blank(self) -> str:
        name = self._name()
        self._run(self._execute(f'CREATE DATABASE "{name}"'))
        return f"{self._server}/{name}"

    def drop(self, url: str) -> None:
        self._run(self._execute(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)'))

    def _copy(self, url: str) -> str:
        name = self._name()
        self._run(self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{_name_of(url)}"'))
        return f"{self._server}/{name}"

    def _name(self) -> str:
        return f"ordergraph_test_{os.getpid()}_{next(self._numbers)}"

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self._server}/postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def databases(folder: Path) -> Databases:
    """Those of the kind that TEST_DATABASE names for this process."""
    return PostgresDatabases(POSTGRES_URL) if DATABASE == "postgres" else SqliteDatabases(folder)


async def migrated(url: str) -> None:
    """Bring a database to the newest tables, and let go of it."""
    await migrate(tortoise_config(url))


async def filled(url: str) -> None:
    """Fill a migrated database with the demo, and let go of it."""
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url))
        await ensure_platform()
        assert await fill(lambda _: None)


def _path(url: str) -> str:
    return url.removeprefix("sqlite://")


def _name_of(url: str) -> str:
    return url.rpartition("/")[2]
