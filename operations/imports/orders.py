"""Order import: one transaction per order, or one for the whole file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.access import Permission, Viewer
from domain.csv_file import RowWarning
from domain.listing import Listing
from domain.money import NO_CURRENCY
from domain.order_draft import OrderDraft
from domain.order_files import read_orders
from domain.refusals import Reason, Refused, refuse_if
from models import SalesChannel
from operations.channels import adopt_currency, channel_of
from operations.imports.order_rows import insert
from operations.imports.references import KnownOrder, References, duplicate, known_orders, references_of
from operations.permissions import require_order_wide
from operations.retrying import retried
from operations.world import World

SERIAL: Final = 1
ATTEMPTS: Final = 4


class ImportMode(Listing):
    """What a mistake in one order means for the others of its file."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING", "Nothing is imported unless everything can be."
    PER_ORDER = "PER_ORDER", "Good orders are imported, the others reported."


class ImportOutcome(Listing):
    """What became of one order."""

    IMPORTED = "IMPORTED", "It is new here."
    UNCHANGED = "UNCHANGED", "The same order was here already; nothing was written."


@dataclass(frozen=True, slots=True)
class ImportOrders:
    """A file of orders for a channel, by the channel's code."""

    channel: str
    text: str
    mode: ImportMode = ImportMode.ALL_OR_NOTHING


@dataclass(frozen=True, slots=True)
class Imported:
    """One order, new or known."""

    order_id: int
    outcome: ImportOutcome


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file came to. `order_ids` are the keys of the new orders."""

    imported: int
    unchanged: int
    refused: tuple[Reason, ...]
    warnings: tuple[RowWarning, ...]
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckedOrders:
    """A file looked through, nothing written yet. `fresh` are the orders that can be stored."""

    fresh: tuple[OrderDraft, ...]
    unchanged: int
    errors: tuple[Reason, ...]
    warnings: tuple[RowWarning, ...]
    references: References


async def import_orders(world: World, viewer: Viewer, command: ImportOrders) -> ImportReport:
    """Imports a file. ALL_OR_NOTHING raises Refused with every reason; PER_ORDER reports them.

    Nothing at all is imported when the file itself cannot be read.
    """
    require_order_wide(viewer, Permission.ORDERS_CREATE)
    channel = await channel_of(viewer, command.channel, "input", "channel")
    if command.mode is ImportMode.PER_ORDER:
        return await store_orders(world, viewer, channel, await check_orders(viewer, channel, command.text))
    for _ in range(ATTEMPTS):
        try:
            return await _import_together(world, viewer, channel, command.text)
        except IntegrityError:  # somebody stored one of them meanwhile: look again
            continue
    return await _import_together(world, viewer, channel, command.text)


async def _import_together(world: World, viewer: Viewer, channel: SalesChannel, text: str) -> ImportReport:
    checked = await check_orders(viewer, channel, text)
    refuse_if(checked.errors)
    return await _store_together(world, viewer, channel, checked)


async def import_order(world: World, viewer: Viewer, channel: SalesChannel, draft: OrderDraft) -> Imported:
    """Imports one order. The same one again is left alone.

    Raises Refused: DuplicateReference when the channel has another order under its reference.
    """
    require_order_wide(viewer, Permission.ORDERS_CREATE)
    if known := (await known_orders(channel, [draft.external_ref])).get(draft.external_ref):
        return _again(draft, known)
    references = await references_of(channel, [draft])
    refuse_if(references.errors(draft))
    return await _store(world, viewer, channel, draft, references)


async def check_orders(viewer: Viewer, channel: SalesChannel, text: str) -> CheckedOrders:
    """Looks a file through for everything that stands against it. Raises Refused without the permission."""
    require_order_wide(viewer, Permission.ORDERS_CREATE)
    file = read_orders(text, None if channel.currency == NO_CURRENCY else channel.currency)
    known = await known_orders(channel, [draft.external_ref for draft in file.orders])
    fresh = [draft for draft in file.orders if draft.external_ref not in known]
    references = await references_of(channel, fresh)
    errors = {draft.external_ref: list(references.errors(draft)) for draft in fresh}
    doubles = [duplicate(draft, known[draft.external_ref]) for draft in file.orders if draft.external_ref in known]
    return CheckedOrders(
        fresh=tuple(draft for draft in fresh if not errors[draft.external_ref]),
        unchanged=doubles.count(None),
        errors=(*file.errors, *(one for found in errors.values() for one in found), *filter(None, doubles)),
        warnings=file.warnings,
        references=references,
    )


async def store_orders(
    world: World,
    viewer: Viewer,
    channel: SalesChannel,
    checked: CheckedOrders,
    *,
    at_once: int = SERIAL,
    advance: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Stores the good orders of a checked file, one transaction each, `at_once` of them at a time.

    Those that turn out to be known meanwhile are reported. `advance` is called after each.
    """
    await _adopt_currency(world, viewer, channel, checked)
    waiting = iter(checked.fresh)
    stored: list[Imported] = []
    refused = list(checked.errors)

    async def store_waiting() -> None:
        for draft in waiting:
            try:
                stored.append(await _store(world, viewer, channel, draft, checked.references))
            except Refused as refusal:
                refused.extend(refusal.reasons)
            advance()

    if at_once == SERIAL:
        await store_waiting()
    else:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(store_waiting())
    return _report(checked, stored, refused)


@retried
async def _store(
    world: World, viewer: Viewer, channel: SalesChannel, draft: OrderDraft, references: References
) -> Imported:
    """One order in one transaction. When somebody else was faster, what they stored decides."""
    number = await world.numbers.order()
    try:
        async with in_transaction():
            order = await insert(world, viewer, channel, draft, references, number)
    except IntegrityError:
        known = (await known_orders(channel, [draft.external_ref])).get(draft.external_ref)
        if known is None:
            raise
        return _again(draft, known)
    world.wake()
    return Imported(order.id, ImportOutcome.IMPORTED)


@retried
async def _store_together(
    world: World, viewer: Viewer, channel: SalesChannel, checked: CheckedOrders
) -> ImportReport:
    """All orders in one transaction. Raises IntegrityError when somebody else was faster with any of them."""
    numbers = [await world.numbers.order() for _ in checked.fresh]
    stored = []
    async with in_transaction():
        await adopt_currency(world, viewer, channel, _currency(checked))
        for draft, number in zip(checked.fresh, numbers, strict=True):
            order = await insert(world, viewer, channel, draft, checked.references, number)
            stored.append(Imported(order.id, ImportOutcome.IMPORTED))
    if stored:
        world.wake()
    return _report(checked, stored, ())


async def _adopt_currency(world: World, viewer: Viewer, channel: SalesChannel, checked: CheckedOrders) -> None:
    if channel.currency == NO_CURRENCY and checked.fresh:
        async with in_transaction():
            await adopt_currency(world, viewer, channel, _currency(checked))


def _currency(checked: CheckedOrders) -> str | None:
    return checked.fresh[0].currency if checked.fresh else None


def _again(draft: OrderDraft, known: KnownOrder) -> Imported:
    if reason := duplicate(draft, known):
        raise Refused(reason)
    return Imported(known.id, ImportOutcome.UNCHANGED)


def _report(checked: CheckedOrders, stored: Sequence[Imported], refused: Sequence[Reason]) -> ImportReport:
    ids = tuple(one.order_id for one in stored if one.outcome is ImportOutcome.IMPORTED)
    return ImportReport(
        imported=len(ids),
        unchanged=checked.unchanged + len(stored) - len(ids),
        refused=tuple(refused),
        warnings=checked.warnings,
        order_ids=ids,
    )
