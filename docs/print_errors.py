"""Writes the heads of docs/errors/*.md from the closed lists of the program: `python docs/print_errors.py`.

What to do about an error stands below the head and is written by hand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from domain.refusals import Blocker, BlockerCode, NotAllowed
from gql.errors import SHOWN
from server.errors import Code

FOLDER: Final = Path(__file__).with_name("errors")
ROOT: Final = FOLDER.parents[1]
REMEDY: Final = "## What to do\n"
RAISED: Final = re.compile(r'(?:refuse\(\s*|"code": )"([A-Z_]+)"')
CODE_OF_READS: Final = ("gql", "resolvers", "subscriptions")


def pages() -> dict[str, str]:
    """The head of every page by its code."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, head in (*_user_errors(), *_blockers(), *_top_level()):
        found[code].append(head)
    return {
        code: "\n\n".join((f"# {code}", *sorted(heads, reverse=True))) + "\n\n" for code, heads in found.items()
    }


def _user_errors() -> Iterator[tuple[str, str]]:
    for shown in SHOWN.values():
        name = shown.as_type.__name__
        yield shown.code, f"User error, type `{name}` in `userErrors`: {shown.code.meaning}"


def _blockers() -> Iterator[tuple[str, str]]:
    advice = SHOWN[NotAllowed].retry
    refusals = {shown.code.value for shown in SHOWN.values()}
    for code in BlockerCode:
        refusal = NotAllowed(message="", blockers=(Blocker(code, ""),))
        where = f"in the user error [NOT_ALLOWED](NOT_ALLOWED.md), retry `{advice(refusal)}`"
        if code.value in refusals:
            where = "in `availableActions`"
        yield code, f"Blocker, {where}: {code.meaning}"


def _top_level() -> Iterator[tuple[str, str]]:
    """What the server lists, and what reading and following raise beside it."""
    listed = {code.value: code.meaning for code in Code}
    raised = {code for folder in CODE_OF_READS for file in (ROOT / folder).rglob("*.py") for code in _codes(file)}
    for code in sorted({*listed, *raised}):
        head = "Top-level error, in `errors[].extensions.code`"
        yield code, f"{head}: {listed[code]}" if code in listed else f"{head}."


def _codes(file: Path) -> list[str]:
    return RAISED.findall(file.read_text())


def main() -> None:
    """Renews every head; a new page gets an empty remedy."""
    FOLDER.mkdir(exist_ok=True)
    for code, head in pages().items():
        page = FOLDER / f"{code}.md"
        _, _, remedy = page.read_text().partition(REMEDY) if page.exists() else ("", "", "\n")
        page.write_text(head + REMEDY + remedy)


if __name__ == "__main__":
    main()
