from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gql.limits import Limits
from server import database, secret
from server.app import build
from server.settings import HELP, Introspection, Settings, SettingsError, load
from tests.server.little import SECRET, program

VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "ORDERGRAPH_SECRET",
    "ORDERGRAPH_ISSUER",
    "ORDERGRAPH_AUDIENCE",
    "ORDERGRAPH_ALLOWED_ORIGINS",
    "ORDERGRAPH_GRAPHIQL",
    "ORDERGRAPH_INTROSPECTION",
    "ORDERGRAPH_LIMITS",
    "ORDERGRAPH_CONNECTIONS",
)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_an_empty_environment_means_an_embedded_installation():
    settings = load()

    assert settings.database_url == "sqlite://.run/ordergraph.sqlite3"
    assert (settings.issuer, settings.audience, settings.graphiql) == ("ordergraph", "ordergraph", True)
    assert settings.allowed_origins == frozenset()
    assert settings.redis_url is None


def test_every_variable_is_read(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://shop:pw@db/orders")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379")
    monkeypatch.setenv("ORDERGRAPH_SECRET", SECRET)
    monkeypatch.setenv("ORDERGRAPH_ISSUER", "shop")
    monkeypatch.setenv("ORDERGRAPH_AUDIENCE", "desk")
    monkeypatch.setenv("ORDERGRAPH_ALLOWED_ORIGINS", "https://Shop.example:443, http://localhost:5173,")
    monkeypatch.setenv("ORDERGRAPH_GRAPHIQL", "off")
    monkeypatch.setenv("ORDERGRAPH_INTROSPECTION", "administrators")
    monkeypatch.setenv("ORDERGRAPH_LIMITS", "depth=15, cost=10000")
    monkeypatch.setenv("ORDERGRAPH_CONNECTIONS", "3")

    settings = load()

    assert settings.signing_key == SECRET
    assert (settings.issuer, settings.audience, settings.graphiql) == ("shop", "desk", False)
    assert settings.allowed_origins == {"https://shop.example", "http://localhost:5173"}
    assert settings.introspection is Introspection.ADMINISTRATORS
    assert settings.limits == Limits(depth=15, cost=10_000)
    assert settings.connections == 3


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DATABASE_URL", "mysql://hidden@db/orders", "sqlite://.run/ordergraph.sqlite3"),
        ("DATABASE_URL", "postgres://shop:hidden@db", "names no database"),
        ("REDIS_URL", "http://hidden", "redis://127.0.0.1:6379"),
        ("ORDERGRAPH_SECRET", "hidden", "token_urlsafe"),
        ("ORDERGRAPH_ALLOWED_ORIGINS", "*", "https://shop.example"),
        ("ORDERGRAPH_ALLOWED_ORIGINS", "shop.example", "https://shop.example"),
        ("ORDERGRAPH_GRAPHIQL", "hidden", "true or false"),
        ("ORDERGRAPH_INTROSPECTION", "hidden", "administrators"),
        ("ORDERGRAPH_LIMITS", "hidden", "depth=15"),
        ("ORDERGRAPH_LIMITS", "depth=hidden", "depth=15"),
        ("ORDERGRAPH_LIMITS", "hidden=1", "aliases"),
        ("ORDERGRAPH_LIMITS", "introspection=1", "aliases"),
        ("ORDERGRAPH_LIMITS", "depth=0", "1 or more"),
        ("ORDERGRAPH_CONNECTIONS", "0", "1 to 10000"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name_with_the_remedy(monkeypatch, name, value, remedy):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        load()

    assert str(refused.value).startswith(f"{name}: ")
    assert remedy in str(refused.value)
    assert str(refused.value).count(name) == (2 if name == "ORDERGRAPH_SECRET" else 1)
    assert "hidden" not in str(refused.value)


def test_all_values_that_cannot_be_used_are_told_at_once(monkeypatch):
    monkeypatch.setenv("ORDERGRAPH_SECRET", "short")
    monkeypatch.setenv("ORDERGRAPH_GRAPHIQL", "perhaps")

    with pytest.raises(SettingsError) as refused:
        load()

    assert {line.split(":")[0] for line in str(refused.value).splitlines()} == {
        "ORDERGRAPH_SECRET",
        "ORDERGRAPH_GRAPHIQL",
    }


def test_settings_shown_as_text_hold_no_secret():
    settings = Settings(
        database_url="postgres://shop:hidden-pw@db/orders", secret=SECRET, redis_url="redis://:hidden-pw@r"
    )

    assert "hidden-pw" not in repr(settings) + str(settings)
    assert SECRET not in repr(settings) + str(settings)


def test_the_first_start_makes_a_secret_only_the_owner_can_read_and_keeps_it(tmp_path):
    settings = Settings(database_url=f"sqlite://{tmp_path}/shop/orders.sqlite3")

    first = settings.signing_key
    again = Settings(database_url=f"sqlite://{tmp_path}/shop/orders.sqlite3").signing_key

    path = tmp_path / "shop" / "ordergraph.secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first == again == path.read_text().strip()
    assert [each.name for each in path.parent.iterdir()] == ["ordergraph.secret"]


def test_processes_starting_at_once_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: secret.beside(tmp_path / "orders.sqlite3"), range(64)))

    assert len(made) == 1


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 64])
def test_a_secret_that_was_damaged_is_refused_naming_its_file(tmp_path, content):
    (tmp_path / "ordergraph.secret").write_bytes(content)
    settings = Settings(database_url=f"sqlite://{tmp_path}/orders.sqlite3")

    with pytest.raises(SettingsError, match=r"ordergraph\.secret"):
        _ = settings.signing_key


