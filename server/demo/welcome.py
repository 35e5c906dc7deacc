"""What the demo tells whoever started it: the address, a token for each role, and documents to paste."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from typing import Final

from domain.orders import OrderStatus
from models import ApiClient, Order, User
from server.examples import GRID, LIVE, ORDER_PAGE, Example
from server.settings import Settings
from server.tokens import Subject, issue

GOOD_FOR: Final = timedelta(hours=12)
READER: Final = "agent"
"""The role that the printed commands speak for."""


async def welcome(url: str, settings: Settings) -> str:
    """The text for the demo in the connected database, served at `url` (http://127.0.0.1:8000).

    Its commands work as they stand, in a POSIX shell, as long as their tokens are good (GOOD_FOR). Raises
    SettingsError when there is no secret to sign tokens with.
    """
    people = await _people()
    tokens = {role: issue(settings, subject, GOOD_FOR) for role, _, subject in people}
    orders = await Order.all().count()
    shown = [
        f"The demo shop holds {orders} orders. While `ordergraph serve` runs without --no-simulation, they move.",
        f"GraphiQL: {url}/graphql (paste a token at the top; it opens with the three documents below)",
        f"Tokens, good for {GOOD_FOR // timedelta(hours=1)} hours (later: {_program()} token ROLE)",
        *(f"{role}: {name}\n{tokens[role]}" for role, name, _ in people),
        _pasted(1, GRID, "", _curl(url, tokens[READER], GRID, {})),
        await _order_page(url, tokens[READER]),
        _pasted(3, LIVE, "", _listening(url, tokens[READER])),
    ]
    return "\n\n".join(shown) + "\n"


async def _people() -> list[tuple[str, str, Subject]]:
    """The first with each role: role, name and company, subject."""
    users = await User.filter(active=True).order_by("id").select_related("role", "company")
    clients = await ApiClient.filter(revoked_at=None).order_by("id").select_related("role", "company")
    first: dict[str, tuple[str, str, Subject]] = {}
    for user in users:
        entry = (user.role.code, f"{user.name}, {user.company.name}", Subject.user(user.id))
        first.setdefault(user.role.code, entry)
    for client in clients:
        entry = (client.role.code, f"{client.name}, {client.company.name}", Subject.client(client.id))
        first.setdefault(client.role.code, entry)
    return list(first.values())


async def _order_page(url: str, token: str) -> str:
    """The page of an order on which much has happened."""
    busy = await Order.filter(status=OrderStatus.PARTIALLY_CLOSED).order_by("-version", "id").first()
    order = busy or await Order.all().order_by("-version", "id").first()
    variables = {"number": order.number if order else "100001"}
    return _pasted(2, ORDER_PAGE, json.dumps(variables), _curl(url, token, ORDER_PAGE, variables))


def _pasted(place: int, example: Example, variables: str, command: str) -> str:
    document = example.query.rstrip() + (f"\n\n# variables: {variables}" if variables else "")
    return f"{place}. {example.title}\n\n{indent(document, '    ')}\n\n{command}"


def _curl(url: str, token: str, example: Example, variables: dict[str, str]) -> str:
    body = json.dumps({"query": " ".join(example.query.split()), "variables": variables})
    return " ".join(
        (
            "curl -sS",
            shlex.quote(f"{url}/graphql"),
            "-H",
            shlex.quote(f"Authorization: Bearer {token}"),
            "-H 'Content-Type: application/json' -d",
            shlex.quote(body),
        )
    )


def _listening(url: str, token: str) -> str:
    return _curl(url, token, LIVE, {}) + " -N -H 'Accept: text/event-stream'"


def _program() -> str:
    """This program, as it was called."""
    return shlex.quote(_near(sys.argv[0]))


def _near(path: str) -> str:
    """A path below the working directory without the way to it."""
    folder = f"{Path.cwd()}/"
    return path.removeprefix(folder)
