"""Payloads of what is done with saved views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry

import models
from gql.fields import Info
from gql.ids import to_global
from gql.payloads.answers import Answer, MutationPayload
from gql.types.saved_views import SavedView
from operations.saved_views import owned_by


@dataclass(frozen=True, slots=True)
class ViewAnswer(Answer):
    """With the row key of the view."""

    view: int | None = None


async def _view(root: Any, info: Info) -> models.SavedView | None:
    return None if root.view is None else await owned_by(info.context.viewer).get_or_none(id=root.view)


def _deleted(root: Any) -> strawberry.ID | None:
    return None if root.view is None else strawberry.ID(to_global("SavedView", root.view))


@strawberry.type(description="Answer of `savedViewSave`.")
class SavedViewSavePayload(MutationPayload):
    """Made of `ViewAnswer`."""

    saved_view: SavedView | None = strawberry.field(
        resolver=_view, description="The view as it is now; null when it was refused or is gone."
    )


@strawberry.type(description="Answer of `savedViewDelete`.")
class SavedViewDeletePayload(MutationPayload):
    """Made of `ViewAnswer`."""

    deleted_id: strawberry.ID | None = strawberry.field(
        resolver=_deleted, description="The id it had; null when it was refused."
    )
