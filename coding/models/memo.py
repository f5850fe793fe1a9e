"""Memos on a study, a transcript, a segment or a code: private to their author, or shared with those not blind."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coding.models.codebook import Code, CodebookVersion
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study
from transcripts.models.transcript import Revision, Segment, Transcript


@keep_history
class Memo(models.Model):
    """
    What a member thinks about a study, a transcript, a segment or a code; with none of the three it is about the study.

    A memo is never deleted: emptied, it is gone from the pages, and its history keeps it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="memos")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="memos")
    transcript = models.ForeignKey(Transcript, null=True, blank=True, on_delete=models.PROTECT, related_name="memos")
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="memos")
    version = models.ForeignKey(CodebookVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="memos")
    text = models.TextField(blank=True)
    shared = models.BooleanField(default=False, help_text="Members who are not blind to it may read it.")
    written_at = models.DateTimeField(db_default=Now())

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(transcript=None, segment=None) | Q(code=None), name="memo_is_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(segment=None, revision=None)
                | Q(segment__isnull=False, revision__isnull=False, transcript__isnull=False),
                name="memo_segment_has_transcript",
            ),
            models.CheckConstraint(
                condition=Q(code=None, version=None) | Q(code__isnull=False, version__isnull=False),
                name="memo_code_has_version",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="memo_stays_where_it_is",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.study_id <> OLD.study_id
                        OR NEW.author_id <> OLD.author_id OR NEW.transcript_id IS DISTINCT FROM OLD.transcript_id
                        OR NEW.segment_id IS DISTINCT FROM OLD.segment_id
                        OR NEW.code_id IS DISTINCT FROM OLD.code_id THEN
                        RAISE EXCEPTION 'a memo stays with its author and with what it is about'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'memo_stays_where_it_is';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
