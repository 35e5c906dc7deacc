"""Documents whose commands are run and whose answers are compared.

A block of `sh` is run in one shell session per document; the `json` or `text` block after it shows its answer, in
which `…` stands for anything (alone on a line: for any lines).
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORT = "8123"
"""The port that documents name; a free one takes its place."""
ANYTHING = "…"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "----- end of block"


@dataclass(frozen=True)
class Block:
    """One fenced block of a document, and the line it begins at."""

    kind: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    text = page.read_text(encoding="utf-8")
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in _BLOCK.finditer(text)]


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


class Shell:
    """One bash for a whole document: variables and functions stay."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._errors = (folder / "errors.txt").open("w+", encoding="utf-8")
        self._bash = subprocess.Popen(
            ["bash"], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip

    def run(self, commands: str) -> str:
        """What the commands print. Fails, with what they complained of, when the last one does."""
        self._bash.stdin.write(f"{commands}\nprintf '\\n{_END} %s\\n' $?\n")
        self._bash.stdin.flush()
        printed = []
        for line in self._bash.stdout:
            if line.startswith(_END):
                assert line.split()[-1] == "0", f"{commands}\n{''.join(printed)}\n{self._complaints()}"
                return "".join(printed)
            printed.append(line)
        raise AssertionError(f"the shell ended in\n{commands}\n{self._complaints()}")

    def close(self) -> None:
        self._bash.stdin.close()
        self._bash.wait(timeout=20)
        self._bash.stdout.close()
        self._errors.close()

    def _complaints(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-3000:]


@contextmanager
def shell(folder: Path, environment: dict[str, str]) -> Iterator[Shell]:
    """A shell in a folder that has our .venv."""
    (folder / ".venv").symlink_to(ROOT / ".venv")
    session = Shell(folder, environment)
    try:
        yield session
    finally:
        session.close()


def assert_fits(answer: str, shown: Block, page: Path) -> None:
    """The answer is what the document shows."""
    assert agrees(answer, shown), f"{page.name}, line {shown.line}: the answer was\n{answer}"


def agrees(answer: str, shown: Block) -> bool:
    """Whether an answer is the one shown."""
    if shown.kind == "json":
        return fits(json.loads(answer), json.loads(shown.text))
    return re.fullmatch(_pattern(shown.text), answer.strip() + "\n") is not None


def fits(value: object, shown: object) -> bool:
    """Whether a value is the one shown, where nothing stands for anything."""
    if isinstance(shown, dict) and isinstance(value, dict):
        return shown.keys() == value.keys() and all(fits(value[key], shown[key]) for key in shown)
    if isinstance(shown, list) and isinstance(value, list):
        if shown and shown[-1] == ANYTHING:
            return len(value) >= len(shown) - 1 and all(map(fits, value, shown[:-1]))
        return len(shown) == len(value) and all(map(fits, value, shown))
    if isinstance(shown, str) and ANYTHING in shown:
        return shown == ANYTHING or bool(re.fullmatch(_inside(shown), str(value)))
    return shown == value and type(shown) is type(value)


def _pattern(text: str) -> str:
    lines = text.strip().splitlines()
    return "".join("(.*\n)*?" if line.strip() == ANYTHING else f"{_inside(line)}\n" for line in lines)


def _inside(text: str) -> str:
    return ".*".join(map(re.escape, text.split(ANYTHING)))
