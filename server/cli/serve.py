"""`ordergraph serve`."""

from __future__ import annotations

import asyncio
import warnings

import click

from server import logs
from server.app import build
from server.assembly import assemble
from server.cli.session import load_settings
from server.serving import AddressUnusable, serve
from server.settings import Settings, SettingsError
from server.storage import StorageUnusable, prepare


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0: all.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0: a free one.",
)
@click.option("--simulation/--no-simulation", default=True, help="Whether the demo's channels keep moving.")
def command(host: str, port: int, simulation: bool) -> None:
    """Serve the API at /graphql until SIGTERM or Ctrl-C.

    Prints its address once it takes requests; logs are JSON lines on stderr. An SQLite database is made and
    migrated by itself; PostgreSQL must have been, by `ordergraph migrate`. With nothing to simulate (no demo)
    --simulation does nothing.

    \b
    Examples:
      ordergraph serve
      ordergraph serve --host 0.0.0.0 --port 8123 --no-simulation
      DATABASE_URL=postgres://me@db/orders ORDERGRAPH_SECRET=... ordergraph serve
    """
    settings = load_settings()
    try:
        asyncio.run(_serve(settings, host, port, simulation=simulation))
    except (AddressUnusable, SettingsError, StorageUnusable) as problem:
        raise click.ClickException(str(problem)) from None


async def _serve(settings: Settings, host: str, port: int, *, simulation: bool) -> None:
    # A task cancelled before its first step, as when a subscriber leaves, never awaits its coroutine: fine.
    warnings.filterwarnings("ignore", "coroutine '(Executor|GraphQLCoreConverter)\\..*' was never", RuntimeWarning)
    app = build(assemble(settings, simulation=simulation))
    await prepare(settings)
    logs.configure()
    await serve(app, host, port, lambda address: click.echo(f"Ordergraph serves {address}/graphql"))
