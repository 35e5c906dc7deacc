"""The viewer's own views of the grid."""

from __future__ import annotations

from collections.abc import Sequence

import models
from domain.access import Scope, Viewer
from gql.fields import Info
from operations.saved_views import MOST_VIEWS, owned_by


async def saved_views(info: Info) -> list[models.SavedView]:
    """The viewer's saved views, by name."""
    return await owned_by(info.context.viewer).order_by("name", "id").limit(MOST_VIEWS)


async def saved_view(info: Info, key: int) -> models.SavedView | None:
    """One of the viewer's own by its row key; nobody else's."""
    return await info.context.loaders.batched(_own, info.context.viewer).load(key)


async def _own(_scope: Scope, keys: Sequence[int], viewer: Viewer) -> list[models.SavedView | None]:
    found = {row.id: row for row in await owned_by(viewer).filter(id__in=list(keys))}
    return [found.get(key) for key in keys]
