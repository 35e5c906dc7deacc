"""What every test may ask for. A pytest process works on one kind of database: TEST_DATABASE, or sqlite."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from server.database import config as tortoise_config
from tests.databases import DATABASE, Databases, databases

if TYPE_CHECKING:
    from tests.shop import Shop

NEEDS = {"redis": "TEST_REDIS_URL", "node": "TEST_NODE", "browser": "TEST_CHROMIUM"}
"""What tests marked so need beside a database."""

OTHER_DATABASE = "sqlite" if DATABASE == "postgres" else "postgres"


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture
def database_url(all_databases: Databases) -> Iterator[str]:
    """A database of this test's own, with all tables and nothing in them, as DATABASE_URL would name it."""
    EXECUTOR_CACHE.clear()  # keyed by connection name: would remember the last test's
    url = all_databases.copy()
    yield url
    all_databases.drop(url)


@pytest.fixture
def blank_url(all_databases: Databases) -> Iterator[str]:
    """A database of this test's own without any tables."""
    EXECUTOR_CACHE.clear()
    url = all_databases.blank()
    yield url
    all_databases.drop(url)


@pytest.fixture
def database(database_url: str) -> dict[str, object]:
    """The same as `database_url`, as tortoise wants it."""
    return tortoise_config(database_url)


@pytest.fixture
async def orm(database: dict[str, object]) -> AsyncIterator[TortoiseContext]:
    """Tortoise, initialised on this test's database for as long as the test runs."""
    async with TortoiseContext() as context:
        await context.init(config=database)
        yield context


@pytest.fixture
async def shop(orm: TortoiseContext) -> Shop:
    """A little shop with everybody in it, in this test's database."""
    from tests.shop import Shop  # noqa: PLC0415  most tests need no schema

    return await Shop.open()


@pytest.fixture(scope="session")
def filled_demo(all_databases: Databases) -> Iterator[str]:
    """A database that holds the demo, filled once for all tests: work on a copy of it."""
    EXECUTOR_CACHE.clear()
    url = all_databases.filled_demo()
    yield url
    all_databases.drop(url)


@pytest.fixture
def demo_url(filled_demo: str, all_databases: Databases, database_url: str) -> Iterator[str]:
    """A demo of this test's own."""
    url = all_databases.copy_of(filled_demo)
    yield url
    all_databases.drop(url)


@pytest.fixture
def redis_url() -> str:
    """The Redis of TEST_REDIS_URL. It may be shared: use keys of your own."""
    return os.environ["TEST_REDIS_URL"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, or what the other process runs: tests without a database run on SQLite's."""
    left_out = [item for item in items if not _runs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_report_header() -> list[str]:
    absent = [
        f"tests marked {name} are left out: {key} is not set" for name, key in NEEDS.items() if not _has(key)
    ]
    return [f"database: {DATABASE}", *absent]


def _runs_here(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if OTHER_DATABASE in marks:
        return False
    if any(name in marks and not _has(key) for name, key in NEEDS.items()):
        return False
    uses = {"database_url", "blank_url"} & set(getattr(item, "fixturenames", ()))
    return bool(uses) or DATABASE == "sqlite" or DATABASE in marks


def _has(variable: str) -> bool:
    return bool(os.environ.get(variable))
