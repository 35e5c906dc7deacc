"""`ordergraph` as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.server.little import SECRET

ORDERGRAPH = Path(sys.executable).with_name("ordergraph")


def environment(url: str | None, **variables: str) -> dict[str, str]:
    """This process's environment without its settings, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDERGRAPH_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, **({} if url is None else {"DATABASE_URL": url, "ORDERGRAPH_SECRET": SECRET}), **variables}


@dataclass
class Served:
    """A running `ordergraph serve`."""

    process: Process
    url: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """What it logged, once it ended."""

    async def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return await self.end()

    async def end(self) -> int:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(json.loads(line))
        return await self.process.wait()


@asynccontextmanager
async def served(url: str | None, *options: str, folder: Path | None = None) -> AsyncIterator[Served]:
    """A server on a free port, ready to take requests; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        ORDERGRAPH, "serve", "--port", "0", *options, env=environment(url), cwd=folder, stdout=PIPE, stderr=PIPE
    )
    try:
        assert process.stdout is not None
        announced = (await process.stdout.readline()).decode().split()
        if not announced:
            assert process.stderr is not None
            raise AssertionError((await process.stderr.read()).decode())
        yield Served(process, announced[-1].removesuffix("/graphql"))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ordergraph(*arguments: str, url: str | None = None, **variables: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    process = await asyncio.create_subprocess_exec(
        ORDERGRAPH, *arguments, env=environment(url, **variables), stdout=PIPE, stderr=PIPE
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()
