"""The secret that signs tokens, where an embedded installation keeps its own."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

LEAST_BYTES: Final = 32
FILE_NAME: Final = "ordergraph.secret"
HOW_TO_MAKE_ONE: Final = (
    "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))' "
    "and give it to every process of the installation as ORDERGRAPH_SECRET."
)


class SecretUnusable(Exception):
    """The secret's file cannot be read, made or trusted. The text says what to do."""


def beside(database: Path) -> str:
    """The secret next to an SQLite database, made (mode 0600) when there is none yet.

    Two processes starting at once agree on one. Makes the folder too.
    """
    path = database.parent / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            if not path.exists():
                _make(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise SecretUnusable(
            f"The secret's file {path} cannot be used ({_why(wrong)}). Mend it or set ORDERGRAPH_SECRET."
        ) from wrong
    if len(text) < LEAST_BYTES:
        raise SecretUnusable(f"The secret in {path} is too short. Remove the file to have a new one made.")
    return text


def _why(wrong: OSError | UnicodeDecodeError) -> str:
    """Without what the file holds."""
    return (isinstance(wrong, OSError) and wrong.strerror) or type(wrong).__name__


def _make(path: Path) -> None:
    """Appears whole or not at all; raises FileExistsError when another process was first."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=FILE_NAME)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        Path(path).hardlink_to(name)
    finally:
        Path(name).unlink()
