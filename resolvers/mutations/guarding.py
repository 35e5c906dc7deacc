"""What every mutation has, whatever it does: a guard beside its input, and a receipt in its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from inspect import Parameter, Signature
from typing import Any, Final, get_type_hints
from uuid import UUID

import strawberry
from tortoise.transactions import in_transaction

from domain.refusals import InvalidInput, PermissionDenied, Reason, Refused, refuse_if
from domain.texts import text_reasons, tidy
from gql.errors import RetryAdvice, advice_on
from gql.fields import Info
from gql.inputs.guards import Guard, MutationGuard
from gql.payloads.answers import Answer
from gql.payloads.receipts import Receipt
from operations.acting import Act, acting, expect_no_version
from operations.keys import KEY, LONGEST_KEY, Earlier, KeyedCall, once
from operations.permissions import actor_of
from resolvers.mutations.remembering import digest, kept, recalled

LONGEST_NOTE: Final = 1000
NOTE: Final = ("guard", "note")
VERSIONED: Final = "versioned"
"""Metadata of the fields made here: whether `guard.expectedVersion` means something."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended: its answer, the events it wrote, and whether that was before."""

    answer: Answer
    written: Sequence[UUID] = ()
    replayed: bool = False


def mutates(
    resolver: Callable[..., Awaitable[Answer]],
    *,
    about: str,
    versioned: bool = True,
    personal: bool = False,
    deprecated: str | None = None,
) -> Any:
    """A mutation. `resolver` takes `(info, input)` and says which Answer it returns; it raises Refused.

    The field takes `guard` beside `input`, and its payload has a receipt. `versioned` says that the operation asks
    `operations.acting.expect_version` about what it changes, as `order_unit` does; otherwise, for what makes new
    things only, an expected version is refused. `personal`: what is done is for the viewer alone, so that a key of
    theirs answers nobody else of their company.
    """
    types = get_type_hints(resolver, include_extras=True)
    kind = types["return"]

    async def guarded(info: Info, input: Any, guard: Guard = None) -> Answer:
        done = await _run(info, kind, resolver, input, guard or MutationGuard(), versioned, personal)
        info.context.fresh()
        if done.answer.user_errors and not done.written:
            return done.answer
        cursor = await info.context.as_of()  # before anything the payload shows is read
        receipt = Receipt(replayed=done.replayed, cursor=cursor, written=tuple(done.written))
        return replace(done.answer, receipt=receipt)

    guarded.__signature__ = _signature(types["input"])  # type: ignore[attr-defined]  # read by inspect
    return strawberry.field(
        resolver=guarded, description=about, deprecation_reason=deprecated, metadata={VERSIONED: versioned}
    )


def _signature(input: Any) -> Signature:
    named = [("info", Info, Parameter.empty), ("input", input, Parameter.empty), ("guard", Guard, None)]
    return Signature(
        [
            Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default)
            for name, annotation, default in named
        ]
    )


async def _run(
    info: Info,
    kind: type[Answer],
    resolver: Callable[..., Awaitable[Answer]],
    input: Any,
    guard: MutationGuard,
    versioned: bool,
    personal: bool,
) -> Done:
    """Under the guard's act; with a key once for all equal calls. A refusal is an answer, too."""
    if against := tuple(_wrong(guard)):
        return Done(kind(user_errors=against))
    keyed = guard.idempotency_key is not None

    async def run() -> Done:
        act = _act(info, guard)
        try:
            with acting(act):
                refuse_if(() if versioned else expect_no_version())
                async with in_transaction() if keyed else nullcontext():  # what is refused goes, the key stays
                    return Done(await resolver(info, input), act.written)
        except Refused as refusal:
            return Done(kind(user_errors=refusal.reasons))

    return await _once(info, kind, run, _call(info, input, guard, personal)) if keyed else await run()


async def _once(info: Info, kind: type[Answer], run: Callable[[], Awaitable[Done]], call: KeyedCall) -> Done:
    world = info.context.world
    try:
        done = await once(world, call, run, _kept)
    except Refused as refusal:
        return Done(kind(user_errors=refusal.reasons))
    if isinstance(done, Earlier):
        answer, written = recalled(done.answer, kind)
        return Done(answer, written, replayed=True)
    if done.written:
        world.wake()  # the operation's own call came before the commit
    return done


def _kept(done: Done) -> str | None:
    """What a key remembers: nothing of a refusal that says only who may not, or that it is too early.

    The same call may well be made again then.
    """
    passing = [
        isinstance(reason, PermissionDenied) or advice_on(reason) is RetryAdvice.LATER
        for reason in done.answer.user_errors
    ]
    return None if passing and all(passing) else kept(done.answer, done.written)


def _act(info: Info, guard: MutationGuard) -> Act:
    return Act(
        request_id=info.context.request_id,
        expected_version=guard.expected_version,
        note=tidy(guard.note),
        notify_customer=guard.notify_customer,
    )


def _call(info: Info, input: Any, guard: MutationGuard, personal: bool) -> KeyedCall:
    viewer = info.context.viewer
    meant = digest(viewer.scope, input, guard, actor_of(viewer) if personal else None)
    return KeyedCall(viewer.scope.company_id, guard.idempotency_key or "", info.field_name, meant)


def _wrong(guard: MutationGuard) -> Iterator[Reason]:
    """What is wrong with the guard itself; then nothing else is looked at."""
    key = guard.idempotency_key
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        message = f"A key has 1 to {LONGEST_KEY} printable characters; make one up, a UUID for example."
        yield InvalidInput(message=message, path=KEY)
    yield from text_reasons(guard.note, LONGEST_NOTE, *NOTE, least=1, noun="A note")
