"""Rounds of coding, who codes what in them, and the acts that raters send."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coding.models.codebook import CodebookVersion
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study, plain_words
from transcripts.models.transcript import Revision, Transcript
from workbench.accounts.models import User

#: A day long ago may be meant, a century ago is a slip of the keyboard.
due_day = MinValueValidator(date(2000, 1, 1), "That must be a mistake: write a day in the year 2000 or later.")


class RoundQuerySet(StudyScopedQuerySet):
    def closed(self) -> RoundQuerySet:
        """Keep rounds in which every assignment is submitted or withdrawn."""
        return self.exclude(closed_at=None)

    def open(self) -> RoundQuerySet:
        """Keep rounds that are still being coded."""
        return self.filter(closed_at=None)


@keep_history
class Round(models.Model):
    """One act of coding by design: a published version, transcripts and raters."""

    class Kind(models.TextChoices):
        TRAINING = "training", "training"
        RELIABILITY = "reliability", "reliability"
        MAIN = "main", "main coding"
        DRIFT = "drift", "drift check"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="rounds")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=80, validators=[plain_words])
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RELIABILITY)
    seed = models.BigIntegerField(default=0)
    imported = models.BooleanField(default=False, help_text="Its codings came from a file.")
    notes_for_study = models.BooleanField(
        default=False, help_text="The study reads the raters' notes; said before the round started."
    )
    others_shown = models.BooleanField(
        default=False, help_text="Once it is closed, its raters may see the others' codings beside their own."
    )
    others_shown_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its raters could first see the others' codings."
    )
    due_on = models.DateField(null=True, blank=True, help_text="By when its raters are asked to hand in.")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", "name", name="round_name_once"),
            models.UniqueConstraint("id", "version", "study", name="round_key_of_version"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="round_stays_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
                func="""
                    IF NEW.closed_at IS DISTINCT FROM OLD.closed_at OR NEW.version_id <> OLD.version_id THEN
                        RAISE EXCEPTION 'a closed round stays closed'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_stays_closed';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="round_keeps_its_word_on_notes",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("notes_for_study"),
                condition=pgtrigger.Q(old__notes_for_study__df=pgtrigger.F("new__notes_for_study")),
                func="""
                    RAISE EXCEPTION 'who reads the notes was said before the round started'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'round_keeps_its_word_on_notes';
                """,
            ),
            # With the names of transcripts and raters, the seed gives the design again.
            pgtrigger.Trigger(
                name="round_keeps_its_seed",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("seed"),
                condition=pgtrigger.Q(old__seed__df=pgtrigger.F("new__seed")),
                func="""
                    RAISE EXCEPTION 'a round keeps the seed that it was drawn with'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'round_keeps_its_seed';
                """,
            ),
            # No table between raters reads a drift check: what came back in one never slips into another kind.
            pgtrigger.Trigger(
                name="drift_check_stays_one",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("kind"),
                condition=pgtrigger.Q(old__kind="drift", new__kind__df="drift"),
                func="""
                    RAISE EXCEPTION 'a drift check stays a drift check'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'drift_check_stays_one';
                """,
            ),
            # Whoever could read is no naive rater any more; turning the setting off does not make them one (law 3).
            pgtrigger.Trigger(
                name="round_remembers_what_it_showed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.others_shown_since IS NOT NULL THEN
                        IF NEW.others_shown_since IS DISTINCT FROM OLD.others_shown_since THEN
                            RAISE EXCEPTION 'since when raters could read the others stays known'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_remembers_what_it_showed';
                        END IF;
                    ELSIF NEW.others_shown AND NEW.closed_at IS NOT NULL AND NEW.others_shown_since IS NULL THEN
                        NEW.others_shown_since := NEW.closed_at;
                        IF TG_OP = 'UPDATE' AND OLD.closed_at IS NOT NULL THEN
                            NEW.others_shown_since := GREATEST(NEW.closed_at, now());
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """Say the name as a sentence needs it: a bare number becomes “Round 2”."""
        return f"Round {self.name}" if self.name.isdigit() else self.name

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_drift_check(self) -> bool:
        """Tell whether each rater is compared with their own past or with gold here, and with nobody else."""
        return self.kind == Round.Kind.DRIFT


class AssignmentQuerySet(StudyScopedQuerySet):
    def open(self) -> AssignmentQuerySet:
        """Keep assignments that are still being coded."""
        return self.filter(submitted_at=None, withdrawn_at=None)

    def submitted(self) -> AssignmentQuerySet:
        """Keep assignments that were handed in."""
        return self.filter(submitted_at__isnull=False, withdrawn_at=None)

    def blind(self) -> AssignmentQuerySet:
        """Keep first codings; only these make reliability (law 3)."""
        return self.filter(phase=Assignment.Phase.BLIND)

    def by(self, user: User) -> AssignmentQuerySet:
        """Keep the assignments that this person was given."""
        return self.filter(rater__user=user.pk)


@keep_history
class Assignment(models.Model):
    """One rater, one revision of a transcript, one round: open, then submitted."""

    class Phase(models.TextChoices):
        BLIND = "blind", "first, blind coding"
        REVISION = "revision", "revision after others were seen"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="assignments")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="assignments")
    rater = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="assignments")
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.BLIND)
    revises = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    place = models.PositiveIntegerField(null=True, blank=True, help_text="Where it stands in its rater's own order.")
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was withdrawn or reopened.")
    could_read_since = models.DateTimeField(
        null=True, blank=True, help_text="Its rater could read others' codings of the transcript before, since then."
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "round",
                "transcript",
                "rater",
                condition=Q(phase="blind", withdrawn_at=None),
                name="assignment_once_per_rater",
            ),
            models.UniqueConstraint("id", "study", "version", "revision", name="assignment_key_of_revision"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(withdrawn_at=None), name="assignment_submitted_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(phase="blind", revises=None) | Q(phase="revision", revises__isnull=False),
                name="assignment_revision_points_back",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="assignment_of_closed_round_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("closed", "timestamptz")],
                # Both ends of a change are asked: a first coding neither joins a closed round nor leaves it.
                func="""
                    IF TG_OP <> 'INSERT' AND OLD.phase = 'blind' THEN
                        SELECT closed_at INTO closed FROM coding_round WHERE id = OLD.round_id FOR SHARE;
                    END IF;
                    IF closed IS NULL AND TG_OP <> 'DELETE' AND NEW.phase = 'blind' THEN
                        SELECT closed_at INTO closed FROM coding_round WHERE id = NEW.round_id FOR SHARE;
                    END IF;
                    IF closed IS NOT NULL THEN
                        RAISE EXCEPTION 'assignments of a closed round are final'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_of_closed_round_is_final';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
            # The design is stored after the assignments of the start; what comes or goes later was written down first.
            pgtrigger.Trigger(
                name="assignment_keeps_the_design",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("wanted", "text")],
                func="""
                    IF TG_OP = 'INSERT' THEN
                        IF NEW.phase <> 'blind' THEN
                            RETURN NEW;
                        END IF;
                        wanted := 'added';
                    ELSIF TG_OP = 'UPDATE' AND NEW.round_id = OLD.round_id AND NEW.transcript_id = OLD.transcript_id
                            AND NEW.rater_id = OLD.rater_id AND NEW.place IS NOT DISTINCT FROM OLD.place THEN
                        IF NEW.withdrawn_at IS NOT DISTINCT FROM OLD.withdrawn_at THEN
                            RETURN NEW;
                        ELSIF OLD.withdrawn_at IS NULL THEN
                            wanted := 'left';
                        END IF;
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM coding_rounddesign
                        WHERE round_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.round_id ELSE OLD.round_id END
                    ) AND (wanted IS NULL OR NOT EXISTS (
                        SELECT 1 FROM coding_designchange WHERE assignment_id = NEW.id AND kind = wanted
                    )) THEN
                        RAISE EXCEPTION 'a started design changes only with a reason'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_keeps_the_design';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id} on {self.transcript_id}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None and self.withdrawn_at is None


class Act(models.Model):
    """One act of a rater, kept with its answer so that a repeated request gets the same one."""

    client_id = models.UUIDField(help_text="Made by the page; a replay carries the same one.")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="acts")
    seq = models.BigIntegerField(help_text="The page's own order.")
    kind = models.CharField(max_length=20)
    payload = models.JSONField()
    answer = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("assignment", "client_id", name="act_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="act_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.kind
