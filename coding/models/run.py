"""What is fixed before a round is coded, and what was computed after it: both are written once and never changed."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coding.models.assignment import Round
from coding.models.codebook import CodebookVersion
from coding.models.kept import KeptJSON
from coding.reliability import TENTATIVE
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study
from transcripts.models.transcript import Transcript


def written_once(name: str) -> pgtrigger.Trigger:
    """Refuse any change to a row, and its removal; a migration refuses TRUNCATE too."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class ReliabilityPlan(models.Model):
    """What a team means to do and to reach in a round, fixed while the round is made: before anybody codes."""

    class Coefficient(models.TextChoices):
        ALPHA = "krippendorff_alpha", "Krippendorff's alpha"
        AC1 = "gwet_ac1", "Gwet's AC1"
        FLEISS = "fleiss_kappa", "Fleiss' kappa"
        COHEN = "cohen_kappa", "Cohen's kappa (two raters)"
        PERCENT = "percent_agreement", "Agreement in per cent"

    class Unit(models.TextChoices):
        SEGMENTS = "segments", "segments"

    class Interval(models.TextChoices):
        JACKKNIFE = "jackknife", "by transcript (jackknife)"
        NONE = "none", "none"

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="plan")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    coefficient = models.CharField(max_length=30, choices=Coefficient, default=Coefficient.ALPHA)
    threshold = models.DecimalField(
        max_digits=4, decimal_places=3, default=str(TENTATIVE), validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.SEGMENTS)
    share = models.PositiveSmallIntegerField(
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="How many of the transcripts are coded by two raters or more, in per cent.",
    )
    raters = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(2), MaxValueValidator(200)],
        help_text="How many raters code in the round.",
    )
    interval = models.CharField(max_length=10, choices=Interval, default=Interval.JACKKNIFE)
    rationale = models.TextField(blank=True)
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of the plan and its time, as canonical JSON.")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(threshold__gte=0, threshold__lte=1), name="plan_threshold_in_range"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="plan_share_in_per_cent"),
            models.CheckConstraint(condition=Q(raters__gte=2), name="plan_needs_two_raters"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("plan_is_kept"),
            pgtrigger.Trigger(
                name="plan_before_coding",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # Assignments follow in the transaction that makes the round; afterwards is after the fact.
                func="""
                    PERFORM 1 FROM coding_assignment WHERE round_id = NEW.round_id;
                    IF FOUND THEN
                        RAISE EXCEPTION 'a plan is fixed before anybody can code'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_before_coding';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coefficient} at least {self.threshold}"


class ReliabilityRun(models.Model):
    """The reliability of a closed round as it was computed once, with everything that the numbers rest on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    interval = models.CharField(max_length=20)
    level = models.FloatField()
    seed = models.BigIntegerField(null=True)
    software = models.CharField(max_length=20)
    program = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the source of what computes; empty where it was not noted."
    )
    numpy = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of everything that the numbers rest on.")
    results = KeptJSON(help_text="Every number, and the facts that a report is written from.")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("id", "study", name="run_key_of_study"),
            # The same inputs and the same program give the same numbers: a second run of them is the first.
            models.UniqueConstraint(
                fields=["round", "fingerprint", "software", "program", "numpy", "interval", "level", "seed"],
                nulls_distinct=False,
                name="run_once",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("run_is_kept")]

    def __str__(self) -> str:
        return f"run {self.fingerprint[:12]}"


class RunTranscript(models.Model):
    """One transcript that a run covers: whoever is blind to it does not see the run."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ReliabilityRun, on_delete=models.PROTECT, related_name="covered")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("run", "transcript", name="run_covers_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("run_transcript_is_kept")]

    def __str__(self) -> str:
        return f"{self.run_id} on {self.transcript_id}"
