"""`ordergraph replay`: fulfilment history done again."""

from __future__ import annotations

from pathlib import Path

import click

from domain.access import Viewer
from operations.channels import channel_of
from operations.replaying import plan_replay, replay
from operations.world import World
from server.cli.options import CHANNEL, FILE
from server.cli.progress import Stopwatch, progress
from server.cli.session import complain, read_text, run, warn


@click.command("replay")
@FILE
@CHANNEL
def command(file: Path, channel: str) -> None:
    """Do fulfilment history again: process, ship, deliver and cancel imported orders, in time order.

    Columns: order.external_ref, supplier, final_status (needed); approved_at, handed_to_carrier_at, delivered_at,
    estimated_delivery. What has happened already is left alone.

    \b
    Examples:
      ordergraph replay fulfilment.csv
      ordergraph replay --channel web fulfilment.csv
    """
    text = read_text(file)

    async def work(world: World, viewer: Viewer) -> None:
        plan = await plan_replay(viewer, await channel_of(viewer, channel, "channel"), text)
        watch = Stopwatch()
        with progress("Actions", len(plan.actions)) as advance:
            report = await replay(world, viewer, plan, lambda: advance(1))
        warn(report.warnings)
        done = sum(report.done.values())
        steps = ", ".join(f"{count} × {step}" for step, count in report.done.items())
        click.echo(f"{done} actions{watch.rate(done)}{': ' if steps else ''}{steps}.")
        if report.refused:
            complain(report.refused)
            raise click.exceptions.Exit(1)

    run(work)
