"""Statements written by hand, for migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.indexes import Index
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


class AddIndexes(ops.TortoiseOperation):
    """Several indexes of one table, some perhaps over formulas, of which tortoise's own operation would write the
    names. It takes as long to prepare as one: every operation makes all models anew.
    """

    def __init__(self, model_name: str, *indexes: Index) -> None:
        self.model_name = model_name
        self.indexes = indexes

    def describe(self) -> str:
        return f"Add {', '.join(str(index.name) for index in self.indexes)} to {self.model_name}"

    def state_forward(self, app_label: str, state: Any) -> None:
        options = self.get_model_state(state, app_label, self.model_name).options
        options["indexes"] = (*(options.get("indexes") or ()), *self.indexes)
        state.reload_model(app_label, self.model_name)

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if not state_editor:
            return
        model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
        postgres = state_editor.client.capabilities.dialect == "postgres"
        for index in self.indexes:
            if isinstance(index, FormulaIndex):
                names = index.written(postgres=postgres)
                await state_editor._run_sql(state_editor._get_index_sql(model, names, index_name=index.name))
            else:
                await state_editor.add_index(model, index)
