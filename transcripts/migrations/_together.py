"""Make many tables in one step, whatever the order in which they point at each other."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """
    Create models as they stand at the end of a chain of migrations, with their constraints and triggers.

    Django draws every related model anew after each single step; with some eighty models that all belong to a study this
    took half a minute for an empty database. Here the state is drawn once.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models: list[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in self._allowed(app_label, schema_editor, to_state):
            schema_editor.create_model(model)
        # Foreign keys and indexes wait until all tables stand; keys written as SQL after this step point at the indexes.
        waiting, schema_editor.deferred_sql = schema_editor.deferred_sql, []
        for sql in waiting:
            schema_editor.execute(sql, None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self._allowed(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"

    def _allowed(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState) -> list[Any]:
        models = [state.apps.get_model(app_label, model.name) for model in self.models]
        return [model for model in models if self.allow_migrate_model(schema_editor.connection.alias, model)]
