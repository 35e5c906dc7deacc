"""Files of orders and of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import models
from domain.csv_file import RowWarning
from domain.refusals import Reason, Refused, under
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.catalog import CatalogImportInput
from gql.inputs.orders import OrderImportInput
from gql.payloads.answers import ImportAnswer, Warned, WarningCode
from operations.imports import catalog, orders
from operations.imports.master import MasterReport
from resolvers.mutations.answering import perform

FILE = ("input", "csv")


async def import_orders(info: Info, input: Input[OrderImportInput]) -> ImportAnswer:
    command = orders.ImportOrders(input.channel, input.csv, input.mode)
    with _pointing_to_the_file():
        return await perform(info, orders.import_orders, command, _orders)


async def import_catalog(info: Info, input: Input[CatalogImportInput]) -> ImportAnswer:
    command = catalog.ImportCatalog(input.channel, input.csv)
    with _pointing_to_the_file():
        return await perform(info, catalog.import_catalog, command, _catalog)


def _orders(report: orders.ImportReport) -> ImportAnswer:
    return ImportAnswer(
        user_errors=_in_file(report.refused),
        warnings=_warned(report.warnings),
        touched={models.Order: report.order_ids},
        imported=report.imported,
        unchanged=report.unchanged,
    )


def _catalog(report: MasterReport) -> ImportAnswer:
    tally = report.tally
    return ImportAnswer(
        warnings=_warned(report.warnings),
        imported=tally.created,
        changed=tally.changed,
        unchanged=tally.unchanged,
    )


@contextmanager
def _pointing_to_the_file() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise Refused(*_in_file(refusal.reasons)) from None


def _in_file(reasons: Iterable[Reason]) -> list[Reason]:
    """What is found in a file points to no argument of its own: to the file, then."""
    return [reason if reason.path else under(reason, *FILE) for reason in reasons]


def _warned(warnings: Iterable[RowWarning]) -> list[Warned]:
    return [Warned(WarningCode.COLUMN_LEFT_OUT, one.message, (*FILE, one.column)) for one in warnings]
