"""A little server as a process of its own: `python -m tests.server.process PORT`. Logs all it ever would."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server import logs
from server.app import build
from server.serving import AddressUnusable, serve
from tests.server.little import program


@asynccontextmanager
async def database() -> AsyncIterator[None]:
    logs.LOG.info("opened")
    yield
    logs.LOG.info("closed")


def announce(address: str) -> None:
    sys.stdout.write(f"{address}\n")


if __name__ == "__main__":
    logs.configure(logging.DEBUG)
    try:
        asyncio.run(serve(build(program(lifespans=(database,))), "127.0.0.1", int(sys.argv[1]), announce))
    except AddressUnusable as wrong:
        sys.exit(str(wrong))
