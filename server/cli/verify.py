"""`ordergraph verify`: everything computed again."""

from __future__ import annotations

import click

from domain.access import Viewer
from operations.auditing import audit, count_orders
from operations.world import World
from server.cli.progress import Stopwatch, progress
from server.cli.session import run


@click.command("verify")
def command() -> None:
    """Compute every quantity, total, status and event number again from lines and log, and tell what differs.

    Changes nothing, unless the database still lacks tables. Exit code 1 when something differs.

    \b
    Examples:
      ordergraph verify
      DATABASE_URL=postgres://me@db/orders ordergraph verify
    """

    async def work(_world: World, _viewer: Viewer) -> None:
        watch = Stopwatch()
        with progress("Orders", await count_orders()) as advance:
            report = await audit(advance)
        for finding in report.findings:
            click.echo(f"order {finding.order}: {finding.message}" if finding.order else finding.message)
        looked_at = f"{report.orders} orders and {report.events} events"
        if report.findings:
            click.echo(f"{len(report.findings)} differences in {looked_at}.")
            raise click.exceptions.Exit(1)
        click.echo(f"{looked_at} looked at{watch.rate(report.orders)}: everything is as it should be.")

    run(work)
