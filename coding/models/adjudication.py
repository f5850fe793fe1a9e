"""The final word on segments of a round: a layer of its own, append-only; raw codings never change."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from coding.models.assignment import Round
from coding.models.codebook import Attribute, Code, CodebookVersion
from coding.models.run import written_once
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study
from transcripts.models.transcript import Revision, Segment


@keep_history
class AdjudicationOpening(models.Model):
    """
    The adjudication of a round: since when names are hidden from its adjudicators, and whether that has ended.

    The seed orders the letters of each segment for each adjudicator; it never changes.
    """

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="adjudication")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField()
    opened_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="Since then adjudicators may read who gave what.")
    outcome_shown = models.BooleanField(default=False, help_text="Raters may read the final word on their transcripts.")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="adjudication_stays_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                # What was hidden, since when, and in which order: the report rests on it.
                func="""
                    IF TG_OP = 'DELETE' OR NEW.round_id <> OLD.round_id OR NEW.seed <> OLD.seed
                        OR NEW.opened_at <> OLD.opened_at
                        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
                        RAISE EXCEPTION 'when adjudication was opened and ended stays known'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_stays_open';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"adjudication of {self.round_id}"


class Adjudicator(models.Model):
    """Who adjudicates a round, and what they could know before its names were hidden from them."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="adjudicators")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="adjudications")
    since = models.DateTimeField(db_default=Now(), editable=False)
    could_read_since = models.DateTimeField(
        null=True, help_text="Could read who gave what in the round before that was hidden, since then."
    )

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("round", "member", name="adjudicator_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("adjudicator_is_kept")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.round_id}"


class NamesShown(models.Model):
    """Somebody asked who gave what to a segment: at the meeting, or as its adjudicator after the own first answer."""

    class Place(models.TextChoices):
        MEETING = "meeting", "in the meeting"
        ADJUDICATION = "adjudication", "after the own first answer"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12, choices=Place)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("round", "segment", "member", "place", name="names_shown_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("names_shown_is_kept"),
            pgtrigger.Trigger(
                name="names_after_first_answer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__place="adjudication"),
                func="""
                    PERFORM 1 FROM coding_adjudication
                        WHERE round_id = NEW.round_id AND segment_id = NEW.segment_id AND author_id = NEW.member_id;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'names are shown after the own first answer'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'names_after_first_answer';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"names of {self.segment_id}"


class Adjudication(models.Model):
    """
    One answer of an adjudicator to one segment of a round; of several the highest number counts.

    Undo is a further answer: `restores` names the answer that stands again, 0 the state before any.
    """

    class Outcome(models.TextChoices):
        NONE = "none", "none applies"
        UNCODABLE = "uncodable", "uncodable"
        OPEN = "open", "left open"

    class Rule(models.TextChoices):
        DISCUSSION = "discussion", "discussion"
        THIRD_RATER = "third_rater", "third rater"
        MAJORITY = "majority", "majority"
        MEAN = "mean", "mean"

    class Cause(models.TextChoices):
        CLOSE_CODES = "close_codes", "close codes"
        OVERLOOKED = "overlooked", "overlooked"
        DEFINITION = "definition", "definition unclear"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="adjudications")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="adjudications")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField(help_text="Counted from 1 within the segment.")
    outcome = models.CharField(max_length=9, choices=Outcome, null=True, blank=True)  # noqa: DJ001 - null: there are codes
    rule = models.CharField(max_length=11, choices=Rule)
    cause = models.CharField(max_length=11, choices=Cause, blank=True, help_text="What the raters differed by.")
    reason = models.TextField(blank=True)
    restores = models.PositiveIntegerField(null=True, blank=True)
    saw_identities_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its author could know who gave what here; empty: decided blind."
    )
    saw = models.CharField(max_length=200, blank=True, help_text="Why they could know, in words.")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("round", "segment", "n", name="adjudication_number_once"),
            models.UniqueConstraint("id", "version", name="adjudication_key_of_version"),
            models.CheckConstraint(condition=Q(n__gte=1), name="adjudication_counts_from_one"),
            models.CheckConstraint(
                condition=Q(restores=None) | Q(restores__lt=F("n")), name="adjudication_undoes_back"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("adjudication_is_kept"),
            pgtrigger.Trigger(
                name="adjudication_of_closed_round",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM coding_round r JOIN coding_adjudicationopening o ON o.round_id = r.id
                        WHERE r.id = NEW.round_id AND r.closed_at IS NOT NULL;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'a closed round whose adjudication was opened is adjudicated'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_of_closed_round';
                    END IF;
                    PERFORM 1 FROM coding_assignment
                        WHERE round_id = NEW.round_id AND revision_id = NEW.revision_id AND withdrawn_at IS NULL;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'this segment is not part of the round'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_within_round';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.n}"


class AdjudicatedCoding(models.Model):
    """One code that an adjudicator gave to a segment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    adjudication = models.ForeignKey(Adjudication, on_delete=models.PROTECT, related_name="codings", db_index=False)
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    rating = models.SmallIntegerField(null=True, blank=True)

    class FinalQuerySet(StudyScopedQuerySet):
        study_path = "adjudication__study"

    objects = FinalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("adjudication", "code", name="adjudicated_once_per_code"),
            models.UniqueConstraint("id", "version", name="adjudicated_key_of_version"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__gte=1), name="adjudicated_rating_never_zero"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("adjudicated_coding_is_kept"),
            pgtrigger.Trigger(
                name="adjudicated_coding_needs_no_outcome",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM coding_adjudication WHERE id = NEW.adjudication_id AND outcome IS NOT NULL;
                    IF FOUND THEN
                        RAISE EXCEPTION 'an outcome and codings exclude each other'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudicated_outcome_excludes_codings';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.code_id)


class AdjudicatedEvidence(models.Model):
    """Words of the segment that show the move, as the adjudicator took them over: code points, half-open."""

    coding = models.ForeignKey(AdjudicatedCoding, on_delete=models.PROTECT, related_name="evidence")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class FinalQuerySet(StudyScopedQuerySet):
        study_path = "coding__adjudication__study"

    objects = FinalQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "adjudicated evidence"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("coding", "start", "end", name="adjudicated_evidence_once"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="adjudicated_evidence_not_empty"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("adjudicated_evidence_is_kept")]

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


class AdjudicatedAttribute(models.Model):
    """What else was said about an adjudicated coding."""

    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    coding = models.ForeignKey(AdjudicatedCoding, on_delete=models.PROTECT, related_name="attributes")
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=200)

    class FinalQuerySet(StudyScopedQuerySet):
        study_path = "coding__adjudication__study"

    objects = FinalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("coding", "attribute", name="adjudicated_attribute_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("adjudicated_attribute_is_kept")]

    def __str__(self) -> str:
        return self.value
