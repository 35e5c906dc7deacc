"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

DEFAULT_CHANNEL: Final = "import"
LONGEST_CODE: Final = 50


def _code(_context: click.Context, _option: click.Parameter, code: str) -> str:
    if not 1 <= len(code) <= LONGEST_CODE or not code.isprintable():
        raise click.BadParameter(f"write 1 to {LONGEST_CODE} printable characters.")
    return code


FILE: Final = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
CHANNEL: Final = click.option(
    "--channel",
    default=DEFAULT_CHANNEL,
    show_default=True,
    metavar="CODE",
    callback=_code,
    help="Code of the sales channel. Imports make the one that does not exist, with a retailer of its own.",
)
