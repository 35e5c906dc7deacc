"""How far a command is, and how fast it was."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    def rate(self, done: int) -> str:
        """“ in 2.1 s (412/s)”; nothing when nothing was done."""
        seconds = time.perf_counter() - self._started
        return f" in {seconds:.1f} s ({done / seconds:.0f}/s)" if done else ""


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block runs; in a log it is one line. Call what it gives with the steps done."""
    with click.progressbar(length=length, label=label, file=sys.stderr, show_pos=True) as bar:
        yield bar.update
