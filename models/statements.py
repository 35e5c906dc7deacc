"""Reads of the hot paths: statements written out, because building one costs more than running it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.models import Model

M = TypeVar("M", bound=Model)


async def fetch(model: type[M], rest: str, *values: object) -> list[M]:
    """The rows of a table that `rest` chooses: `WHERE "order_id" = $1 ORDER BY "id"`.

    `rest` is part of the program, never input; values go where $1, $2 ... stand. Runs in the transaction
    under way, if any.
    """
    connection = get_connection("default")
    executor = connection.executor_class(model=model, db=connection)
    text = _select(model, rest, connection.capabilities.dialect)
    return await executor.execute_select(text, list(values))


async def query(text: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a whole statement, as the driver gives them."""
    connection = get_connection("default")
    rows = await connection.execute_query_dict(placed(text, connection.capabilities.dialect), list(values))
    return list(rows)


async def execute(text: str, *values: object) -> int:
    """Runs a statement that changes rows. Answers how many."""
    connection = get_connection("default")
    changed, _ = await connection.execute_query(placed(text, connection.capabilities.dialect), list(values))
    return int(changed)


def in_transaction_now() -> bool:
    """Whether what runs here belongs to a transaction: then only the whole of it can be done again."""
    return isinstance(get_connection("default"), TransactionalDBClient)


def listed(count: int, first: int = 1) -> str:
    """Places for so many values: `$1, $2, $3`."""
    return ", ".join(f"${number}" for number in range(first, first + count))


@lru_cache(maxsize=1024)
def _select(model: type[Model], rest: str, dialect: str) -> str:
    return placed(f'SELECT * FROM "{model._meta.db_table}" {rest}', dialect)  # noqa: S608


@lru_cache(maxsize=1024)
def placed(text: str, dialect: str) -> str:
    """The statement as the dialect writes it: SQLite says ?1 for $1, and has no row locks but one writer."""
    if dialect != "sqlite":
        return text
    return re.sub(r"\$(\d+)", r"?\1", text).replace(" FOR UPDATE", "")
