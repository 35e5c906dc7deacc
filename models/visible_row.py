"""One row by its key, if the viewer may see it: the visibility rule compiled once per scope."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeVar

from tortoise.connection import get_connection
from tortoise.models import Model

from domain.access import Scope
from models.visibility import visible

M = TypeVar("M", bound=Model)
_SOME_KEY: Final = 2**62 + 1
"""Stands for the key while a statement is compiled; no row has it."""


async def visible_row(model: type[M], scope: Scope, key: int, *, lock: bool = False) -> M | None:
    """The row within `visible(model, scope)`; locked until the transaction ends, if asked for."""
    connection = get_connection("default")
    text, values = _compiled(model, scope, lock, connection.capabilities.dialect)
    executor = connection.executor_class(model=model, db=connection)
    rows = await executor.execute_select(text, [key if value == _SOME_KEY else value for value in values])
    return rows[0] if rows else None


@lru_cache(maxsize=512)
def _compiled(model: type[Model], scope: Scope, lock: bool, _dialect: str) -> tuple[str, tuple[Any, ...]]:
    chosen = visible(model, scope).filter(id=_SOME_KEY)
    if lock:
        chosen = chosen.select_for_update()
    chosen._choose_db_if_not_chosen(for_write=lock)
    chosen._make_query()
    text, values = chosen.query.get_parameterized_sql()
    return text, tuple(values)
