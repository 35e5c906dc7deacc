"""What every command that works on the database needs: settings, tables, a world, and errors a person can read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

import click
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError, OperationalError

from domain.access import Viewer
from domain.csv_file import BOM, RowWarning
from domain.refusals import Reason, Refused, RowInvalid
from models.engines.retrying import is_retryable
from models.migrating import ForeignKeysBroken
from operations.system import system_viewer
from operations.world import World
from server.settings import Settings, SettingsError, load
from server.storage import StorageUnusable, renew, storage

WRITERS: Final = 4
Work = Callable[[World, Viewer], Awaitable[None]]


def run(work: Work) -> None:
    """Runs a command's work on the migrated database of this environment, as the system.

    Exit code 1 with every reason on stderr when it is refused.
    """
    try:
        asyncio.run(_work(load_settings(), work))
    except Refused as refusal:
        complain(refusal.reasons)
        raise click.exceptions.Exit(1) from None
    except (StorageUnusable, ForeignKeysBroken) as problem:
        raise click.ClickException(str(problem)) from None
    except (DBConnectionError, OSError) as error:
        raise click.ClickException(f"The database went away ({error}); try again.") from None
    except OperationalError as error:
        if not is_retryable(error):
            raise
        raise click.ClickException("Somebody else keeps the database busy; try again.") from None


def load_settings() -> Settings:
    """Settings of the environment. Ends the command naming every variable that cannot be used."""
    try:
        return load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


async def _work(settings: Settings, work: Work) -> None:
    await renew(settings)
    async with storage(settings):
        await work(World(), system_viewer())


def read_text(path: Path) -> str:
    """A text file in UTF-8, line ends as they are. Ends the command when it is something else."""
    try:
        return path.read_bytes().decode().removeprefix(BOM)
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{path} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from None


def complain(reasons: Iterable[Reason]) -> None:
    """Every reason on a line of its own, on stderr."""
    for reason in reasons:
        click.echo(f"{_place(reason)}{reason.message}", err=True)


def warn(warnings: Iterable[RowWarning]) -> None:
    """Every warning on a line of its own, on stderr."""
    for warning in warnings:
        click.echo(f"warning, row {warning.row}: {warning.message}", err=True)


def concurrency() -> int:
    """How many transactions are worth having at once: SQLite does one after the other."""
    return 1 if get_connection("default").capabilities.dialect == "sqlite" else WRITERS


def _place(reason: Reason) -> str:
    if not isinstance(reason, RowInvalid):
        return ""
    return f"row {reason.row}, {reason.column}: " if reason.column else f"row {reason.row}: "
