"""One turn as one rater has judged it so far: read in two statements, whatever was said about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from coding.models import Assignment
from coding.queries.palette import Palette
from transcripts.models import Membership


@dataclass(frozen=True, slots=True)
class Given:
    """One code given to the turn, with its rating, memo, evidence and attributes."""

    rating: int | None = None
    memo: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the coding as the page and the record keep it."""
        return {
            "rating": self.rating,
            "memo": self.memo,
            "spans": [list(span) for span in self.spans],
            "attributes": dict(self.attributes),
        }

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Given:
        """Read back what `as_json` gave."""
        return cls(
            rating=value["rating"],
            memo=value["memo"],
            spans=tuple((start, end) for start, end in value["spans"]),
            attributes=dict(value["attributes"]),
        )


@dataclass(frozen=True, slots=True)
class TurnState:
    """What a rater has said about one turn; the empty one is a turn nobody has touched."""

    outcome: str = ""
    reason: str = ""
    memo: str = ""
    flag: bool = False
    finished: bool = False
    codings: Mapping[str, Given] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the state as the page and the API read it."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "memo": self.memo,
            "flag": self.flag,
            "finished": self.finished,
            "codings": [{"code": key, **given.as_json()} for key, given in self.codings.items()],
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act happens: the assignment with its rater, and the turn, if there is one at that position."""

    assignment: Assignment
    published: bool
    segment_id: int | None
    role_id: int
    role: str
    length: int


@dataclass(frozen=True, slots=True)
class StoredAct:
    """An act that was done, with the answer it got."""

    client_id: UUID
    kind: str
    payload: dict[str, Any]
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """The turn's rows as they are now, and those of the acts asked for that were done before."""

    judgement_id: UUID | None
    coding_ids: Mapping[str, UUID]
    state: TurnState
    acts: Mapping[UUID, StoredAct]


# The lock comes in a statement of its own: what is read in the same statement as a lock that had to wait is older than
# the lock. It makes the acts on one assignment, and its submission, follow one another.
LOCK_PLACE = """
    SELECT a.study_id, a.round_id, a.version_id, a.transcript_id, a.revision_id, a.rater_id,
           a.submitted_at, a.withdrawn_at, m.user_id, m.left_at, v.published_at IS NOT NULL,
           s.id, p.role_id, r.name, length(s.text)
    FROM coding_assignment a
    JOIN transcripts_membership m ON m.id = a.rater_id
    JOIN coding_codebookversion v ON v.id = a.version_id
    LEFT JOIN transcripts_segment s ON s.revision_id = a.revision_id AND s.position = %s
    LEFT JOIN transcripts_speaker p ON p.id = s.speaker_id
    LEFT JOIN transcripts_speakerrole r ON r.id = p.role_id
    WHERE a.id = %s
    FOR NO KEY UPDATE OF a
"""

READ_TURN = """
    SELECT j.id, coalesce(j.outcome, ''), j.reason, j.memo, j.flag, j.finished_at IS NOT NULL,
           (SELECT json_agg(json_build_array(c.id, c.code_id, c.rating, c.memo,
                   (SELECT json_agg(json_build_array(e.start, e."end") ORDER BY e.start, e."end")
                    FROM coding_evidence e WHERE e.coding_id = c.id),
                   (SELECT json_agg(json_build_array(t.attribute_id, t.value))
                    FROM coding_codingattribute t WHERE t.coding_id = c.id)) ORDER BY c.coded_at, c.id)
            FROM coding_coding c WHERE c.judgement_id = j.id),
           (SELECT json_agg(json_build_array(d.client_id, d.kind, d.payload, d.answer))
            FROM coding_act d WHERE d.assignment_id = one.id AND d.client_id = ANY(%s))
    FROM (SELECT %s::uuid AS id) one
    LEFT JOIN coding_judgement j ON j.assignment_id = one.id AND j.segment_id = %s
"""


def lock_place(assignment_id: UUID, position: int) -> Place:
    """
    Hold the assignment against other acts until the transaction ends, and find the turn.

    Raises Assignment.DoesNotExist.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_PLACE, [position, assignment_id])
        row = cursor.fetchone()
    if row is None:
        raise Assignment.DoesNotExist
    return _place(assignment_id, row)


def _place(assignment_id: UUID, row: tuple[Any, ...]) -> Place:
    study, round_, version, transcript, revision, rater, submitted, withdrawn, user, left, published, *turn = row
    assignment = Assignment(
        pk=assignment_id,
        study_id=study,
        round_id=round_,
        version_id=version,
        transcript_id=transcript,
        revision_id=revision,
        rater=Membership(pk=rater, study_id=study, user_id=user, left_at=left),
        submitted_at=submitted,
        withdrawn_at=withdrawn,
    )
    segment_id, role_id, role, length = turn
    return Place(assignment, bool(published), segment_id, role_id or 0, role or "", length or 0)


def read_turn(place: Place, palette: Palette, *acts: UUID) -> Held:
    """Read what stands at a place that is locked, with those of the acts that are on record."""
    with connection.cursor() as cursor:
        cursor.execute(READ_TURN, [list(acts), place.assignment.pk, place.segment_id])
        judgement_id, outcome, reason, memo, flag, finished, codings, stored = cursor.fetchone()
    ids, given = {}, {}
    for coding_id, code_id, rating, words, spans, attributes in json_rows(codings):
        key = palette.by_id[code_id].key
        ids[key] = UUID(coding_id)
        given[key] = Given(
            rating=rating,
            memo=words,
            spans=tuple((start, end) for start, end in spans or ()),
            attributes={palette.attribute_keys[attribute]: value for attribute, value in attributes or ()},
        )
    state = TurnState(outcome, reason or "", memo or "", bool(flag), bool(finished), given)
    done = [StoredAct(UUID(act), kind, payload, answer) for act, kind, payload, answer in json_rows(stored)]
    return Held(judgement_id, ids, state, {act.client_id: act for act in done})


def json_rows(value: Any) -> list[Any]:
    """Give the rows of a JSON array; Django hands raw JSON out as text."""
    if value is None:
        return []
    return json.loads(value) if isinstance(value, str) else list(value)
