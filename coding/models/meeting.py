"""The calibration meeting: what is said about a segment, what is decided, and what it asks of the codebook."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coding.models.assignment import Round
from coding.models.codebook import Code, CodebookVersion
from coding.models.run import written_once
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study
from transcripts.models.transcript import Revision, Segment


class MeetingEntry(models.Model):
    """One contribution to the thread of a segment, or a decision about it; of several decisions the last counts."""

    class Kind(models.TextChoices):
        REMARK = "remark", "remark"
        DECISION = "decision", "decision"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="meeting")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="meeting")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.TextField(help_text="A decision without words was taken back.", blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind="decision") | ~Q(words=""), name="remark_says_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("meeting_entry_is_kept")]

    def __str__(self) -> str:
        return self.words[:60]


class CodebookProposal(models.Model):
    """
    A change of the codebook that somebody proposes: of which code, of what kind, in words.

    `version` is the one that was coded with; a draft of the next takes the words up as its change note.
    """

    class Change(models.TextChoices):
        REWORDED = "reworded", "reworded: nobody else would get it"
        REDEFINED = "redefined", "redefined: others would get it"
        SPLIT = "split", "split into several"
        MERGED = "merged", "merged with another"
        RETIRED = "retired", "retired"
        NEW = "new", "a new code"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="proposals")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    change = models.CharField(max_length=9, choices=Change)
    words = models.TextField()
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(words=""), name="proposal_says_something"),
            models.CheckConstraint(condition=Q(change="new") | Q(code__isnull=False), name="proposal_names_a_code"),
            models.CheckConstraint(
                condition=Q(segment=None, revision=None) | Q(segment__isnull=False, revision__isnull=False),
                name="proposal_segment_has_revision",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("proposal_is_kept")]

    def __str__(self) -> str:
        return self.words[:60]
