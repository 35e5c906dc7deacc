"""Life of a connection: a retailer invites, the fulfiller accepts, either side suspends (S0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.access import CompanyKind
from domain.catalog import ConnectionStatus
from domain.refusals import Blocker, BlockerCode

S = ConnectionStatus
ACCEPTED: Final = frozenset({S.ACTIVE, S.SUSPENDED})
"""Both sides agreed to it: only then does a retailer see the fulfiller's sources and services."""


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What is known of a connection when a step is decided."""

    status: ConnectionStatus
    by: CompanyKind
    """On whose behalf it is taken."""
    suspended_by_partner: bool = False
    """Whether somebody else than who acts suspended it."""


Guard = Callable[[ConnectionFacts], Iterator[Blocker]]


def not_by_the_retailer(facts: ConnectionFacts) -> Iterator[Blocker]:
    """The fulfiller accepts, or the platform for it; a retailer does not accept its own invitation."""
    if facts.by is CompanyKind.RETAILER:
        yield Blocker(BlockerCode.AWAITS_PARTNER, "The fulfiller accepts the invitation; wait for it.")


def by_whom_it_was_suspended(facts: ConnectionFacts) -> Iterator[Blocker]:
    """Whoever suspended it resumes it; the platform always may."""
    if facts.suspended_by_partner and facts.by is not CompanyKind.PLATFORM:
        yield Blocker(BlockerCode.AWAITS_PARTNER, "The other company suspended it; ask it to resume.")


@dataclass(frozen=True, slots=True)
class ConnectionStep:
    """One row of the life cycle."""

    source: ConnectionStatus
    action: str
    target: ConnectionStatus
    guards: tuple[Guard, ...] = ()


STEPS: Final = (
    ConnectionStep(S.INVITED, "accept", S.ACTIVE, (not_by_the_retailer,)),
    ConnectionStep(S.ACTIVE, "suspend", S.SUSPENDED),
    ConnectionStep(S.SUSPENDED, "resume", S.ACTIVE, (by_whom_it_was_suspended,)),
)
"""The only steps there are. INVITED is where a retailer's invitation begins."""


def after(facts: ConnectionFacts, action: str) -> ConnectionStatus | tuple[Blocker, ...]:
    """Where the action leads, or everything that stands against it."""
    step = next((one for one in STEPS if (one.source, one.action) == (facts.status, action)), None)
    if step is None:
        sources = " or ".join(one.source for one in STEPS if one.action == action)
        message = f"The connection is {facts.status}; this is possible when it is {sources}."
        return (Blocker(BlockerCode.WRONG_STATUS, message),)
    return tuple(blocker for guard in step.guards for blocker in guard(facts)) or step.target
