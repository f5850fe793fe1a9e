"""Know which rule of the database an error is about."""

from __future__ import annotations

from django.db import IntegrityError


def broken(error: IntegrityError) -> str:
    """Give the name of the constraint that was broken, or an empty string."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")
