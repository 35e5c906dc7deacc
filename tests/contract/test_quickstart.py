"""The quickstart does what it says, command by command."""

from __future__ import annotations

import os
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

from tests.contract.pages import PORT, ROOT, Block, Shell, agrees, assert_fits, blocks, free_port, shell

PAGE = ROOT / "docs" / "quickstart.md"
INSTALLING = "make install\n"
PATIENCE = 30
SERVING = "ordergraph serve"
OURS = ("ORDERGRAPH_", "DATABASE_")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def test_the_quickstart_can_be_followed_to_the_letter(tmp_path):
    port, servers = free_port(), []
    page = [*blocks(PAGE), Block("end", "", 0)]

    with shell(tmp_path, ENVIRONMENT) as session:
        try:
            for block, shown in pairwise(page):
                commands = block.text.replace(PORT, port)
                if block.kind != "sh" or commands == INSTALLING:
                    continue
                if SERVING in commands:
                    servers.append(started(commands, tmp_path))
                    answer = servers[-1].stdout.readline().replace(port, PORT)
                else:
                    answer = answered(session, commands, shown)
                if shown.kind in ("json", "text"):
                    assert_fits(answer, shown, PAGE)
        finally:
            for server in servers:
                server.send_signal(signal.SIGTERM)
                server.communicate(timeout=20)

    assert len(servers) == 1


def answered(session: Shell, commands: str, shown: Block) -> str:
    """What is answered. Where the page waits a second, a slow machine may wait longer."""
    answer = session.run(commands)
    if commands.startswith("sleep"):
        for _ in range(PATIENCE):
            if agrees(answer, shown):
                break
            answer = session.run(commands)
    return answer


def started(commands: str, folder: Path) -> subprocess.Popen[str]:
    """The server, in a terminal of its own."""
    return subprocess.Popen(
        ["bash", "-c", f"export {commands.replace(' .venv', '; exec .venv', 1)}"],
        cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
