"""Statements written by hand, for migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.migrations import operations as ops

from models.formulas import FormulaIndex


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


class AddFormulaIndex(ops.AddIndex):
    """An index over formulas; tortoise's own operation would write their names."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if not state_editor:
            return
        assert isinstance(self.index, FormulaIndex)
        model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
        postgres = state_editor.client.capabilities.dialect == "postgres"
        names = self.index.written(postgres=postgres)
        await state_editor._run_sql(state_editor._get_index_sql(model, names, index_name=self.index.name))
