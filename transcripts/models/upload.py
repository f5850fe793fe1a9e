"""A file that was uploaded and waits for its preview to be confirmed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Study
from workbench.accounts.models import User


class Upload(models.Model):
    """One uploaded file between preview and import. The bytes lie in the file store under their SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="uploads")
    batch = models.UUIDField(db_index=True, help_text="Files that were uploaded together.")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    file_size = models.PositiveBigIntegerField()
    encoding = models.CharField(max_length=40, blank=True)
    merge = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    imported_at = models.DateTimeField(null=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("batch", "sha256", "file_name", name="upload_file_once_per_batch"),
        ]

    def __str__(self) -> str:
        return self.file_name
