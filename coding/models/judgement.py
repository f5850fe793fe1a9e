"""What a rater said: judgements, codings, their evidence and attributes."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from coding.models.assignment import Assignment
from coding.models.codebook import Attribute, Code, CodebookVersion
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Study
from transcripts.models.transcript import Revision, Segment

# Keys to parents are composite (see the migration): the database refuses a code of one version on a segment of
# another study. The single-column constraints that Django would add are left out where a composite covers them.


def final_once_submitted(name: str, parent: str, find_assignment: str) -> pgtrigger.Trigger:
    """
    Refuse changes under an assignment that is not open; `find_assignment` gives its id from `part`.

    What was coded never moves to another `parent` either, out of an assignment that is final or into another one.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("part", "record"), ("open", "boolean")],
        # FOR SHARE makes a submit wait for saves that are under way, and saves for a submit.
        func=f"""
            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            IF TG_OP = 'UPDATE' AND OLD.{parent} <> NEW.{parent} THEN
                RAISE EXCEPTION 'what was coded never moves'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'codings_never_move';
            END IF;
            SELECT submitted_at IS NULL AND withdrawn_at IS NULL INTO open
                FROM coding_assignment WHERE id = ({find_assignment}) FOR SHARE;
            IF NOT open THEN
                RAISE EXCEPTION 'a submitted assignment is final'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_is_final';
            END IF;
            RETURN part;
        """,  # noqa: S608 - the text is written in this module
    )


OF_JUDGEMENT = "part.assignment_id"
OF_CODING = "SELECT assignment_id FROM coding_judgement WHERE id = part.judgement_id"
OF_PART = (
    "SELECT j.assignment_id FROM coding_coding c JOIN coding_judgement j ON j.id = c.judgement_id "
    "WHERE c.id = part.coding_id"
)


