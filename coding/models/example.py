"""Examples of a code that are segments of the study's own sessions: the codebook points at them and holds no text."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from coding.models.codebook import Code, CodebookVersion, frozen_with_version
from transcripts.history import keep_history
from transcripts.models import Membership, Revision, Segment, Study
from transcripts.models.scope import StudyScopedQuerySet


@keep_history
class SegmentExample(models.Model):
    """A segment, or some words of it, that shows what a code is, or what it only seems to be."""

    class Kind(models.TextChoices):
        EXAMPLE = "example", "an example"
        NEAR_MISS = "near_miss", "a near miss"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="segment_examples")
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="segment_examples")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.EXAMPLE)
    start = models.PositiveIntegerField(
        null=True, help_text="Code points from the segment's start; none means all of it."
    )
    end = models.PositiveIntegerField(null=True)
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("code", "segment", name="example_once_per_segment"),
            models.CheckConstraint(
                # Both or neither: a comparison with nothing is no refusal.
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, start__lt=F("end")),
                name="example_words_in_order",
            ),
        ]
        triggers: ClassVar = [frozen_with_version("example_is_frozen")]

    def __str__(self) -> str:
        return self.get_kind_display()
