"""What the worker does, apart from requests."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from coding.services import exports


@app.task(name="write_export", pass_context=False)
def write_export(export_id: str) -> None:
    """Write the zip that somebody asked for."""
    close_old_connections()
    try:
        exports.write_export(export_id)
    finally:
        close_old_connections()
