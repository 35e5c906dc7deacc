"""Roles, people and programs, for those who manage them."""

from __future__ import annotations

from typing import Annotated

import strawberry
from tortoise.models import Model

import models
from gql.connections import After, Before, First, Last, Page
from gql.fields import Info
from gql.paging import BY_ID, Window, read_page
from gql.texts import looked_up
from models.visibility import visible

CompanyCode = Annotated[
    str | None,
    strawberry.argument(description="Only those of this company, by its code; left out: of all in scope."),
]


async def roles(
    info: Info,
    company: CompanyCode = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of roles, oldest first."""
    return await _page(info, models.Role, company, Window.of(first, after, last, before))


async def users(
    info: Info,
    company: CompanyCode = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of users, oldest first."""
    return await _page(info, models.User, company, Window.of(first, after, last, before))


async def api_clients(
    info: Info,
    company: CompanyCode = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page:
    """A page of API clients, oldest first."""
    return await _page(info, models.ApiClient, company, Window.of(first, after, last, before))


async def _page(info: Info, model: type[Model], company: str | None, window: Window) -> Page:
    query = visible(model, info.context.scope)
    if company is not None:
        query = query.filter(company__code=looked_up(company, models.Company, "code"))
    return await read_page(info.context, query, BY_ID, window)
