"""Answers of mutations as they are kept with an idempotency key: what was found, not what things looked like."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import Field, asdict, fields
from hashlib import sha256
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

import models
from domain.access import Scope
from domain.events import Actor
from domain.refusals import Reason
from gql.errors import SHOWN
from gql.inputs.guards import MutationGuard
from gql.payloads.answers import NOT_STORED, Answer, Warned, WarningCode

A = TypeVar("A", bound=Answer)
REASONS: Final = {kind.__name__: TypeAdapter(kind) for kind in SHOWN}
WARNED: Final = TypeAdapter(Warned)
COMMON: Final = {field.name for field in fields(Answer)}


def digest(scope: Scope, input: Any, guard: MutationGuard, owner: Actor | None = None) -> str:
    """Equal for calls that mean the same to somebody who sees the same; with an owner, only to them."""
    seen = [
        scope.company_id,
        scope.company_kind,
        sorted(scope.permissions),
        None if scope.channel_ids is None else sorted(scope.channel_ids),
    ]
    if owner is not None:
        seen += [owner.kind, owner.id]
    meant = {"input": asdict(input), "guard": asdict(guard), "seen": seen}
    return sha256(json.dumps(meant, sort_keys=True, default=repr).encode()).hexdigest()


def kept(answer: Answer, written: Sequence[UUID]) -> str:
    """The answer as text. Pure ASCII: messages may quote characters that no database takes."""
    more = [field for field in fields(answer) if field.name not in COMMON]
    return json.dumps(
        {
            "userErrors": [_reason(reason) for reason in answer.user_errors],
            "warnings": [WARNED.dump_python(warned, mode="json") for warned in answer.warnings],
            "touched": {model.__name__: list(keys) for model, keys in answer.touched.items()},
            "more": {field.name: getattr(answer, field.name) for field in more if not _shown_once(field)},
            "shownOnce": [field.name for field in more if _shown_once(field) and getattr(answer, field.name)],
            "written": [str(event) for event in written],
        }
    )


def recalled(text: str, kind: type[A]) -> tuple[A, tuple[UUID, ...]]:
    """What `kept` wrote, as an answer of this kind, and the ids of the events written then."""
    found = json.loads(text)
    answer = kind(
        user_errors=[REASONS[name].validate_python(facts) for name, facts in found["userErrors"]],
        warnings=[
            *(WARNED.validate_python(warned) for warned in found["warnings"]),
            *(_withheld(name) for name in found["shownOnce"]),
        ],
        touched={getattr(models, name): keys for name, keys in found["touched"].items()},
        **found["more"],
    )
    return answer, tuple(UUID(event) for event in found["written"])


def _reason(reason: Reason) -> tuple[str, Any]:
    name = type(reason).__name__
    return name, REASONS[name].dump_python(reason, mode="json")


def _shown_once(field: Field[Any]) -> bool:
    return field.metadata == NOT_STORED


def _withheld(name: str) -> Warned:
    first, *rest = name.split("_")
    shown = first + "".join(word.capitalize() for word in rest)
    message = f"{shown} was shown when this call was first answered; it is not shown again."
    return Warned(WarningCode.SHOWN_ONCE, message, (shown,))
