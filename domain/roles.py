"""What a role may hold: for which kind of company, and given by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.access import CompanyKind, Permission, Scope
from domain.refusals import Blocker, BlockerCode, InvalidInput, PermissionDenied, Reason, not_allowed

P = Permission
Path = tuple[str, ...]
MAKES_SENSE: Final[dict[CompanyKind, frozenset[Permission]]] = {
    CompanyKind.PLATFORM: frozenset(Permission),
    CompanyKind.RETAILER: frozenset(Permission) - {P.BATCHES_VIEW, P.BATCHES_MANAGE},
    CompanyKind.FULFILLER: frozenset(Permission)
    - {
        P.PAYMENTS_VIEW,
        P.ORDERS_CREATE,
        P.ORDERS_PROCESS,
        P.RETURNS_CREATE,
        P.RETURNS_APPROVE,
        P.REFUNDS_APPROVE,
        P.REFUNDS_CANCEL,
        P.APPEASEMENTS_CREATE,
        P.EXCHANGES_CREATE,
        P.RESHIPMENTS_CREATE,
    },
}
"""Permissions a role of each kind of company may hold: a fulfiller takes no money and no whole orders."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role gives: permissions, and the row keys of the channels it is limited to (None: all)."""

    permissions: frozenset[Permission]
    channel_ids: frozenset[int] | None = None

    @property
    def manages(self) -> bool:
        """Whether who has it can manage the company's access."""
        return Permission.ROLES_MANAGE in self.permissions

    def narrowing(self, scope: Scope) -> Scope:
        """What is left of a scope for somebody who has this and no more."""
        channels = [one for one in (scope.channel_ids, self.channel_ids) if one is not None]
        return replace(
            scope,
            permissions=scope.permissions & self.permissions,
            channel_ids=frozenset.intersection(*channels) if channels else None,
        )


def fitting(kind: CompanyKind, permissions: Sequence[Permission], *path: str) -> Iterator[Reason]:
    """What is wrong with permissions whoever gives them."""
    for place, permission in enumerate(permissions):
        if permission not in MAKES_SENSE[kind]:
            message = f"{permission.value} means nothing in a company of the kind {kind}; leave it out."
            yield InvalidInput(message=message, path=(*path, str(place)))
    if permissions and Permission.ORDERS_VIEW not in permissions:
        message = "Whoever may do anything may read: add orders.view, without which nothing can be found."
        yield InvalidInput(message=message, path=path)


def beyond(scope: Scope, grant: Grant, permissions: Path, channels: Path) -> Iterator[Reason]:
    """Why somebody of this scope can neither give nor touch a grant: it holds what they do not have."""
    for permission in sorted(grant.permissions - scope.permissions):
        message = (
            f"You lack {permission.value} yourself, so you can neither give nor take it; ask somebody who has it."
        )
        yield PermissionDenied(message=message, permission=permission, path=permissions)
    if scope.channel_ids is not None and (grant.channel_ids is None or not grant.channel_ids <= scope.channel_ids):
        message = "Your own role is limited to sales channels, and this goes beyond them; name some of yours."
        yield not_allowed([Blocker(BlockerCode.CHANNELS_LIMITED, message)], channels)


def last_administrator(*path: str) -> Reason:
    """Somebody must stay who can manage a company's access."""
    message = "Nobody else of the company has roles.manage: give it to somebody else first."
    return not_allowed([Blocker(BlockerCode.LAST_ADMINISTRATOR, message)], path)


def in_order(permissions: Iterable[Permission]) -> list[str]:
    """As roles keep them: each once, sorted."""
    return sorted({permission.value for permission in permissions})
