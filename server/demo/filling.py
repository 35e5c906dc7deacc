"""Filling an empty database with the demo's month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from random import Random
from typing import Final

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from adapters.suppliers import AcceptingSupplier, Answer, Parcelled, SupplierAnswer
from domain.access import CompanyKind
from domain.listing import Listing
from models import Company, Installation, SalesChannel
from models.event_log import DatabaseLog
from operations.world import World, utc_now
from server.demo.catalogue import create_catalogue
from server.demo.companies import create_companies
from server.demo.people import create_people, staff
from server.demo.shop import Shop
from server.demo.stories import HOURS, STEPS, STORIES, Story

MARKER: Final = "demo"
"""Name of the row in `installation` that says: this is a demo."""
SEED: Final = 20_240_229
STEPS_IN_ALL: Final = sum(story.count * (1 + len(story.steps)) for story in STORIES)
Advance = Callable[[int], None]


class State(Listing):
    """What a database holds."""

    EMPTY = "EMPTY", "Nothing but the platform's company."
    DEMO = "DEMO", "The demo."
    OTHER = "OTHER", "Companies of its own."


async def state() -> State:
    """What the connected database holds."""
    if await Installation.exists(name=MARKER):
        return State.DEMO
    others = await Company.exclude(kind=CompanyKind.PLATFORM).exists()
    return State.OTHER if others else State.EMPTY


async def fill(advance: Advance) -> bool:
    """Fills an empty database, in one transaction: interrupted anywhere it leaves nothing, and starts over.

    Everything that happens to orders happens through the operations, at its time in the last thirty days. The same
    content every time, whenever that is. Answers False when another program was first. `advance` learns the steps
    done, of STEPS_IN_ALL.
    """
    try:
        async with in_transaction():
            await Installation.create(name=MARKER, value={"seed": SEED})
            await _found()
            await _tell(advance)
    except IntegrityError:
        if await state() is State.DEMO:
            return False
        raise
    log = DatabaseLog(get_connection("default"))
    while await log.sequence():
        pass
    return True


async def _found() -> None:
    companies = await create_companies()
    platform = await Company.get(kind=CompanyKind.PLATFORM)
    await create_people({**companies, platform.code: platform})
    await create_catalogue(companies)


@dataclass(slots=True)
class _Calendar:
    """The clock of the month that is told."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class _MoodySupplier:
    """Takes what it is sent, unless it is told to be out of blanks."""

    refuses: bool = False

    def send(self, number: str, lines: tuple[Parcelled, ...]) -> Answer:
        """Accepts or rejects at once."""
        if self.refuses:
            return Answer(SupplierAnswer.REJECTED, message=f"ERR-417 blank out of stock: {lines[0].sku}")
        return AcceptingSupplier().send(number, lines)


@dataclass(order=True, slots=True)
class _Tale:
    """One order on its way through its story; the next of all tales is the one whose time comes first."""

    time: datetime
    serial: int
    story: Story = field(compare=False)
    at: int = field(compare=False, default=-1)
    """Place of the step that comes next; -1: the order is yet to be placed."""
    order_id: int = field(compare=False, default=0)


async def _tell(advance: Advance) -> None:
    """All stories at once, in the order of time."""
    random, end = Random(SEED), utc_now().replace(microsecond=0)  # noqa: S311  nothing here is secret
    calendar, supplier = _Calendar(end), _MoodySupplier()
    shop = await open_shop(World(clock=calendar, supplier=supplier), random)
    channels = await SalesChannel.filter(simulated=True).order_by("id")
    tales = list(_tales(random, end))
    heapify(tales)
    while tales:
        tale = heappop(tales)
        calendar.now, supplier.refuses = tale.time, tale.story.rejected
        again = await _step(shop, tale, channels)
        advance(0 if again else 1)
        tale.at += not again
        if tale.at < len(tale.story.steps):
            least, most = HOURS[tale.story.steps[tale.at]]
            tale.time = min(tale.time + _hours(random, least, most), end)
            heappush(tales, tale)


async def open_shop(world: World, random: Random) -> Shop:
    """The shop floor with everybody in it."""
    producers = await Company.filter(produces=True)
    return Shop(world, await staff(), random, frozenset(company.id for company in producers))


def _tales(random: Random, end: datetime) -> Iterator[_Tale]:
    serial = 0
    for story in STORIES:
        for _ in range(story.count):
            serial += 1
            yield _Tale(end - _hours(random, *story.age), serial, story)


def _hours(random: Random, least: float, most: float) -> timedelta:
    return timedelta(seconds=round(3600 * random.uniform(least, most)))


async def _step(shop: Shop, tale: _Tale, channels: list[SalesChannel]) -> bool:
    story = tale.story
    if tale.at >= 0:
        return await STEPS[story.steps[tale.at]](shop, tale.order_id)
    fitting = [
        channel
        for channel in channels
        if story.capture in (None, channel.capture_mode) and (not story.wish.flaw or story.wish.flaw.fits(channel))
    ]
    reference = f"W-{48_000 + tale.serial * 7}"
    tale.order_id = await shop.order(shop.random.choice(fitting), reference, story.wish)
    return False
