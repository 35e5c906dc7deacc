from __future__ import annotations

import asyncio
import json
import signal
import socket as sockets
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from tests.server.little import CANARY, PROTOCOL, bearer

CANARY_NAME = "canary_0815"  # as an alias


@dataclass
class Running:
    process: Process
    port: int = 0
    lines: list[dict] = field(default_factory=list)

    @property
    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines]

    async def until(self, message: str) -> dict:
        while line := await self.process.stderr.readline():
            self.lines.append(json.loads(line))
            if self.lines[-1]["message"] == message:
                return self.lines[-1]
        raise AssertionError(f"never said {message}: {self.lines}")

    async def rest(self) -> int:
        async for line in self.process.stderr:
            self.lines.append(json.loads(line))
        return await self.process.wait()


@asynccontextmanager
async def running(port: int = 0):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.server.process", str(port), stderr=PIPE, stdout=PIPE
    )
    server = Running(process)
    try:
        server.port = (await server.until("listening"))["port"]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
            yield server, session
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_closes_sockets_finishes_requests_and_leaves_in_order(number):
    async with running() as (server, session):
        async with session.ws_connect("/graphql", protocols=[PROTOCOL]) as socket:
            await socket.send_json({"type": "connection_init", "payload": bearer()})
            await socket.send_json(
                {"type": "subscribe", "id": "1", "payload": {"query": "subscription { quiet }"}}
            )
            assert [(await socket.receive_json())["type"] for _ in range(2)] == ["connection_ack", "next"]
            slow = asyncio.create_task(
                session.post("/graphql", json={"query": "{ slow(seconds: 1) }"}, headers=bearer())
            )
            await session.post("/graphql", json={"query": "{ hello }"}, headers=bearer())
            await asyncio.sleep(0.2)

            server.process.send_signal(number)
            await socket.receive()

            assert socket.close_code == 1012
            assert await (await slow).json() == {"data": {"slow": "done"}}
        status = await server.rest()

    assert status == 0
    assert server.messages[:2] == ["opened", "listening"]
    assert server.messages[-2:] == ["closed", "stopped"]
    assert await server.process.stdout.read() == f"http://127.0.0.1:{server.port}\n".encode()


async def test_a_port_that_is_taken_is_told_with_the_remedy():
    with sockets.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.server.process", str(port), stderr=PIPE
        )
        _, said = await process.communicate()

    *_, closed, last = said.decode().splitlines()
    assert process.returncode == 1
    assert f"Port {port} on 127.0.0.1" in last
    assert "--port" in last
    assert json.loads(closed)["message"] == "closed"


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read(4096)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_the_log_tells_of_every_request_and_nothing_of_what_was_in_it():
    document = f'query Named {{ hello(name: "{CANARY}") {CANARY_NAME}: broken nope: many(n: 1) }}'
    async with running() as (server, session):
        good = {**bearer(), "X-Request-Id": "mine"}
        await session.post("/graphql", json={"query": document}, headers=good)
        await session.post("/graphql", json={"query": document + "}"}, headers=good)
        await session.post("/graphql", json={"query": f'{{ many(n: "{CANARY}") }}'}, headers=good)
        await session.get(
            "/graphql", params={"query": document, "token": CANARY}, headers={"Authorization": CANARY}
        )
        await session.get(f"/{CANARY}")
        await session.post("/graphql", data=CANARY, headers={**good, "Content-Type": CANARY})
        await raw(server.port, f"GET / HTTP/1.1\r\nAuthorization: {CANARY * 2000}\r\n\r\n".encode())
        await raw(server.port, f"GET / HTTP/1.1\r\n{CANARY} {CANARY}\r\n\r\n".encode())
        await raw(server.port, f"{CANARY}\r\n\r\n".encode())
        async with session.ws_connect("/graphql", protocols=[PROTOCOL]) as socket:
            await socket.send_json({"type": "connection_init", "payload": bearer()})
            for query in ("subscription { breaks }", document, f'{{ many(n: "{CANARY}") }}', CANARY):
                await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": query}})
                while (await socket.receive_json())["type"] not in ("complete", "error"):
                    pass
        async with session.ws_connect("/graphql", protocols=[CANARY]) as socket:
            await socket.receive()
        server.process.terminate()
        await server.rest()

    said = json.dumps(server.lines)
    first = next(line for line in server.lines if line["message"] == "request")
    assert CANARY not in said
    assert CANARY_NAME not in said
    assert bearer()["Authorization"][7:40] not in said
    assert "Ada" not in said
    assert "127.0.0.1" not in said.replace('"host": "127.0.0.1"', "")
    assert "ValueError" in said
    assert (first["request_id"], first["viewer"], first["operation"]) == ("mine", "user:7", "Named")
    assert (first["method"], first["path"], first["status"]) == ("POST", "/graphql", 200)
    assert len(first["document"]) == 16
    assert first["duration_ms"] >= 0
    assert [line["status"] for line in server.lines if line["message"] == "operation"] == [
        "error",
        "complete",
        "error",
        "error",
    ]