def test_with_postgresql_the_start_is_refused_without_a_secret():
    settings = Settings(database_url="postgres://shop@db/orders")

    with pytest.raises(SettingsError, match=r"ORDERGRAPH_SECRET must be set.*token_urlsafe"):
        build(program(settings=settings))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://orders.sqlite3", "orders.sqlite3"),
        ("sqlite://.run/orders.sqlite3", ".run/orders.sqlite3"),
        ("sqlite:///srv/orders.sqlite3", "/srv/orders.sqlite3"),
    ],
)
def test_an_sqlite_address_names_a_file(url, path):
    config = database.config(url)

    assert database.sqlite_path(url) == Path(path)
    assert config["connections"] == {
        "default": {"engine": "models.engines.sqlite", "credentials": {"file_path": path}}
    }
    assert config["use_tz"] is True


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_names_everything(scheme):
    config = database.config(
        f"{scheme}://us%40er:p%2Fw@db.example:6543/orders?minsize=2&maxsize=9&sslmode=require"
    )

    connection = config["connections"]["default"]
    assert connection["engine"] == "models.engines.postgres"
    assert connection["credentials"] == {
        "host": "db.example",
        "port": 6543,
        "user": "us@er",
        "password": "p/w",
        "database": "orders",
        "minsize": 2,
        "maxsize": 9,
        "ssl": "require",
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "orders.sqlite3",
        "sqlite:orders.sqlite3",
        "sqlite://",
        "sqlite:///srv/",
        "sqlite://:memory:",
        "sqlite://orders.sqlite3?mode=ro",
        "mysql://hidden@db/orders",
        "postgres://db",
        "postgres://db/",
        "postgres:///orders",
        "postgres://db/a/b",
        "postgres://db:port/orders",
        "postgres://db:99999/orders",
        "postgres://u:hidden@db/orders?minsize=0",
        "postgres://u:hidden@db/orders?maxsize=many",
        "postgres://u:hidden@db/orders?minsize=5&maxsize=2",
        "postgres://u:hidden@db/orders?pool=5",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_showing_a_right_one(url):
    with pytest.raises(database.DatabaseUrlWrong) as refused:
        database.config(url)

    assert str(refused.value).startswith("DATABASE_URL ")
    assert "postgres://user:password@127.0.0.1:5432/ordergraph" in str(refused.value)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_every_setting_is_explained_to_whoever_runs_a_server(page):
    text = (Path(__file__).parents[2] / page).read_text()

    assert [name for name in HELP if f"`{name}`" not in text] == []
