"""The turns that an assignment asks for, where it does not ask for all of them: written once, with the assignment."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from coding.models.assignment import Assignment
from coding.models.codebook import CodebookVersion
from coding.models.run import written_once
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Study
from transcripts.models.transcript import Revision, Segment


class AssignedSegment(models.Model):
    """
    One segment that an assignment asks for; an assignment without any asks for all of its revision.

    Repeats, turns that the same rater coded before, and turns with gold stand in a drift check alone: no table between
    raters reads those.
    """

    class Purpose(models.TextChoices):
        REPEAT = "repeat", "coded before by the same rater"
        GOLD = "gold", "has gold to be held beside"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    version = models.ForeignKey(
        CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="assigned", db_index=False, db_constraint=False
    )
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    purpose = models.CharField(max_length=6, choices=Purpose)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("assignment", "segment", name="assigned_once"),
            models.CheckConstraint(condition=models.Q(purpose__in=["repeat", "gold"]), name="assigned_for_a_purpose"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            written_once("assigned_segment_is_kept"),
            # What is asked for does not shrink under somebody who codes: it stands when the assignment does.
            pgtrigger.Trigger(
                name="assigned_with_the_assignment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("made", "timestamptz"), ("round_kind", "text")],
                func="""
                    SELECT a.assigned_at, r.kind INTO made, round_kind FROM coding_assignment a
                        JOIN coding_round r ON r.id = a.round_id WHERE a.id = NEW.assignment_id;
                    IF made < transaction_timestamp() THEN
                        RAISE EXCEPTION 'the segments of an assignment are said when it is made'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assigned_with_the_assignment';
                    END IF;
                    IF NEW.purpose IN ('repeat', 'gold') AND round_kind <> 'drift' THEN
                        RAISE EXCEPTION 'what was coded before, or has gold, is asked for in a drift check alone'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'repeats_stand_in_a_drift_check';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
