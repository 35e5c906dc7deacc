"""Saved views of the grid."""

from __future__ import annotations

from typing import Any

import models
from domain.conditions import FilterWrong
from domain.refusals import InvalidInput, Refused
from gql.fields import Info
from gql.filters import OrderSort
from gql.inputs import Input
from gql.inputs.keys import key
from gql.inputs.saved_views import SavedViewDeleteInput, SavedViewSaveInput
from gql.order_filter import OrderFilter, as_json, condition
from gql.payloads.saved_views import ViewAnswer
from operations import saved_views
from resolvers.mutations.answering import perform


async def save(info: Info, input: Input[SavedViewSaveInput]) -> ViewAnswer:
    sort = input.sort or OrderSort()
    command = saved_views.SaveView(
        view_id=key(models.SavedView, input.id.value) if input.id else None,
        new=input.id is None,
        name=input.name,
        conditions=_checked(input.filter),
        sort_field=sort.field.value,
        sort_direction=sort.direction.value,
        columns=tuple(input.columns),
        page_size=input.page_size,
    )
    return await perform(info, saved_views.save, command, _answer)


async def delete(info: Info, input: Input[SavedViewDeleteInput]) -> ViewAnswer:
    command = saved_views.DeleteView(key(models.SavedView, input.id))
    return await perform(info, saved_views.delete, command, _answer)


def _answer(view: int) -> ViewAnswer:
    return ViewAnswer(view=view)


def _checked(filter: OrderFilter | None) -> dict[str, Any]:
    """The filter as it is stored. Raises Refused for one that `orders` would refuse from anybody."""
    if filter is None:
        return {}
    try:
        condition(filter, ("input", "filter"))
    except FilterWrong as wrong:
        raise Refused(InvalidInput(message=str(wrong), path=tuple(map(str, wrong.path)))) from None
    return as_json(filter)
