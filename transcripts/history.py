"""The append-only history that the database writes by itself, whatever path a change comes by."""

from typing import TypeVar

import pghistory

ModelClass = TypeVar("ModelClass", bound=type)


def keep_history(model: ModelClass) -> ModelClass:
    """Have the database write down every insert, update and delete of this model; a migration forbids TRUNCATE too."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
