"""A set of files that the worker writes for one person to take away."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from coding.models.assignment import Round
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Study
from workbench.accounts.models import User


class ExportFile(models.Model):
    """One zip, asked for by one person; whether they may still have it is decided again at the download."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        WRITING = "writing", "being written"
        READY = "ready", "ready"
        FAILED = "failed", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="exports")
    round = models.ForeignKey(Round, null=True, on_delete=models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    share_done = models.FloatField(default=0)
    problem = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    objects = StudyScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"export {self.state}"
