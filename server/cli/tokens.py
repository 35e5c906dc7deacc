"""`ordergraph token`."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Final

import click

import models
from operations.bootstrap import ensure_platform
from operations.people import first_person
from operations.world import World
from server.cli.session import load_settings
from server.settings import Settings, SettingsError
from server.storage import StorageUnusable, prepare, storage
from server.tokens import Subject, issue

_DURATION: Final = re.compile(r"([1-9][0-9]{0,4})([smhd])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType[timedelta]):
    """A number and a unit: 30m."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = _DURATION.fullmatch(str(value))
        if found is None:
            self.fail("write a whole number and s, m, h or d, such as 30m, 12h or 7d.", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command("token")
@click.argument("role")
@click.option("--ttl", default="12h", show_default=True, type=Duration(), help="How long it is good for.")
def command(role: str, ttl: timedelta) -> None:
    """Print a token for the first active user, or else API client, with ROLE; nothing else.

    ROLE is administrator, supervisor, agent, viewer, retailer, partner or fulfiller, or a role of your own.
    Where nobody has it yet, a user is made for the oldest company that has such a role (said on stderr).
    Exits with 2, naming the roles there are, when no company has this one.

    \b
    Examples:
      ordergraph token agent
      TOKEN=$(ordergraph token fulfiller --ttl 30m)
      curl -H "Authorization: Bearer $TOKEN" ...
    """
    settings = load_settings()
    try:
        subject, roles = asyncio.run(_subject(settings, role))
        if subject is None:
            raise click.UsageError(f"There is no role {role!r}. Roles there are: {', '.join(roles)}.")
        click.echo(issue(settings, subject, ttl))
    except (SettingsError, StorageUnusable) as problem:
        raise click.ClickException(str(problem)) from None


async def _subject(settings: Settings, role: str) -> tuple[Subject | None, list[str]]:
    """Who has the role (somebody made just now where nobody has it yet), and the roles there are."""
    _ = settings.signing_key  # refused now, not after somebody was made
    await prepare(settings)
    async with storage(settings):
        await ensure_platform()
        if user := await models.User.filter(role__code=role, active=True).order_by("id").first():
            return Subject.user(user.id), []
        if client := await models.ApiClient.filter(role__code=role, revoked_at=None).order_by("id").first():
            return Subject.client(client.id), []
        if user := await first_person(World(), role):
            click.echo(f"Nobody had the role {role!r}: made {user.name}.", err=True)
            return Subject.user(user.id), []
        return None, sorted({str(code) for code in await models.Role.all().values_list("code", flat=True)})
