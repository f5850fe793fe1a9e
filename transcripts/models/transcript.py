"""One session's text: the file as it came, who speaks, and the segments that are coded."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import SpeakerRole, Study, plain_words
from workbench.accounts.models import User


class Int4Range(Func):  # named by the first migration
    function = "int4range"


class Int8Range(Func):  # named by the first migration
    function = "int8range"


@keep_history
class Transcript(models.Model):
    """One session of the study; its text comes in revisions."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="transcripts")
    name = models.CharField(max_length=120, validators=[plain_words])
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", "name", name="transcript_name_once"),
            models.UniqueConstraint("id", "study", name="transcript_key_of_study"),
        ]

    def __str__(self) -> str:
        return self.name


class SessionAttribute(models.Model):
    """One thing known about the session: dyad, session number, condition, outcome."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="session_attributes")
    name = models.CharField(max_length=60, validators=[plain_words])
    value = models.CharField(max_length=1000)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("transcript", "name", name="session_attribute_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


@keep_history
class ShownAttribute(models.Model):
    """A session attribute that the study lets its raters see; of all others they are told nothing."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="shown_attributes")
    name = models.CharField(max_length=60, validators=[plain_words])

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", "name", name="shown_attribute_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """The text of a transcript as one uploaded file gave it. Never edited: a correction is a new revision."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    file_size = models.PositiveBigIntegerField()
    layout = models.CharField(max_length=120, help_text="How the file was read, in words.")
    merged = models.BooleanField(default=False, help_text="Consecutive cues of one speaker were joined.")
    imported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("transcript", "number", name="revision_number_once"),
            models.UniqueConstraint("id", "study", name="revision_key_of_study"),
            models.UniqueConstraint("id", "transcript", "study", name="revision_key_of_transcript"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"


class Speaker(models.Model):
    """Who speaks in a revision, and as what."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="speakers")
    label = models.CharField(max_length=120)
    role = models.ForeignKey(SpeakerRole, on_delete=models.PROTECT, related_name="speakers")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("revision", "label", name="speaker_label_once"),
            models.UniqueConstraint("id", "revision", name="speaker_key_of_revision"),
        ]

    def __str__(self) -> str:
        return self.label


class Segment(models.Model):
    """The unit that is coded, a turn unless the study chose otherwise; numbered from 1 in its revision."""

    # The composite keys (see the migrations) say all that keys of one column would, at half the cost of an import.
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="segments", db_index=False, db_constraint=False
    )
    position = models.PositiveIntegerField()
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, related_name="segments", db_index=False, db_constraint=False
    )
    char_start = models.PositiveIntegerField(help_text="Code points from the beginning of the revision's text.")
    char_end = models.PositiveIntegerField()
    start_ms = models.BigIntegerField(null=True)
    end_ms = models.BigIntegerField(null=True)
    text = models.TextField()

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("revision", "position", name="segment_position_once"),
            models.UniqueConstraint("id", "revision", name="segment_key_of_revision"),
            models.CheckConstraint(
                condition=Q(position__gte=1) & Q(char_start__lte=F("char_end")), name="segment_numbers_in_order"
            ),
            # A segment is a flat box: its revision across, its characters up; half a character keeps neighbours from
            # touching. Boxes need no btree_gist, which the embedded PostgreSQL lacks, and cost a quarter of ranges.
            ExclusionConstraint(
                name="segment_no_overlap",
                expressions=[
                    (
                        Func(
                            Func("revision_id", "char_start", function="point"),
                            Func("revision_id", F("char_end") - Value(0.5), function="point"),
                            function="box",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(char_start__lt=F("char_end")),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="segment_is_never_edited", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"segment {self.position}"
