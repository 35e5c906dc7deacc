"""Whether a viewer may act at all; what it may act on follows from what it sees."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access import Permission, Viewer
from domain.actions import NEEDS, ActionName
from domain.events import Actor, ActorKind
from domain.refusals import NotFound, PermissionDenied, Reason, Refused, refuse_if

SYSTEM = Actor(ActorKind.SYSTEM, "Ordergraph")


def require(viewer: Viewer, permission: Permission) -> None:
    """Raises Refused with PermissionDenied unless the viewer's role has the permission."""
    refuse_if(_denied(viewer, permission))


def require_order_wide(viewer: Viewer, permission: Permission) -> None:
    """Like `require`, for actions on a whole order, which no fulfiller takes whatever its role says."""
    refuse_if(_denied(viewer, permission, order_wide=True))


def require_action(viewer: Viewer, action: ActionName) -> None:
    """Raises Refused with PermissionDenied unless the viewer may take the action at all."""
    refuse_if(denied(viewer, action))


def denied(viewer: Viewer, action: ActionName) -> tuple[PermissionDenied, ...]:
    """Why a viewer may not take an action, whatever the state of things; empty when it may."""
    need = NEEDS[action]
    return _denied(viewer, need.permission, order_wide=need.order_wide)


def _denied(viewer: Viewer, permission: Permission, *, order_wide: bool = False) -> tuple[PermissionDenied, ...]:
    if order_wide and viewer.scope.is_fulfiller:  # no permission would help
        message = "This concerns the whole order: ask the retailer or the platform."
    elif not viewer.scope.may(permission):
        message = (
            f"Your role “{viewer.role}” lacks the permission {permission.value}; ask an administrator for it."
        )
    else:
        return ()
    return (PermissionDenied(message=message, permission=permission),)


def absent(noun: str, *path: str, beside: Iterable[Reason] = ()) -> Refused:
    """Not there, or not for this viewer: both answer alike, so that ids tell nothing.

    `beside` are the reasons found already.
    """
    return Refused(*beside, NotFound(message=f"There is no such {noun}, or you may not see it.", path=path))


def actor_of(viewer: Viewer) -> Actor:
    """The viewer as the log names it."""
    kind = ActorKind.API_CLIENT if viewer.api_client_id else ActorKind.USER if viewer.user_id else ActorKind.SYSTEM
    return Actor(kind, viewer.name, viewer.user_id or viewer.api_client_id, viewer.scope.company_id or None)
