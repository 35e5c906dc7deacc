from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from server.database import config as tortoise_config
from tests.api.matrix.fair import CELLS, Fair
from tests.api.matrix.market import fill
from tests.databases import Databases


async def filled(url: str) -> None:
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url))
        async with in_transaction():
            await fill()


@pytest.fixture(scope="session")
def filled_market(all_databases: Databases) -> Iterator[str]:
    """A database that holds the market, filled once for all tests."""
    EXECUTOR_CACHE.clear()
    url = all_databases.copy()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(filled(url))
    yield url
    all_databases.drop(url)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Refusals are expected here by the thousand: nobody wants to read them."""
    logger = logging.getLogger("strawberry.execution")
    logger.disabled = True
    yield
    logger.disabled = False


@pytest.fixture
def database_url(filled_market: str, all_databases: Databases) -> Iterator[str]:
    """A market of this test's own."""
    EXECUTOR_CACHE.clear()
    url = all_databases.copy_of(filled_market)
    yield url
    all_databases.drop(url)


@pytest.fixture
async def fair(orm: TortoiseContext) -> Fair:
    return await Fair.read()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CELLS:
        grouped = Counter[str]()
        for family, count in CELLS.items():
            grouped[re.split(r"\W", family)[0]] += count
        families = ", ".join(f"{family} {count}" for family, count in sorted(grouped.items()))
        terminalreporter.write_line(f"access matrix: {CELLS.total()} cells judged ({families})")
