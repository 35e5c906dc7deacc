"""How long costly documents hold the server up: `python -m bench.documents`.

Each is sent by POST, by GET, over a WebSocket and as a stream, to a server of its own with a demo shop, while a
neighbour asks a small question again and again. Prints per document, for the slowest of the four ways and the best
of three tries: milliseconds until the answer, the neighbour's longest wait, the server's processor time; and what
became of the document. On a busy machine only the processor time means anything.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import aiohttp

from bench.machine import described

PROGRAM: Final = Path(sys.executable).with_name("ordergraph")
LONGEST, LONGEST_WAIT = 250.0, 100.0
"""Milliseconds a document and a neighbour may take."""
TRIES: Final = 3
LONGEST_ADDRESS: Final = 7_000
"""Characters; longer addresses are refused before anybody reads them."""


def bomb(levels: int, width: int = 2) -> str:
    """Fragments that each hold the next one several times: `width ** levels` fields, written out."""
    links = "".join(f"fragment F{n} on Viewer{{{f'...F{n + 1} ' * width}}}" for n in range(levels))
    return f"{{viewer{{...F0}}}}{links}fragment F{levels} on Viewer{{name}}"


def many(count: int, part: Callable[[int], str]) -> str:
    return "".join(part(n) for n in range(count))


DOCUMENTS: Final = {
    "10,000 aliases": "{" + many(10_000, lambda n: f"a{n}:viewer{{name}}") + "}",
    "300 aliases": "{" + many(300, lambda n: f"a{n}:viewer{{name}}") + "}",
    "20,000 inline fragments": "{viewer{" + "...{name}" * 20_000 + "}}",
    "390 inline fragments": "{viewer{" + "...{name}" * 390 + "}}",
    "300 nested selections": "{viewer" + "{viewer" * 300 + "{name}" + "}" * 301,
    "30 nested selections": "{orders{nodes{" + "lines{order{" * 14 + "id" + "}}" * 14 + "}}}",
    "2^24 fragment bomb": bomb(24),
    "8^50 fragment bomb": bomb(50, 8),
    "fragments in a circle": "{viewer{...F0}}"
    + many(30, lambda n: f"fragment F{n} on Viewer{{" + many(30, lambda m: f"...F{m} ") + "}"),
    "one field 1,900 times": "{viewer{" + "name " * 1_900 + "}}",
    "the same in 150 fragments": "{viewer{"
    + many(150, lambda n: f"...F{n} ")
    + "}}"
    + many(150, lambda n: f"fragment F{n} on Viewer{{name name name}}"),
    "1,900 unknown fields": "{viewer{" + many(1_900, lambda n: f"unknown{n} ") + "}}",
    "900 unknown fragments": "{viewer{" + many(900, lambda n: f"...X{n} ") + "}}",
    "480 unused variables": "query(" + many(480, lambda n: f"$v{n}:Int ") + "){viewer{name}}",
    "240 unused fragments": "{viewer{name}}" + many(240, lambda n: f"fragment F{n} on Viewer{{name}}"),
    "390 directives": "{viewer{name" + "@skip(if:false)" * 280 + "}}",
    "1,900 ids": "{nodes(ids:[" + '"x" ' * 1_900 + "]){id}}",
    "list 900 deep": "{nodes(ids:" + "[" * 900 + "]" * 900 + "){id}}",
    "input 90 deep": "{orders(filter:" + "{and:[" * 90 + "{}" + "]}" * 90 + "){nodes{id}}}",
    "one name of 30,000 letters": "{viewer{" + "n" * 30_000 + "}}",
    "page of pages": "{orders(first:100){nodes{lines{order{lines{order{lines{id}}}}}}}}",
    "schema of schemas": "{__schema{types{" + "fields{type{" * 10 + "name" + "}}" * 10 + "}}}",
    "20 schemas": "{" + many(20, lambda n: f"a{n}:__schema{{types{{name fields{{name}}}}}}") + "}",
    "one schema": "{__schema{types{name description fields{name description args{name type{name}} type{name}}}}}",
}


Way = Callable[[str], Awaitable[str]]
"""Sends a document and answers how it ended."""


@dataclass(frozen=True)
class Figures:
    """What one document cost, in milliseconds."""

    took: float
    waited: float
    cpu: float
    ended: str


class Asking:
    """Somebody with a token."""

    def __init__(self, http: aiohttp.ClientSession, process: int) -> None:
        self._http = http
        self._process = process
        self.ways: dict[str, Way] = {
            "POST": self.post,
            "GET": self.get,
            "socket": self.socket,
            "stream": self.stream,
        }

    async def post(self, text: str) -> str:
        async with self._http.post("/graphql", json={"query": text}) as answer:
            return _ended(await answer.json())

    async def get(self, text: str) -> str:
        if len(text) > LONGEST_ADDRESS:
            return "too long"
        async with self._http.get("/graphql", params={"query": text}) as answer:
            return _ended(await answer.json()) if answer.content_type.endswith("json") else str(answer.status)

    async def socket(self, text: str) -> str:
        async with self._http.ws_connect("/graphql", protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json(
                {"type": "connection_init", "payload": {"authorization": self._http.headers["Authorization"]}}
            )
            await socket.receive()
            await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": text}})
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                return str(socket.close_code)
            payload = message.json()["payload"]
            return _ended({"errors": payload} if isinstance(payload, list) else payload)

    async def stream(self, text: str) -> str:
        accepts = {"Accept": "text/event-stream"}
        async with self._http.post("/graphql", json={"query": text}, headers=accepts) as answer:
            content = (await answer.read()).decode()
        return _ended(json.loads(next(line[6:] for line in content.splitlines() if line.startswith("data: {"))))

    async def measure(self, text: str) -> Figures:
        """All ways, one after the other; the slowest counts."""
        tries = [[await self._try(way, text) for _ in range(TRIES)] for way in self.ways.values()]
        best = [min(same, key=lambda one: one.took) for same in tries]
        return Figures(
            max(one.took for one in best),
            max(one.waited for one in best),
            max(one.cpu for one in best),
            ", ".join(dict.fromkeys(one.ended for one in best)),
        )

    async def _try(self, way: Way, text: str) -> Figures:
        stop = asyncio.Event()
        neighbour = asyncio.create_task(self._neighbour(stop))
        await asyncio.sleep(0.02)
        cpu, started = _cpu(self._process), perf_counter()
        ended = await way(text)
        took, cpu = perf_counter() - started, _cpu(self._process) - cpu
        stop.set()
        return Figures(took * 1000, await neighbour, cpu, ended)

    async def _neighbour(self, stop: asyncio.Event) -> float:
        """The longest wait for an answer, in milliseconds."""
        longest = 0.0
        while not stop.is_set():
            started = perf_counter()
            await self.post("{viewer{name}}")
            longest = max(longest, (perf_counter() - started) * 1000)
            await asyncio.sleep(0.005)
        return longest


def _ended(answer: dict[str, Any]) -> str:
    errors = answer.get("errors")
    return str(errors[0]["extensions"]["code"]) if errors else "ran"


def _cpu(process: int) -> float:
    """Milliseconds of processor time a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving() -> AsyncIterator[Asking]:
    """A server with a demo shop, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite://{folder}/orders.sqlite3",
            "ORDERGRAPH_SECRET": "b" * 40,
        }
        await _run(environment, "demo")
        token = (await _run(environment, "token", "administrator")).strip()
        server = await asyncio.create_subprocess_exec(
            PROGRAM, "serve", "--port", "0", "--no-simulation", env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            address = next(word for word in (await server.stdout.readline()).decode().split() if "http" in word)
            headers = {"Authorization": f"Bearer {token}"}
            async with aiohttp.ClientSession(_root(address), headers=headers) as http:
                yield Asking(http, server.pid)
        finally:
            with suppress(ProcessLookupError):
                server.terminate()
            await server.wait()


def _root(address: str) -> str:
    return address.rstrip(".,/").removesuffix("/graphql")


async def _run(environment: dict[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *arguments, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return said.decode()


async def main() -> int:
    """0 when every document kept to its time."""
    print(f"Costly documents on {described()}\n")
    print(f"{'document':<28}{'bytes':>8}{'took ms':>10}{'neighbour':>11}{'cpu ms':>8}   POST, GET, socket, stream")
    late = 0
    async with serving() as asking:
        await asking.measure("{viewer{name}}")
        for name, text in DOCUMENTS.items():
            figures = await asking.measure(text)
            late += figures.took > LONGEST or figures.waited > LONGEST_WAIT
            row = f"{name:<28}{len(text):>8,}{figures.took:>10.1f}{figures.waited:>11.1f}{figures.cpu:>8.0f}"
            print(f"{row}   {figures.ended}")
    print(f"\n{late} took more than {LONGEST:.0f} ms, or kept the neighbour waiting over {LONGEST_WAIT:.0f} ms")
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
