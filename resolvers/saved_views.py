"""The viewer's own views of the grid."""

from __future__ import annotations

import models
from gql.fields import Info
from operations.saved_views import MOST_VIEWS, owned_by


async def saved_views(info: Info) -> list[models.SavedView]:
    """The viewer's saved views, by name."""
    return await owned_by(info.context.viewer).order_by("name", "id").limit(MOST_VIEWS)
