from __future__ import annotations

import asyncio
import socket as sockets
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from click.testing import CliRunner, Result

from domain.access import Viewer
from server import tokens
from server.cli import COMMANDS, main
from server.storage import storage
from tests.server.commands import ordergraph, served
from tests.server.little import SECRET
from tests.server.shops import as_of, client, settings_of, token_of
from tests.server.test_assembly import EVENTS, HOLD
from tests.shop import Shop

OURS = ("export-schema", "migrate", "serve", "token")
READY = {"status": "ok", "checks": {"database": "ok", "feed": "ok"}}


@pytest.fixture
async def shop(orm):
    return await Shop.open()


@pytest.fixture
def viewers(database_url) -> dict[str, Viewer]:
    """The people of a shop, without a loop running."""

    async def people() -> dict[str, Viewer]:
        async with storage(settings_of(database_url)):
            return (await Shop.open()).viewers

    return asyncio.run(people())


def run(url: str | None, *arguments: str, **variables: str) -> Result:
    environment = {"DATABASE_URL": url, "ORDERGRAPH_SECRET": SECRET, **variables}
    return CliRunner().invoke(main, arguments, env=environment)


@pytest.mark.parametrize("name", OURS)
def test_every_command_teaches_itself(name):
    listed = CliRunner().invoke(main, ["--help"]).stdout
    told = CliRunner().invoke(main, [name, "--help"]).stdout

    assert COMMANDS[name].line in " ".join(listed.split())
    assert "Examples:" in told
    assert f"ordergraph {name}" in told


def test_what_is_no_command_is_refused():
    result = CliRunner().invoke(main, ["sevre"])

    assert result.exit_code == 2
    assert "sevre" in result.stderr


@pytest.mark.parametrize("role", ["agent", "retailer", "fulfiller", "partner"])
def test_a_token_for_a_role_is_printed_and_nothing_else(database_url, viewers, role):
    first = {"retailer": "leaf", "fulfiller": "press"}.get(role, role)

    result = run(database_url, "token", role)

    claims = tokens.verify(settings_of(database_url), result.stdout.strip())
    assert (result.exit_code, result.stderr, result.stdout.count("\n")) == (0, "", 1)
    assert claims.subject.id == (viewers[first].user_id or viewers[first].api_client_id)
    assert claims.subject.kind == ("client" if role == "partner" else "user")


@pytest.mark.parametrize(("ttl", "lasts"), [("90s", 90), ("30m", 1800), ("12h", 43200), ("7d", 604800)])
def test_a_token_lasts_as_long_as_it_was_asked_to(database_url, viewers, ttl, lasts):
    result = run(database_url, "token", "agent", "--ttl", ttl)

    claims = tokens.verify(settings_of(database_url), result.stdout.strip())
    assert claims.expires_at - claims.issued_at == timedelta(seconds=lasts)
    assert claims.expires_at > datetime.now(UTC)


@pytest.mark.parametrize("ttl", ["", "0h", "1", "1w", "-1h", "1.5h", "999999d"])
def test_a_duration_that_is_none_is_refused_with_right_ones(database_url, viewers, ttl):
    result = run(database_url, "token", "agent", "--ttl", ttl)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "30m" in result.stderr


def test_a_role_nobody_has_is_refused_with_those_somebody_has(database_url, viewers):
    result = run(database_url, "token", "boss")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "administrator, agent, fulfiller, partner, retailer, supervisor, viewer" in result.stderr


def test_where_nobody_has_a_role_somebody_is_made_once_and_said_so(database_url):
    first, second = (run(database_url, "token", "agent") for _ in range(2))

    made, same = (tokens.verify(settings_of(database_url), result.stdout.strip()) for result in (first, second))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "made CS Agent of Ordergraph" in first.stderr
    assert second.stderr == ""
    assert made.subject == same.subject


