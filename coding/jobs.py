"""What the worker does, apart from requests."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from coding.queries import drift, enactments_prepared, kept
from coding.services import exports


@app.task(name="write_export", pass_context=False)
def write_export(export_id: str) -> None:
    """Write the zip that somebody asked for."""
    close_old_connections()
    try:
        exports.write_export(export_id)
    finally:
        close_old_connections()


@app.task(name="prepare_results", pass_context=False)
def prepare_results(round_id: int) -> None:
    """Compute the results of a round that was just closed, so that nobody waits for them."""
    close_old_connections()
    try:
        kept.prepare(round_id)
        enactments_prepared.prepare(round_id)
        drift.prepare_drift(round_id)
    finally:
        close_old_connections()
