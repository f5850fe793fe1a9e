"""Training to criterion: the gold of practice transcripts, what is to be reached, who is cleared, what that opens."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from coding.models.assignment import Assignment, Round
from coding.models.codebook import Code, CodebookVersion
from coding.models.run import written_once
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study
from transcripts.models.transcript import Revision, Transcript


def before_coding(name: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse a row once anybody has an assignment in its round: assignments follow in the same transaction."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            PERFORM 1 FROM coding_assignment WHERE round_id = NEW.round_id;
            IF FOUND THEN
                RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,
    )


class TrainingCriterion(models.Model):
    """What a rater must reach with the gold in a training round, fixed while the round is made."""

    class Coefficient(models.TextChoices):
        COHEN = "cohen_kappa", "Cohen's kappa"
        ALPHA = "krippendorff_alpha", "Krippendorff's alpha"
        PERCENT = "percent_agreement", "Agreement in per cent"

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="criterion")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    coefficient = models.CharField(max_length=30, choices=Coefficient, default=Coefficient.COHEN)
    threshold = models.DecimalField(
        max_digits=4, decimal_places=3, validators=[MinValueValidator(-1), MaxValueValidator(1)]
    )
    in_a_row = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)])
    at_least = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text="Where no codes are named: how often the gold gives a code that is to be met.",
    )
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "training criteria"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(threshold__gte=-1, threshold__lte=1), name="criterion_threshold_in_range"
            ),
            models.CheckConstraint(condition=Q(in_a_row__gte=1), name="criterion_row_of_one_or_more"),
            models.CheckConstraint(condition=Q(at_least__gte=1), name="criterion_code_given_at_least_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("criterion_is_kept"),
            before_coding("criterion_before_coding", "a criterion is fixed before anybody can code"),
        ]

    def __str__(self) -> str:
        return f"{self.coefficient} at least {self.threshold}, {self.in_a_row} in a row"


class CriterionCode(models.Model):
    """One code that a criterion names; a criterion that names none asks for the codes that the gold gives often."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="criterion_codes")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("round", "code", name="criterion_code_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("criterion_code_is_kept"),
            before_coding("criterion_code_before_coding", "a criterion is fixed before anybody can code"),
        ]

    def __str__(self) -> str:
        return f"{self.code_id} in {self.round_id}"


class Gold(models.Model):
    """
    Whose codings are the standard for one practice transcript: a submitted assignment, or a round's final layer.

    The highest n counts; a further one says why. Codings stay where they are, and are never copied.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="golds")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField(help_text="Counted from 1 within round and transcript.")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="golds")
    final_round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="final_golds")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it replaces the one before.")
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("round", "transcript", "n", name="gold_number_once"),
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, final_round=None) | Q(assignment=None, final_round__isnull=False),
                name="gold_has_one_source",
            ),
            models.CheckConstraint(condition=Q(n=1) | ~Q(reason=""), name="gold_is_replaced_with_a_reason"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("gold_is_kept"),
            pgtrigger.Trigger(
                name="gold_is_finished",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # Until a round is closed nobody reads others' judgements in it (law 2), those who train least of all.
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM coding_round t JOIN coding_assignment a ON a.round_id = t.id
                        WHERE t.id = NEW.round_id AND t.kind = 'training' AND a.revision_id = NEW.revision_id
                    ) OR NOT EXISTS (
                        SELECT 1 FROM coding_assignment a JOIN coding_round r ON r.id = a.round_id
                        WHERE a.id = NEW.assignment_id AND a.phase = 'blind' AND a.submitted_at IS NOT NULL
                            AND r.closed_at IS NOT NULL AND r.id <> NEW.round_id AND r.kind <> 'drift'
                        UNION ALL
                        SELECT 1 FROM coding_adjudicationopening o JOIN coding_round r ON r.id = o.round_id
                        JOIN coding_assignment a ON a.round_id = r.id
                        WHERE r.id = NEW.final_round_id AND r.id <> NEW.round_id AND o.ended_at IS NOT NULL
                            AND r.closed_at IS NOT NULL AND a.revision_id = NEW.revision_id
                            AND a.submitted_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'gold is finished work on the same text, for a training round'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'gold_is_finished';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"gold {self.n} of {self.transcript_id}"


class RoundGate(models.Model):
    """A round that opens to each of its raters when they are cleared in a training round."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="gate")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="opens")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(round=F("training")), name="gate_leads_elsewhere"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("gate_is_kept"),
            before_coding("gate_before_coding", "what opens a round is said before anybody can code in it"),
            pgtrigger.Trigger(
                name="gate_has_a_criterion",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM coding_trainingcriterion WHERE round_id = NEW.training_id;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'a round is opened by a criterion'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'gate_has_a_criterion';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} after {self.training_id}"


class Clearance(models.Model):
    """A rater who met the criterion of a training round, or whom a coordinator cleared with a reason; for good."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="clearances")
    rater = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    by_hand = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("training", "rater", name="clearance_once"),
            models.CheckConstraint(
                condition=Q(by_hand=False, reason="") | (Q(by_hand=True) & ~Q(reason="")),
                name="clearance_by_hand_has_a_reason",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("clearance_is_kept")]

    def __str__(self) -> str:
        return f"{self.rater_id} in {self.training_id}"