def test_a_role_that_no_company_has_yet_makes_nobody(database_url):
    result = run(database_url, "token", "retailer")

    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "There is no role 'retailer'. Roles there are: administrator, agent, supervisor, viewer." in result.stderr
    )


def test_migrating_twice_changes_nothing(blank_url):
    first, second = run(blank_url, "migrate"), run(blank_url, "migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("Applied 0001_initial")
    assert second.stdout == "Nothing to do: the tables are the newest.\n"


@pytest.mark.parametrize(
    ("url", "variables", "told"),
    [
        ("mysql://here/x", {}, "DATABASE_URL: must begin with sqlite:// or postgres://"),
        ("postgres://postgres:hidden@127.0.0.1:1/x", {}, "DATABASE_URL"),
        ("postgres://postgres@127.0.0.1/x", {"ORDERGRAPH_SECRET": ""}, "ORDERGRAPH_SECRET must be set"),
        ("postgres://postgres@127.0.0.1/x", {"ORDERGRAPH_SECRET": "short"}, "ORDERGRAPH_SECRET"),
        ("postgres://postgres@127.0.0.1/x", {"REDIS_URL": "nonsense"}, "REDIS_URL"),
    ],
)
def test_a_server_that_cannot_start_says_what_to_mend(url, variables, told):
    result = run(url, "serve", "--port", "0", **variables)

    assert result.exit_code == 1
    assert told in result.stderr
    assert "hidden" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["token", "agent"], ["migrate"], ["verify"], ["demo"]]
)
def test_a_file_that_is_no_database_is_told_by_every_command_and_left_alone(tmp_path, command):
    file = tmp_path / "notes.sqlite3"
    file.write_text("These are notes, and no database at all.")

    result = run(f"sqlite://{file}", *command)

    assert result.exit_code == 1
    assert "file is not a database" in result.stderr
    assert "Traceback" not in result.output
    assert file.read_text() == "These are notes, and no database at all."


@pytest.mark.postgres
def test_without_a_secret_no_token_is_printed_and_nobody_is_made(blank_url):
    run(blank_url, "migrate")

    refused = run(blank_url, "token", "agent", ORDERGRAPH_SECRET="")
    made = run(blank_url, "token", "agent")

    assert refused.exit_code == 1
    assert "ORDERGRAPH_SECRET must be set" in refused.stderr
    assert "made" not in refused.stderr
    assert "made" in made.stderr


@pytest.mark.sqlite
async def test_a_port_that_is_taken_is_told_with_the_remedy(database_url):
    with sockets.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, _, complained = await ordergraph("serve", "--port", str(port), url=database_url)

    assert code == 1
    assert f"Error: Port {port} on 127.0.0.1" in complained
    assert "--port" in complained.splitlines()[-1]


@pytest.mark.sqlite
async def test_a_server_starts_in_an_empty_folder(tmp_path):
    async with served(None, folder=tmp_path) as server, aiohttp.ClientSession(server.url) as session:
        assert await (await session.get("/readyz")).json() == READY
        code = await server.stop()

    assert code == 0
    assert (tmp_path / ".run" / "ordergraph.sqlite3").exists()
    assert (tmp_path / ".run" / "ordergraph.secret").stat().st_mode & 0o777 == 0o600


async def test_a_served_shop_pushes_what_is_done_and_leaves_in_order(shop, database_url):
    order = await shop.order(("MUG", 1))
    token = token_of(database_url, shop.agent)
    async with served(database_url, "--no-simulation") as server, client(server.url, token) as api:
        subscriber = await api.subscribe(EVENTS, after=await as_of(api))
        await api.ask(HOLD, id=shop.id(order))
        pushed = [await subscriber.next(), await subscriber.next()]
        server.process.terminate()
        await subscriber.socket.receive()
        code = await server.end()

    assert [push["event"]["type"] for push in pushed] == ["order.held", "order.status_changed"]
    assert (subscriber.socket.close_code, code) == (1012, 0)
    assert server.lines[-1]["message"] == "stopped"
