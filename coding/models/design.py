"""How a round's design came about, and what was changed of it after the start: both are written once."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coding.models.assignment import Assignment, Round
from coding.models.run import written_once
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study


class RoundDesign(models.Model):
    """
    What was asked of the drawing; with the round's seed and the names it gives the same design again.

    Stored after the assignments of the start: from then on an assignment needs a recorded change (see the triggers of
    Assignment).
    """

    class How(models.TextChoices):
        HAND = "hand", "said one by one"
        EACH = "each", "so many raters for every transcript"
        SHARE = "share", "a share coded by two"
        AGAIN = "again", "a share of what each rater coded, once more"
        GOLD = "gold", "a share of the turns with gold"

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="design")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=5, choices=How)
    raters_each = models.PositiveSmallIntegerField(null=True)
    share = models.PositiveSmallIntegerField(null=True, help_text="Per cent of the transcripts, or of a rater's turns.")
    strata = ArrayField(models.CharField(max_length=60), default=list, help_text="Session attributes drawn within.")
    repeats_of = models.ForeignKey(
        Round,
        null=True,
        on_delete=models.PROTECT,
        related_name="repeats",
        help_text="Whose turns come back, or whose raters get turns with gold.",
    )
    gap_days = models.PositiveSmallIntegerField(null=True, help_text="Between a turn's last coding and its return.")
    seconds = models.PositiveSmallIntegerField(default=30, help_text="A turn, as the hours of work were estimated.")
    rule = models.CharField(max_length=20, blank=True, help_text="The way of drawing, by its name.")
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(how="hand", raters_each=None, share=None)
                | Q(how="each", raters_each__isnull=False, raters_each__gte=1, share=None)
                | Q(how="share", raters_each=None, share__isnull=False, share__gte=0, share__lte=100)
                | Q(how__in=["again", "gold"], raters_each=None, share__isnull=False, share__gte=1, share__lte=100),
                name="design_says_what_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["again", "gold"], repeats_of__isnull=False, gap_days__isnull=False)
                | (~Q(how__in=["again", "gold"]) & Q(repeats_of=None, gap_days=None)),
                name="design_says_what_comes_back",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("design_is_kept")]

    def __str__(self) -> str:
        return self.get_how_display()

    @property
    def asks_for_turns(self) -> bool:
        """Say whether single turns were drawn for each rater, and not whole transcripts."""
        return self.repeats_of_id is not None


class DesignChange(models.Model):
    """One assignment that came or went after the start, with the reason."""

    class Kind(models.TextChoices):
        ADDED = "added", "added"
        LEFT = "left", "taken back"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="design_changes")
    # Written before the assignment it explains: the key is checked at the end of the transaction.
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="design_changes")
    kind = models.CharField(max_length=5, choices=Kind)
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("assignment", "kind", name="design_change_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="design_change_has_a_reason"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("design_change_is_kept")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
