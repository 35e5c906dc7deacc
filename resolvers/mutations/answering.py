"""How every mutation answers: one operation is run, and what it touched is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from tortoise.models import Model

from domain.access import Viewer
from gql.fields import Info
from gql.payloads.answers import Answer
from operations.world import World

Command_contra = TypeVar("Command_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Command = TypeVar("Command")
Result = TypeVar("Result")
A = TypeVar("A", bound=Answer)
Keys = int | tuple[int, ...]


class Operation(Protocol[Command_contra, Result_co]):
    """A business action: done, or Refused and no trace."""

    def __call__(self, world: World, viewer: Viewer, command: Command_contra, /) -> Awaitable[Result_co]: ...


async def answer(
    info: Info, operation: Operation[Command, Keys], command: Command, *touched: type[Model]
) -> Answer:
    """Runs an operation that answers the keys of rows it touched, one for each table named. Raises Refused."""

    def shown(keys: Keys) -> Answer:
        several = keys if isinstance(keys, tuple) else (keys,)
        return Answer(touched={model: (key,) for model, key in zip(touched, several, strict=True)})

    return await perform(info, operation, command, shown)


async def perform(
    info: Info, operation: Operation[Command, Result], command: Command, shown: Callable[[Result], A]
) -> A:
    """Runs an operation and shows what came of it. Raises Refused."""
    return shown(await operation(info.context.world, info.context.viewer, command))
