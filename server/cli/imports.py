"""`ordergraph import`: files of suppliers, catalogue and orders."""

from __future__ import annotations

from pathlib import Path

import click

from domain.access import Viewer
from domain.refusals import refuse_if
from models import SalesChannel
from operations.channels import ensure_channel, planned_channel
from operations.imports.catalog import check_catalog, store_catalog
from operations.imports.master import MasterReport
from operations.imports.orders import check_orders, store_orders
from operations.imports.suppliers import check_suppliers, store_suppliers
from operations.world import World
from server.cli.options import CHANNEL, FILE
from server.cli.progress import Stopwatch, progress
from server.cli.session import complain, concurrency, read_text, run, warn


@click.group("import")
def import_() -> None:
    """Bring in suppliers, a catalogue or orders from a CSV file.

    A file with any mistake changes nothing; every mistake is listed. The same file again changes nothing.

    \b
    Examples, in this order:
      ordergraph import suppliers suppliers.csv
      ordergraph import catalogue catalogue.csv
      ordergraph import orders orders.csv
    """


@import_.command()
@FILE
@CHANNEL
def suppliers(file: Path, channel: str) -> None:
    """Bring in suppliers, connected with the channel's retailer.

    Columns: supplier, name (needed); city, region, postcode, country_code.
    """
    text = read_text(file)

    async def work(world: World, viewer: Viewer) -> None:
        checked = await check_suppliers(viewer, text)
        into = await _ready_channel(world, viewer, channel)
        watch = Stopwatch()
        with progress("Suppliers", len(checked.drafts)) as advance:
            report = await store_suppliers(world, viewer, into, checked, advance)
        _tell(report, "suppliers", watch)

    run(work)


@import_.command()
@FILE
@CHANNEL
def catalogue(file: Path, channel: str) -> None:
    """Bring in the catalogue of the channel's retailer.

    Columns: product, sku, name (needed); category, weight_grams, length_cm, width_cm, height_cm, price, currency,
    suppliers (their codes, with bars between them).
    """
    text = read_text(file)

    async def work(world: World, viewer: Viewer) -> None:
        checked = await check_catalog(viewer, await planned_channel(channel), text)
        into = await _ready_channel(world, viewer, channel)
        watch = Stopwatch()
        with progress("Catalogue", len(checked.file.drafts)) as advance:
            report = await store_catalog(world, viewer, into, checked, advance)
        _tell(report, "variants", watch)

    run(work)


@import_.command()
@FILE
@CHANNEL
def orders(file: Path, channel: str) -> None:
    """Bring in orders: a row per line.

    Rows of one order share order.external_ref and say the same about the order.

    Needed columns: order.external_ref, order.sale_datetime, item.sku, item.quantity.
    """
    text = read_text(file)

    async def work(world: World, viewer: Viewer) -> None:
        checked = await check_orders(viewer, await planned_channel(channel), text)
        refuse_if(checked.errors)
        into = await _ready_channel(world, viewer, channel)
        watch = Stopwatch()
        with progress("Orders", len(checked.fresh)) as advance:
            report = await store_orders(
                world, viewer, into, checked, at_once=concurrency(), advance=lambda: advance(1)
            )
        warn(report.warnings)
        click.echo(
            f"{report.imported} orders imported{watch.rate(report.imported)}, {report.unchanged} unchanged."
        )
        if report.refused:
            complain(report.refused)
            raise click.exceptions.Exit(1)

    run(work)


async def _ready_channel(world: World, viewer: Viewer, code: str) -> SalesChannel:
    """The channel; says so when it had to be made."""
    planned = await planned_channel(code)
    if planned.id:
        return planned
    channel = await ensure_channel(world, viewer, code)
    await channel.fetch_related("retailer")
    click.echo(f"Made the sales channel “{code}” of a new retailer, “{channel.retailer.code}”: paid OFFLINE.")
    return channel


def _tell(report: MasterReport, noun: str, watch: Stopwatch) -> None:
    tally = report.tally
    warn(report.warnings)
    written = tally.created + tally.changed
    click.echo(
        f"{tally.created} {noun} added, {tally.changed} changed{watch.rate(written)}, {tally.unchanged} unchanged."
    )
