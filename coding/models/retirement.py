"""A published version that new rounds no longer use; the version itself stays frozen as it is."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from coding.models.codebook import CodebookVersion
from transcripts.history import keep_history
from transcripts.models import Membership, Study
from transcripts.models.scope import StudyScopedQuerySet


@keep_history
class VersionRetirement(models.Model):
    """Somebody put a version aside; taking it up again removes the row, and the history tells of both."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.OneToOneField(CodebookVersion, on_delete=models.PROTECT, related_name="retirement")
    reason = models.TextField(blank=True)
    retired_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="retired_was_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM coding_codebookversion WHERE id = NEW.version_id AND published_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'only a published version is retired'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'retired_was_published';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} is retired"
