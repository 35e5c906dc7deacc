from __future__ import annotations

import pytest

from server.app import build
from tests.server.little import bearer, program


@pytest.fixture
async def client(aiohttp_client):
    """A client of a running little server, with a good token."""
    return await aiohttp_client(build(program()), headers=bearer())


@pytest.fixture
async def stranger(aiohttp_client):
    """A client without a token."""
    return await aiohttp_client(build(program()))
