"""Every example of the API's guide runs, and answers what the guide shows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from graphql import parse, validate

from server.schema import schema
from tests.contract.pages import PORT, ROOT, Block, agrees, blocks, fits, free_port, shell

PAGES = sorted((ROOT / "docs" / "api").glob("*.md"))
PROGRAM = str(Path(sys.executable).parent / "ordergraph")
SECRET = "a secret of the guide's own, which is long enough"
NOTHING = Block("end", "", 0)
EXAMPLES = [
    pytest.param(block, shown, id=f"{page.stem}-{block.line}")
    for page in PAGES
    for block, shown in pairwise([*blocks(page), NOTHING])
    if block.kind == "graphql"
]

COMMANDS = [
    pytest.param(block, shown, id=f"{page.stem}-{block.line}")
    for page in PAGES
    for block, shown in pairwise([*blocks(page), NOTHING])
    if (block.kind, shown.kind) == ("sh", "text")
]


class Guide:
    """The demo, served by a process of its own, and whoever reads the guide."""

    def __init__(self, environment: dict[str, str], port: str) -> None:
        self._environment = environment
        self.port = port
        self._address = f"http://127.0.0.1:{port}/graphql"
        self.token = cache(self._token)

    async def answer(self, document: str, role: str) -> dict[str, object]:
        """What a query or mutation answers."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._address, json={"query": document}, headers=headers) as answer,
        ):
            return await answer.json()

    async def subscribe(self, document: str, role: str, *, refused: bool) -> dict[str, object]:
        """What a subscription is refused with; otherwise it lives until something asked later is answered."""
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(self._address, protocols=["graphql-transport-ws"]) as socket,
        ):
            hello = {"Authorization": f"Bearer {self.token(role)}"}
            await socket.send_json({"type": "connection_init", "payload": hello})
            await socket.receive_json()
            for name, query in (("live", document), ("after", "{ viewer { name } }")):
                await socket.send_json({"type": "subscribe", "id": name, "payload": {"query": query}})
            async for message in socket:
                content = message.json()
                if content["type"] == "error":
                    return {"errors": content["payload"]}
                if content["type"] == "complete" and not refused:
                    return {}
        raise AssertionError("the socket was closed")

    def _token(self, role: str) -> str:
        return subprocess.run(
            [PROGRAM, "token", role], env=self._environment, capture_output=True, text=True, check=True
        ).stdout.strip()


@pytest.fixture(scope="module")
def guide(filled_demo, all_databases, tmp_path_factory) -> Iterator[Guide]:
    url, port = all_databases.copy_of(filled_demo), free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "ORDERGRAPH_SECRET": "a secret of the guide's own, long enough",
    }
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", port, "--no-simulation"],
        cwd=tmp_path_factory.mktemp("guide"), env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert "Ordergraph serves" in server.stdout.readline()
        yield Guide(environment, port)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
        all_databases.drop(url)


@pytest.mark.parametrize(("block", "shown"), EXAMPLES)
async def test_an_example_answers_what_the_guide_shows(guide, block, shown):
    assert validate(schema._schema, parse(block.text)) == []
    role = reader_of(block)
    expected = json.loads(shown.text) if shown.kind == "json" else None

    refused = expected is not None and "code" in expected
    if "subscription" in block.text:
        answer = await guide.subscribe(block.text, role, refused=refused)
    else:
        answer = await guide.answer(block.text, role)

    errors = [error["extensions"] for error in answer.get("errors", ())]
    if refused:
        assert [expected.keys() & error.keys() for error in errors] == [expected.keys()], answer
        assert fits({name: errors[0][name] for name in expected}, expected), answer
    else:
        assert errors == []
        assert expected is None or fits(answer["data"], expected), json.dumps(answer, indent=2, ensure_ascii=False)


@pytest.mark.parametrize(("block", "shown"), COMMANDS)
def test_commands_print_what_the_guide_shows(guide, block, shown, tmp_path):
    with shell(tmp_path, {**os.environ, "TOKEN": guide.token("agent")}) as session:
        assert agrees(printed := session.run(block.text.replace(PORT, guide.port)), shown), printed


def test_links_between_the_pages_lead_somewhere():
    for page in [*PAGES, ROOT / "docs" / "quickstart.md"]:
        text = page.read_text(encoding="utf-8")
        links = [part.split(")")[0].split("#")[0] for part in text.split("](")[1:]]
        absent = [link for link in links if "://" not in link and not (page.parent / link).exists()]
        assert absent == [], page.name


def reader_of(block: Block) -> str:
    """The role an example is asked in: `# as fulfiller` in its first line, or the agent's."""
    first = block.text.partition("\n")[0]
    return first.removeprefix("# as ") if first.startswith("# as ") else "agent"


def test_the_helper_that_is_shown_is_the_one_the_clients_are_tried_with():
    helper = (ROOT / "docs" / "api" / "resuming.mjs").read_text(encoding="utf-8")

    shown = [block.text for block in blocks(ROOT / "docs" / "api" / "subscriptions.md") if block.kind == "js"]

    assert shown[0].startswith("export function resuming")
    assert shown[0] in helper
