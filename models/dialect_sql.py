"""Statements written by hand, for migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.migrations import operations as ops


class RunDialectSQL(ops.RunSQL):
    """The statements of the database at hand, each of them whole."""

    def __init__(self, postgres: Sequence[str], sqlite: Sequence[str]) -> None:
        super().__init__([], [])
        self._postgres = postgres
        self._sqlite = sqlite

    async def _run_sql(self, state_editor: Any, sqls: Any) -> None:
        on_postgres = state_editor.client.capabilities.dialect == "postgres"
        for statement in self._postgres if on_postgres else self._sqlite:
            if state_editor.collect_sql:
                state_editor.collected_sql.append(statement)
            else:  # tortoise would cut triggers at their semicolons
                await state_editor.client.execute_query(statement)
