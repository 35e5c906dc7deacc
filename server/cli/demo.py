"""`ordergraph demo`."""

from __future__ import annotations

import asyncio

import click
from tortoise.exceptions import OperationalError

from models.engines.retrying import is_retryable
from models.migrating import ForeignKeysBroken
from server.cli.progress import Stopwatch, progress
from server.cli.session import load_settings
from server.demo.filling import STEPS_IN_ALL, State, fill, state
from server.demo.welcome import welcome
from server.settings import Settings, SettingsError
from server.storage import StorageUnusable, renew, storage

SAID = {
    State.DEMO: "The demo is there already; nothing was changed.",
    State.OTHER: "This database has companies of its own: it is left alone. The demo needs an empty one.",
}


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the printed commands find the server.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="And at which port.")
def command(host: str, port: int) -> None:
    """Fill an empty database with a shop and a month of orders, and print how to look at it.

    Migrates the database first. Interrupted, it leaves nothing behind and starts over the next time; done again,
    it changes nothing and prints fresh tokens. Databases that hold something else are left alone.

    \b
    Examples:
      ordergraph demo && ordergraph serve
      ordergraph demo --port 8123 && ordergraph serve --port 8123
    """
    try:
        asyncio.run(_demo(load_settings(), f"http://{_reachable(host)}:{port}"))
    except (SettingsError, StorageUnusable, ForeignKeysBroken) as problem:
        raise click.ClickException(str(problem)) from None
    except OperationalError as error:
        if not is_retryable(error):
            raise
        raise click.ClickException("Somebody else, perhaps another demo, fills the database; try again.") from None


async def _demo(settings: Settings, url: str) -> None:
    _ = settings.signing_key  # refused now, not after the work is done
    await renew(settings)
    async with storage(settings):
        found = await state()
        if found is State.EMPTY:
            await _fill()
        else:
            click.echo(SAID[found], err=True)
        if found is not State.OTHER:
            click.echo(await welcome(url, settings))


async def _fill() -> None:
    watch = Stopwatch()
    with progress("Filling the demo", STEPS_IN_ALL) as advance:
        first = await fill(advance)
    click.echo(f"Filled{watch.rate(STEPS_IN_ALL)}." if first else SAID[State.DEMO], err=True)


def _reachable(host: str) -> str:
    """Where a server that listens on `host` is found from this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  only read, never bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