@keep_history
class Judgement(models.Model):
    """One rater's look at one segment in one assignment; finished, it counts, even without codings."""

    class Outcome(models.TextChoices):
        NONE = "none", "none applies"
        UNCODABLE = "uncodable", "uncodable"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    version = models.ForeignKey(
        CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="judgements", db_index=False, db_constraint=False
    )
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="judgements", db_constraint=False)
    outcome = models.CharField(max_length=9, choices=Outcome, null=True, blank=True)  # noqa: DJ001 - null is the third state
    reason = models.CharField(max_length=500, blank=True, help_text="Why the segment is uncodable.")
    memo = models.TextField(blank=True)
    flag = models.BooleanField(default=False, help_text="For the meeting.")
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("assignment", "segment", name="judgement_once"),
            models.UniqueConstraint("id", "version", name="judgement_key_of_version"),
            models.UniqueConstraint("id", "assignment", name="judgement_key_of_assignment"),
        ]
        # Pages that count how far everybody is read this alone, not the judgements.
        indexes: ClassVar[list[models.Index]] = [
            models.Index("assignment", name="judgement_finished", condition=Q(finished_at__isnull=False)),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            final_once_submitted("judgement_is_final", "assignment_id", OF_JUDGEMENT),
            # An assignment that names no segments asks for all of its revision.
            pgtrigger.Trigger(
                name="judgement_is_asked_for",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("segment_id"),
                func="""
                    IF EXISTS (SELECT 1 FROM coding_assignedsegment WHERE assignment_id = NEW.assignment_id)
                        AND NOT EXISTS (SELECT 1 FROM coding_assignedsegment
                            WHERE assignment_id = NEW.assignment_id AND segment_id = NEW.segment_id) THEN
                        RAISE EXCEPTION 'this assignment does not ask for this segment'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'judgement_is_asked_for';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="judgement_after_clearance",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # Asked here, where coding begins, so that no act pays for it but the first on each turn.
                func="""
                    IF EXISTS (
                        SELECT 1 FROM coding_assignment a JOIN coding_roundgate g ON g.round_id = a.round_id
                        WHERE a.id = NEW.assignment_id AND NOT EXISTS (
                            SELECT 1 FROM coding_clearance c
                            WHERE c.training_id = g.training_id AND c.rater_id = a.rater_id
                        )
                    ) THEN
                        RAISE EXCEPTION 'this round opens when its rater is cleared'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'judgement_after_clearance';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="outcome_excludes_codings",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("outcome"),
                condition=pgtrigger.Q(new__outcome__isnull=False),
                func="""
                    IF EXISTS (SELECT 1 FROM coding_coding WHERE judgement_id = NEW.id) THEN
                        RAISE EXCEPTION 'an outcome and codings exclude each other'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_excludes_codings';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.outcome or "judgement"


@keep_history
class Coding(models.Model):
    """One rater's claim that one code applies to one segment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, related_name="codings", db_index=False, db_constraint=False
    )
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings", db_constraint=False)
    rating = models.SmallIntegerField(null=True, blank=True)
    memo = models.TextField(blank=True)
    coded_at = models.DateTimeField(db_default=Now(), editable=False)

    class CodingQuerySet(StudyScopedQuerySet):
        study_path = "judgement__study"

    objects = CodingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A second request for the same coding, from another tab or a replay, meets this and changes nothing.
            models.UniqueConstraint("judgement", "code", name="coding_once_per_code"),
            models.UniqueConstraint("id", "version", name="coding_key_of_version"),
            models.UniqueConstraint("id", "judgement", name="coding_key_of_judgement"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__gte=1), name="coding_rating_is_never_zero"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            final_once_submitted("coding_is_final", "judgement_id", OF_CODING),
            pgtrigger.Trigger(
                name="coding_needs_no_outcome",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("said", "text")],
                # FOR SHARE: an outcome that is being set at this moment in another tab is waited for.
                func="""
                    SELECT outcome INTO said FROM coding_judgement WHERE id = NEW.judgement_id FOR SHARE;
                    IF said IS NOT NULL THEN
                        RAISE EXCEPTION 'an outcome and codings exclude each other'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_excludes_codings';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.code_id)


@keep_history
class Evidence(models.Model):
    """Words of the segment that show the move: code points of its text, half-open."""

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="evidence")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class EvidenceQuerySet(StudyScopedQuerySet):
        study_path = "coding__judgement__study"

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("coding", "start", "end", name="evidence_once"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="evidence_is_not_empty"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [final_once_submitted("evidence_is_final", "coding_id", OF_PART)]

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


@keep_history
class CodingAttribute(models.Model):
    """What else was said about a coding, such as lived here or told of there."""

    version = models.ForeignKey(
        CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="attributes", db_constraint=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    value = models.CharField(max_length=200)

    class CodingAttributeQuerySet(StudyScopedQuerySet):
        study_path = "coding__judgement__study"

    objects = CodingAttributeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("coding", "attribute", name="coding_attribute_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            final_once_submitted("coding_attribute_is_final", "coding_id", OF_PART)
        ]

    def __str__(self) -> str:
        return self.value


@keep_history
class CodingLink(models.Model):
    """
    One coding led back to an earlier one of the same assignment, such as this naming to that pull.

    The judgements of both ends stand here too: composite keys hold both ends in the one assignment.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="links", db_constraint=False, db_index=False
    )
    from_judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    from_coding = models.ForeignKey(
        Coding, on_delete=models.CASCADE, related_name="links", db_constraint=False, db_index=False
    )
    to_judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    to_coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="linked_from", db_constraint=False)
    kind = models.CharField(max_length=60, blank=True, help_text="As the codebook names it; it may name none.")

    class CodingLinkQuerySet(StudyScopedQuerySet):
        study_path = "assignment__study"

    objects = CodingLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("from_coding", "to_coding", "kind", name="link_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            final_once_submitted("coding_link_is_final", "from_coding_id", "part.assignment_id"),
            pgtrigger.Trigger(
                name="link_leads_back",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("here", "integer"), ("there", "integer")],
                func="""
                    SELECT s.position INTO here FROM coding_judgement j
                        JOIN transcripts_segment s ON s.id = j.segment_id WHERE j.id = NEW.from_judgement_id;
                    SELECT s.position INTO there FROM coding_judgement j
                        JOIN transcripts_segment s ON s.id = j.segment_id WHERE j.id = NEW.to_judgement_id;
                    IF there >= here THEN
                        RAISE EXCEPTION 'a link leads back to an earlier segment'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'link_leads_back';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.kind or "link"
