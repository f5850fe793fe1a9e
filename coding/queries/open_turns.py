"""The turns of an assignment that stand in the way of handing it in, and those that are flagged for the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from coding.models import Assignment
from coding.queries.asked import ASKED_FOR
from coding.queries.desk import speaker_name

OPEN_TURNS = f"""
    SELECT s.position, p.label, r.name, left(s.text, 120), j.id IS NOT NULL AND (
               j.outcome IS NOT NULL OR EXISTS (SELECT 1 FROM coding_coding c WHERE c.judgement_id = j.id))
    FROM transcripts_segment s
    JOIN transcripts_speaker p ON p.id = s.speaker_id
    JOIN transcripts_speakerrole r ON r.id = p.role_id
    LEFT JOIN coding_judgement j ON j.segment_id = s.id AND j.assignment_id = %s
    WHERE s.revision_id = %s AND j.finished_at IS NULL AND {ASKED_FOR}
    ORDER BY s.position
"""  # noqa: S608 - both parts are written in these modules
FLAGGED_TURNS = """
    SELECT s.position, p.label, r.name, left(s.text, 120), false
    FROM coding_judgement j
    JOIN transcripts_segment s ON s.id = j.segment_id
    JOIN transcripts_speaker p ON p.id = s.speaker_id
    JOIN transcripts_speakerrole r ON r.id = p.role_id
    WHERE j.assignment_id = %s AND s.revision_id = %s AND j.flag
    ORDER BY s.position
"""


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn not judged yet; `begun` when something is said about it that was not finished."""

    position: int
    speaker: str
    words: str
    begun: bool


def open_turns(assignment: Assignment) -> list[OpenTurn]:
    """List the turns that are asked for and were not finished, in the order of the hour."""
    return _listed(OPEN_TURNS, assignment, assignment.pk, assignment.pk)


def flagged_turns(assignment: Assignment) -> list[OpenTurn]:
    """List the turns that carry a flag, judged or not, in the order of the hour."""
    return _listed(FLAGGED_TURNS, assignment)


def _listed(statement: str, assignment: Assignment, *more: UUID) -> list[OpenTurn]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [assignment.pk, assignment.revision_id, *more])
        return [
            OpenTurn(position, speaker_name(label, role), words, begun)
            for position, label, role, words, begun in cursor.fetchall()
        ]
