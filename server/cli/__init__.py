"""The command line: `ordergraph`."""

from __future__ import annotations

import click

from server.cli.imports import import_


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ordergraph", prog_name="ordergraph")
def main() -> None:
    """Ordergraph: order management behind one GraphQL schema.

    DATABASE_URL names the database; without it, SQLite in .run/ below the working directory is used.
    """


main.add_command(import_)
