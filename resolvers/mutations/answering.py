"""How every mutation answers: one operation is run, and what it touched or why it was refused is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from tortoise.models import Model

from domain.access import Viewer
from domain.refusals import Reason, Refused
from gql.fields import Info
from gql.payloads.answers import Answer
from operations.unit import request_id
from operations.world import World

Command_contra = TypeVar("Command_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Command = TypeVar("Command")
Result = TypeVar("Result")
Keys = int | tuple[int, ...]


class Operation(Protocol[Command_contra, Result_co]):
    """A business action: done, or Refused and no trace."""

    def __call__(self, world: World, viewer: Viewer, command: Command_contra, /) -> Awaitable[Result_co]: ...


async def answer(
    info: Info, operation: Operation[Command, Keys], command: Command, *touched: type[Model]
) -> Answer:
    """Runs an operation that answers the keys of rows it touched, one for each table named."""

    def shown(keys: Keys) -> Answer:
        several = keys if isinstance(keys, tuple) else (keys,)
        return Answer(touched={model: (key,) for model, key in zip(touched, several, strict=True)})

    return await perform(info, operation, command, shown)


async def perform(
    info: Info,
    operation: Operation[Command, Result],
    command: Command,
    shown: Callable[[Result], Answer],
    refused: Callable[[Sequence[Reason]], Answer] = Answer,
) -> Answer:
    """Runs an operation; its events carry the request's id, and what is read afterwards is read afresh."""
    mark = request_id.set(info.context.request_id)
    try:
        result = await operation(info.context.world, info.context.viewer, command)
    except Refused as refusal:
        return refused(refusal.reasons)
    finally:
        request_id.reset(mark)
    info.context.fresh()
    return shown(result)
