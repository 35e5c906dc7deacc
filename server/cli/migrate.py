"""`ordergraph migrate`."""

from __future__ import annotations

import asyncio

import click

from models.migrating import ForeignKeysBroken
from server.cli.session import load_settings
from server.storage import StorageUnusable, renew


@click.command("migrate")
def command() -> None:
    """Bring the database to the newest tables.

    Run it before servers of a new version start. Doing it again changes nothing.

    \b
    Examples:
      ordergraph migrate
      DATABASE_URL=postgres://me@db/orders ordergraph migrate
    """
    try:
        applied = asyncio.run(renew(load_settings()))
    except (StorageUnusable, ForeignKeysBroken) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Applied {', '.join(applied)}." if applied else "Nothing to do: the tables are the newest.")
