"""Logs: one JSON object per line, without personal data, tokens, documents or exception texts."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Final, TextIO

from pythonjsonlogger.json import JsonFormatter

LOG: Final = logging.getLogger("ordergraph")

_FOREIGN: Final = ("aiohttp", "aiosqlite", "asyncio", "asyncpg", "strawberry", "tortoise")
"""Their messages carry header bytes, documents, addresses and statements with values."""


@dataclass(slots=True)
class Notes:
    """What the log may say about the request or operation under way."""

    request_id: str
    viewer: str | None = None
    operation: str | None = None
    document: str | None = None
    kind: str | None = None
    """query, mutation or subscription; None until that is known."""


NOTES: Final[ContextVar[Notes | None]] = ContextVar("notes", default=None)


def fingerprint(document: str) -> str:
    """The first 16 hexadecimal digits of the document's SHA-256."""
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Everything logged in this process goes to `stream` (stderr) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        Lines(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
        )
    )
    handler.addFilter(annotate)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    tame()


def tame() -> None:
    """Keeps libraries from logging what they were sent. strawberry logs failing documents whole: never."""
    for name in _FOREIGN:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("strawberry").setLevel(logging.CRITICAL + 1)
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)


def annotate(record: logging.LogRecord) -> bool:
    """Adds the request id; cuts messages of libraries down to their constant part."""
    if record.name.partition(".")[0] in _FOREIGN:
        record.args = ()
    notes = NOTES.get()
    if notes is not None and not hasattr(record, "request_id"):
        record.request_id = notes.request_id
    return True


def loop_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """For `loop.set_exception_handler`: asyncio's own prints objects with their contents."""
    wrong = context.get("exception")
    LOG.error("unattended task failed", exc_info=wrong if isinstance(wrong, BaseException) else None)


class Lines(JsonFormatter):
    """Exceptions as their types and the lines of our code they passed, without their texts, which quote values."""

    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        wrong = ei[1]
        parts: list[str] = []
        while wrong is not None and len(parts) < 10:
            frames = "".join(traceback.format_tb(wrong.__traceback__))
            parts.append(f"{frames}{type(wrong).__module__}.{type(wrong).__qualname__}")
            wrong = wrong.__cause__ or (None if wrong.__suppress_context__ else wrong.__context__)
        return "\nafter:\n".join(parts)
