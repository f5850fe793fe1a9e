"""One turn as one rater has judged it so far: read in two statements, whatever was said about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from coding.models import Assignment
from coding.queries.palette import Palette
from transcripts.models import Membership
from workbench.planned import planned_once, planned_row


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


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """
    A code of this turn linked to a code of another: back to an earlier turn, or, seen from there, from a later one.

    `position` and `other` are the far end.
    """

    code: str
    position: int
    other: str
    kind: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the link as the page, the API and the record read it."""
        return {"code": self.code, "kind": self.kind, "to_position": self.position, "to_code": self.other}

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Link:
        """Read back what `as_json` gave."""
        return cls(value["code"], value["to_position"], value["to_code"], value["kind"])


@dataclass(frozen=True, slots=True)
class TurnState:
    """
    What a rater has said about one turn; the empty one is a turn nobody has touched.

    `links` lead from its codes to earlier turns, `linked` are those that lead here from later ones.
    """

    outcome: str = ""
    reason: str = ""
    memo: str = ""
    flag: bool = False
    finished: bool = False
    codings: Mapping[str, Given] = field(default_factory=dict)
    links: frozenset[Link] = frozenset()
    linked: frozenset[Link] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Give the state as the page and the API read it."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "memo": self.memo,
            "flag": self.flag,
            "finished": self.finished,
            "codings": [{"code": key, **given.as_json()} for key, given in self.codings.items()],
            "links": [link.as_json() for link in sorted(self.links)],
        }

    @property
    def far_ends(self) -> frozenset[tuple[int, str]]:
        """Give the codings of other turns that its codes are linked with, either way."""
        return frozenset((link.position, link.other) for link in self.links | self.linked)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act happens: the assignment with its rater, and the turn, if there is one at that position."""

    assignment: Assignment
    published: bool
    segment_id: int | None
    role_id: int
    role: str
    length: int
    is_asked_for: bool = True


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
           s.id, p.role_id, r.name, length(s.text),
           NOT EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = a.id)
               OR EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = a.id AND g.segment_id = s.id)
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
           (SELECT json_agg(json_build_array(l.back, l.code_id, l.position, l.other_id, l.kind)) FROM (
                SELECT true AS back, c.code_id, s.position, o.code_id AS other_id, l.kind
                FROM coding_coding c JOIN coding_codinglink l ON l.from_coding_id = c.id
                JOIN coding_coding o ON o.id = l.to_coding_id JOIN coding_judgement f ON f.id = l.to_judgement_id
                JOIN transcripts_segment s ON s.id = f.segment_id WHERE c.judgement_id = j.id
                UNION ALL
                SELECT false, c.code_id, s.position, o.code_id, l.kind
                FROM coding_coding c JOIN coding_codinglink l ON l.to_coding_id = c.id
                JOIN coding_coding o ON o.id = l.from_coding_id JOIN coding_judgement f ON f.id = l.from_judgement_id
                JOIN transcripts_segment s ON s.id = f.segment_id WHERE c.judgement_id = j.id) l),
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
    row = planned_row(LOCK_PLACE, [position, assignment_id])
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
    segment_id, role_id, role, length, asked = turn
    return Place(assignment, bool(published), segment_id, role_id or 0, role or "", length or 0, bool(asked))


def read_turn(place: Place, palette: Palette, *acts: UUID) -> Held:
    """Read what stands at a place that is locked, with those of the acts that are on record."""
    row = planned_row(READ_TURN, [list(acts), place.assignment.pk, place.segment_id])
    judgement_id, outcome, reason, memo, flag, finished, codings, linked, stored = row
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
    ends: dict[bool, set[Link]] = {True: set(), False: set()}
    for back, code_id, position, other, kind in json_rows(linked):
        ends[back].add(Link(palette.by_id[code_id].key, position, palette.by_id[other].key, kind))
    words = outcome, reason or "", memo or "", bool(flag), bool(finished)
    state = TurnState(*words, given, frozenset(ends[True]), frozenset(ends[False]))
    done = [StoredAct(UUID(act), kind, payload, answer) for act, kind, payload, answer in json_rows(stored)]
    return Held(judgement_id, ids, state, {act.client_id: act for act in done})


READ_ENDS = """
    SELECT s.position, c.code_id, c.id, j.id FROM coding_judgement j
    JOIN transcripts_segment s ON s.id = j.segment_id JOIN coding_coding c ON c.judgement_id = j.id
    WHERE j.assignment_id = %s AND s.position = ANY(%s)
"""

#: Codings of other turns, by number and code: the coding and its judgement.
Ends = Mapping[tuple[int, str], tuple[UUID, UUID]]


def read_ends(place: Place, palette: Palette, positions: Iterable[int]) -> Ends:
    """Read the codings of other turns that links may lead to; called under the lock."""
    wanted = sorted(set(positions))
    if not wanted:
        return {}
    with planned_once(), connection.cursor() as cursor:
        cursor.execute(READ_ENDS, [place.assignment.pk, wanted])
        rows = cursor.fetchall()
    return {(position, palette.by_id[code].key): (coding, judgement) for position, code, coding, judgement in rows}


def json_rows(value: Any) -> list[Any]:
    """Give the rows of a JSON array; Django hands raw JSON out as text."""
    if value is None:
        return []
    return json.loads(value) if isinstance(value, str) else list(value)
