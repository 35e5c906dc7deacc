"""Whether a viewer may act at all; what it may act on follows from what it sees."""

from __future__ import annotations

from collections.abc import Iterable

from domain.access import Permission, Viewer
from domain.events import Actor, ActorKind
from domain.refusals import NotFound, PermissionDenied, Reason, Refused

SYSTEM = Actor(ActorKind.SYSTEM, "Ordergraph")


def require(viewer: Viewer, permission: Permission) -> None:
    """Raises Refused with PermissionDenied unless the viewer's role has the permission."""
    if not viewer.scope.may(permission):
        message = (
            f"Your role “{viewer.role}” lacks the permission {permission.value}; ask an administrator for it."
        )
        raise Refused(PermissionDenied(message=message, permission=permission))


def require_order_wide(viewer: Viewer, permission: Permission) -> None:
    """Like `require`, for actions on a whole order, which no fulfiller takes whatever its role says."""
    require(viewer, permission)
    if viewer.scope.is_fulfiller:
        message = "This concerns the whole order: ask the retailer or the platform."
        raise Refused(PermissionDenied(message=message, permission=permission))


def absent(noun: str, *path: str, beside: Iterable[Reason] = ()) -> Refused:
    """Not there, or not for this viewer: both answer alike, so that ids tell nothing.

    `beside` are the reasons found already.
    """
    return Refused(*beside, NotFound(message=f"There is no such {noun}, or you may not see it.", path=path))


def actor_of(viewer: Viewer) -> Actor:
    """The viewer as the log names it."""
    kind = ActorKind.API_CLIENT if viewer.api_client_id else ActorKind.USER if viewer.user_id else ActorKind.SYSTEM
    return Actor(kind, viewer.name, viewer.user_id or viewer.api_client_id, viewer.scope.company_id or None)
