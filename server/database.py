"""From DATABASE_URL to tortoise's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

EXAMPLES: Final = (
    "sqlite://.run/ordergraph.sqlite3",
    "sqlite:///srv/ordergraph/shop.sqlite3",
    "postgres://user:password@127.0.0.1:5432/ordergraph?minsize=1&maxsize=10",
)

_POSTGRES: Final = ("postgres", "postgresql")
_PARAMETERS: Final = {"minsize": "minsize", "maxsize": "maxsize", "sslmode": "ssl"}
"""What may follow the question mark, and what the driver calls it."""


class DatabaseUrlWrong(ValueError):
    """DATABASE_URL cannot be used. The text names it and shows a right one; it never holds the password."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"DATABASE_URL {problem}. Right is for example {EXAMPLES[0]} or {EXAMPLES[2]}")
        self.problem = problem


def config(url: str) -> dict[str, object]:
    """Tortoise's configuration for an address. Touches nothing. Raises DatabaseUrlWrong."""
    path = sqlite_path(url)
    connection = _postgres(url) if path is None else _sqlite(path)
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {"models": ["models"], "default_connection": "default", "migrations": "models.migrations"}
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite address (`sqlite://relative`, `sqlite:///absolute`); None for PostgreSQL."""
    scheme, separator, rest = url.partition("://")
    if scheme in _POSTGRES and separator:
        return None
    if scheme != "sqlite" or not separator:
        raise DatabaseUrlWrong("must begin with sqlite:// or postgres://")
    if not rest or rest.endswith("/"):
        raise DatabaseUrlWrong("names no database file")
    if rest.startswith(":memory:"):
        raise DatabaseUrlWrong("must name a file: a database in memory has one connection, we need two")
    if "?" in rest:
        raise DatabaseUrlWrong("takes no parameters for SQLite")
    return Path(rest)


def _sqlite(path: Path) -> dict[str, object]:
    return {"engine": "models.engines.sqlite", "credentials": {"file_path": str(path)}}


def _postgres(url: str) -> dict[str, object]:
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise DatabaseUrlWrong("is not an address") from None
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise DatabaseUrlWrong("names no database")
    if not parts.hostname:
        raise DatabaseUrlWrong("names no host")
    credentials: dict[str, object] = {
        "host": parts.hostname,
        "port": port,
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "database": name,
        **_parameters(parts),
    }
    return {"engine": "models.engines.postgres", "credentials": credentials}


def _parameters(parts: SplitResult) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, text in parse_qsl(parts.query, keep_blank_values=True):
        if name not in _PARAMETERS:
            raise DatabaseUrlWrong(f"takes {', '.join(_PARAMETERS)} after the question mark, nothing else")
        given[_PARAMETERS[name]] = text if name == "sslmode" else _size(name, text)
    least, most = given.get("minsize"), given.get("maxsize")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        raise DatabaseUrlWrong("has a minsize above its maxsize")
    return given


def _size(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise DatabaseUrlWrong(f"needs a whole number from 1 to 1000 as {name}")
    return int(text)
