"""Saved views of the grid [S2]: each belongs to the person or program that saved it, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from domain.access import Permission, Viewer
from domain.refusals import InvalidInput, Reason, refuse_if
from domain.texts import text_reasons, unstorable
from models import ApiClient, Company, SavedView, User
from operations.access.unit import change_of
from operations.acting import expect_no_version, expect_version
from operations.journal import apply, write_changes
from operations.permissions import absent, require
from operations.retrying import retried
from operations.world import World

MOST_VIEWS: Final = 100
MOST_COLUMNS: Final = 100
LARGEST_PAGE: Final = 100
LONGEST_NAME: Final = 100
LONGEST_COLUMN: Final = 64


@dataclass(frozen=True, slots=True)
class SaveView:
    """Make a view, or give one all of this anew."""

    view_id: int | None
    new: bool
    """Whether it is to be made; otherwise `view_id` names it, or nothing that is there."""
    name: str
    conditions: dict[str, Any]
    """A filter as the API takes it, known to be one."""
    sort_field: str
    sort_direction: str
    columns: tuple[str, ...]
    page_size: int


@dataclass(frozen=True, slots=True)
class DeleteView:
    """Forget a view."""

    view_id: int | None


def owned_by(viewer: Viewer) -> QuerySet[SavedView]:
    """The viewer's own views: none for a viewer who is nobody in particular."""
    if viewer.user_id is not None:
        return SavedView.filter(company_id=viewer.scope.company_id, user_id=viewer.user_id)
    if viewer.api_client_id is not None:
        return SavedView.filter(company_id=viewer.scope.company_id, api_client_id=viewer.api_client_id)
    return SavedView.filter(pk__in=[])


@retried
async def save(world: World, viewer: Viewer, command: SaveView) -> int:
    """Makes or changes a view. Answers its key. Saving what it is already changes nothing."""
    require(viewer, Permission.ORDERS_VIEW)
    against = tuple(_wrong(command))
    async with in_transaction():
        await _lock_owner(viewer)
        if command.new:
            refuse_if((*against, *expect_no_version(), *await _no_room(viewer), *await _taken(viewer, command)))
            row, done = await _create(world, viewer, command), "created"
        else:
            row, done = await _own(viewer, command.view_id, against), "changed"
            conflict = expect_version("saved_view", row.id, row.version)
            refuse_if((*against, *conflict, *await _taken(viewer, command, but=row.id)))
            if not apply(row, _values(command)):
                return int(row.id)
            row.version += 1
            row.updated_at = world.clock()
            await row.save()
        await _tell(world, viewer, row, done)
    world.wake()
    return int(row.id)


@retried
async def delete(world: World, viewer: Viewer, command: DeleteView) -> int:
    """Forgets a view. Answers the key it had."""
    require(viewer, Permission.ORDERS_VIEW)
    async with in_transaction():
        await _lock_owner(viewer)
        row = await _own(viewer, command.view_id, ())
        refuse_if(expect_version("saved_view", row.id, row.version))
        row.version += 1
        await _tell(world, viewer, row, "deleted")
        await row.delete()
    world.wake()
    return int(row.id)


def _wrong(command: SaveView) -> Iterator[Reason]:
    yield from text_reasons(command.name, LONGEST_NAME, "input", "name", least=1, noun="A name")
    if len(command.columns) > MOST_COLUMNS:
        message = f"A view has at most {MOST_COLUMNS} columns; {len(command.columns)} are given."
        yield InvalidInput(message=message, path=("input", "columns"))
    for place, column in enumerate(command.columns[:MOST_COLUMNS]):
        yield from text_reasons(
            column, LONGEST_COLUMN, "input", "columns", str(place), least=1, noun="The name of a column"
        )
    if not 1 <= command.page_size <= LARGEST_PAGE:
        message = f"A page has 1 to {LARGEST_PAGE} rows; {command.page_size} are asked for."
        yield InvalidInput(message=message, path=("input", "pageSize"))


async def _lock_owner(viewer: Viewer) -> None:
    """Two windows of the same person take turns. Raises Refused for a viewer who is nobody in particular."""
    if viewer.user_id is not None:
        owner: object = await User.select_for_update().get_or_none(id=viewer.user_id)
    else:
        owner = await ApiClient.select_for_update().get_or_none(id=viewer.api_client_id or 0)
    if owner is None:
        refuse_if([InvalidInput(message="Views belong to a user or an API client; sign in as one.")])


async def _own(viewer: Viewer, key: int | None, against: tuple[Reason, ...]) -> SavedView:
    row = None if key is None else await owned_by(viewer).get_or_none(id=key)
    if row is None:
        raise absent("saved view", "input", "id", beside=against)
    return row


async def _no_room(viewer: Viewer) -> list[Reason]:
    if await owned_by(viewer).count() < MOST_VIEWS:
        return []
    return [InvalidInput(message=f"You have {MOST_VIEWS} views already; delete one first.", path=("input",))]


async def _taken(viewer: Viewer, command: SaveView, but: int | None = None) -> list[Reason]:
    name = command.name.strip()
    if unstorable(name) or len(name) > LONGEST_NAME:
        return []
    same = await owned_by(viewer).filter(name=name).first()
    if same is None or same.id == but:
        return []
    message = "You have a view of this name already; choose another name, or change that one."
    return [InvalidInput(message=message, path=("input", "name"))]


def _values(command: SaveView) -> dict[str, Any]:
    return {
        "name": command.name.strip(),
        "conditions": command.conditions,
        "sort_field": command.sort_field,
        "sort_direction": command.sort_direction,
        "columns": list(command.columns),
        "page_size": command.page_size,
    }


async def _create(world: World, viewer: Viewer, command: SaveView) -> SavedView:
    now = world.clock()
    return await SavedView.create(
        company_id=viewer.scope.company_id,
        user_id=viewer.user_id,
        api_client_id=None if viewer.user_id else viewer.api_client_id,
        version=1,
        created_at=now,
        updated_at=now,
        **_values(command),
    )


async def _tell(world: World, viewer: Viewer, row: SavedView, done: str) -> None:
    """The company's history says that it happened; what the view holds is its owner's alone."""
    company = await Company.get(id=row.company_id)
    summary = f"A saved view was {done}"
    change = change_of(company, "saved_view", int(row.id), f"saved_view.{done}", summary, row.version, {})
    await write_changes(world, viewer, [change])
