"""A column for parts of a file that are kept and not used."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class KeptJSON(models.TextField):
    """
    JSON as it was written: text, since jsonb forgets the order of members and how numbers were written.

    Nothing in it is counted, joined or searched; what is has columns of its own.
    """

    # The types of the attribute, for the type checker: a text column, but the value is not the text.
    _pyi_private_get_type: Any
    _pyi_private_set_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Read the text of the column."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Read text, leave anything else as it is."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Write the text of the column."""
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)

    def value_to_string(self, obj: models.Model) -> str:
        """Write the text for a serialiser."""
        return self.get_prep_value(self.value_from_object(obj)) or "null"
