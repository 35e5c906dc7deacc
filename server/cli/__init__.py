"""The command line: `ordergraph`."""

from __future__ import annotations

from typing import Final

import click

from server.cli.lazy import Later, LazyGroup

COMMANDS: Final = {
    "demo": Later("server.cli.demo:command", "Fill an empty database with a demo shop; print how to look at it."),
    "export-schema": Later("server.cli.schema:command", "Write or check schema.graphql."),
    "import": Later("server.cli.imports:import_", "Bring in suppliers, a catalogue or orders from a CSV file."),
    "migrate": Later("server.cli.migrate:command", "Bring the database to the newest tables."),
    "replay": Later("server.cli.replay:command", "Do fulfilment history again, in time order."),
    "serve": Later("server.cli.serve:command", "Serve the API at /graphql until SIGTERM or Ctrl-C."),
    "token": Later("server.cli.tokens:command", "Print a token for the first user with a role."),
    "verify": Later("server.cli.verify:command", "Compute everything again and tell what differs."),
}


@click.group(cls=LazyGroup, later=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ordergraph", prog_name="ordergraph")
def main() -> None:
    """Ordergraph: order management behind one GraphQL schema.

    DATABASE_URL names the database; without it, SQLite in .run/ below the working directory is used.

    \b
    A first look:
      ordergraph demo
      ordergraph serve
      ordergraph token agent
    """
