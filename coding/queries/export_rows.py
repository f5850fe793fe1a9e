"""The rows of the exported tables, read from the database in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from coding.formats.assignments import AssignmentRow
from coding.formats.links import LinkRow
from coding.formats.wide import WideRow
from coding.models import AssignedSegment, Assignment, Code, Round
from transcripts import access as material
from transcripts.formats.guard import guard
from transcripts.formats.segments_table import SegmentRow
from transcripts.models import Revision, SessionAttribute, Study
from workbench.accounts.models import User

CHUNK = 5000
# Names sort by code point on every server, whatever its locale, so that the bytes are the same everywhere.
_CODINGS = """
    SELECT t.name, s.position, m.label, c.code_id, c.rating, j.outcome, j.reason, COALESCE(c.memo, ''), j.memo, j.flag,
        r.number, COALESCE(c.id::text, ''),
        COALESCE(replace(to_char(c.coded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', ''), ''),
        replace(to_char(j.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', '')
    FROM coding_assignment a
    JOIN transcripts_transcript t ON t.id = a.transcript_id
    JOIN transcripts_revision r ON r.id = a.revision_id
    JOIN transcripts_membership m ON m.id = a.rater_id
    JOIN coding_judgement j ON j.assignment_id = a.id AND j.finished_at IS NOT NULL
    JOIN transcripts_segment s ON s.id = j.segment_id
    LEFT JOIN (coding_coding c JOIN coding_code k ON k.id = c.code_id) ON c.judgement_id = j.id
    WHERE a.id = ANY(%s)
    ORDER BY t.name COLLATE "C", r.number, s.position, m.label COLLATE "C", k.position
"""
_WIDE = """
    SELECT t.name, s.position, p.label, o.name, m.label, j.id, j.outcome
    FROM coding_assignment a
    JOIN transcripts_transcript t ON t.id = a.transcript_id
    JOIN transcripts_revision r ON r.id = a.revision_id
    JOIN transcripts_membership m ON m.id = a.rater_id
    JOIN transcripts_segment s ON s.revision_id = a.revision_id
    JOIN transcripts_speaker p ON p.id = s.speaker_id
    JOIN transcripts_speakerrole o ON o.id = p.role_id
    LEFT JOIN coding_judgement j ON j.assignment_id = a.id AND j.segment_id = s.id AND j.finished_at IS NOT NULL
    WHERE a.id = ANY(%s) AND (
        NOT EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = a.id)
        OR EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = a.id AND g.segment_id = s.id))
    ORDER BY t.name COLLATE "C", r.number, s.position, m.label COLLATE "C"
"""
_SEGMENTS = """
    SELECT t.id, t.name, s.position, p.label, o.name, s.start_ms, s.end_ms, s.text
    FROM transcripts_segment s
    JOIN transcripts_revision r ON r.id = s.revision_id
    JOIN transcripts_transcript t ON t.id = r.transcript_id
    JOIN transcripts_speaker p ON p.id = s.speaker_id
    JOIN transcripts_speakerrole o ON o.id = p.role_id
    WHERE r.id = ANY(%s)
    ORDER BY t.name COLLATE "C", s.position
"""
_GIVEN = """
    SELECT c.judgement_id, c.code_id, c.rating
    FROM coding_coding c JOIN coding_judgement j ON j.id = c.judgement_id WHERE j.assignment_id = ANY(%s)
"""
_EVIDENCE = """
    SELECT e.coding_id::text, string_agg(e.start::text, ';' ORDER BY e.start, e."end"),
        string_agg(e."end"::text, ';' ORDER BY e.start, e."end")
    FROM coding_evidence e JOIN coding_coding c ON c.id = e.coding_id JOIN coding_judgement j ON j.id = c.judgement_id
    WHERE j.assignment_id = ANY(%s) GROUP BY e.coding_id
"""
_ATTRIBUTES = """
    SELECT v.coding_id::text, b.key, v.value
    FROM coding_codingattribute v JOIN coding_attribute b ON b.id = v.attribute_id
    JOIN coding_coding c ON c.id = v.coding_id JOIN coding_judgement j ON j.id = c.judgement_id
    WHERE j.assignment_id = ANY(%s)
"""
_LINKS = """
    SELECT t.name, m.label, f.position, k.key, e.position, o.key, l.kind
    FROM coding_codinglink l
    JOIN coding_assignment a ON a.id = l.assignment_id
    JOIN transcripts_transcript t ON t.id = a.transcript_id
    JOIN transcripts_membership m ON m.id = a.rater_id
    JOIN coding_coding c ON c.id = l.from_coding_id JOIN coding_code k ON k.id = c.code_id
    JOIN coding_judgement g ON g.id = l.from_judgement_id JOIN transcripts_segment f ON f.id = g.segment_id
    JOIN coding_coding d ON d.id = l.to_coding_id JOIN coding_code o ON o.id = d.code_id
    JOIN coding_judgement h ON h.id = l.to_judgement_id JOIN transcripts_segment e ON e.id = h.segment_id
    WHERE a.id = ANY(%s)
    ORDER BY t.name COLLATE "C", m.label COLLATE "C", f.position, k.position, e.position, o.position, l.kind COLLATE "C"
"""


def _stream(statement: str, ids: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Read rows with a server-side cursor, so that memory does not grow with the round."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _all(statement: str, ids: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        return list(cursor.fetchall())


def exported_assignments(round_: Round) -> list[UUID]:
    """Give the assignments whose codings are the raw layer: first codings that were submitted."""
    found = Assignment.objects.filter(round=round_).blind().submitted()
    return list(found.values_list("pk", flat=True))


def with_purpose(round_: Round, rows: Iterable[Sequence[str | int]]) -> Iterator[Sequence[str | int]]:
    """Add to each row of the codings table why the turn was asked for by itself, which only drift checks say."""
    gold = AssignedSegment.objects.filter(assignment__round=round_, purpose=AssignedSegment.Purpose.GOLD)
    places = gold.values_list("assignment__transcript__name", "segment__position", "assignment__rater__label")
    with_gold = {(guard(name), position, guard(label)) for name, position, label in places}
    for row in rows:
        purpose = "gold" if tuple(row[:3]) in with_gold else "repeat"
        yield [*row, purpose if round_.is_drift_check else ""]


def coding_cells(round_: Round, attributes: Sequence[str]) -> Iterator[list[str | int]]:
    """
    Read a round's codings as cells of the codings table, in the order of its columns.

    A judgement without codings becomes the code that stands for its outcome, where the codebook has one. Texts that
    come again and again are guarded once; times come as text from the database: half the cost of the whole.
    """
    ids = exported_assignments(round_)
    known = Code.objects.filter(version=round_.version_id).values_list("pk", "key")
    codes = {pk: guard(key) for pk, key in known}
    outcomes = outcome_codes(round_)
    spans, values = _spans(ids), _attributes(ids)
    guarded = _Guarded()
    origin = ("raw", guard(round_.name), guard(round_.version.name))
    none = [""] * len(attributes)
    for row in _stream(_CODINGS, ids):
        name, position, rater, code, rating, outcome, reason, memo, said, flag, revision, pk, coded, judged = row
        found = "" if code else outcome or "none"
        key = codes[code] if code else outcomes.get(found, "")
        starts, ends = spans.get(pk, ("", ""))
        given = values.get(pk)
        yield [
            *(guarded[name], position, guarded[rater], key, "" if rating is None else rating),
            *("" if key else found, reason and guard(reason), starts, ends),
            *(memo and guard(memo), said and guard(said), "true" if flag else ""),
            *([guard(given.get(attribute, "")) for attribute in attributes] if given else none),
            *origin,
            *(revision, pk, coded, judged),
        ]


class _Guarded(dict[str, str]):
    """Remember names with their guard."""

    def __missing__(self, name: str) -> str:
        self[name] = guard(name)
        return self[name]


def outcome_codes(round_: Round) -> dict[str, str]:
    """Give the keys that stand for outcomes in the round's codebook."""
    found = Code.objects.filter(version=round_.version_id).exclude(outcome="").order_by("-position")
    return {outcome: guard(key) for outcome, key in found.values_list("outcome", "key")}


def _spans(ids: Sequence[UUID]) -> dict[str, tuple[str, str]]:
    return {coding: (starts, ends) for coding, starts, ends in _all(_EVIDENCE, ids)}


def _attributes(ids: Sequence[UUID]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for coding, key, value in _all(_ATTRIBUTES, ids):
        found.setdefault(coding, {})[key] = value
    return found


def wide_rows(round_: Round) -> Iterator[WideRow]:
    """Read one row for each rater and segment that they were asked for, judged or not."""
    ids = exported_assignments(round_)
    keys = dict(Code.objects.filter(version=round_.version_id).values_list("pk", "key"))
    given: dict[UUID, dict[str, int | None]] = {}
    for judgement, code, rating in _all(_GIVEN, ids):
        given.setdefault(judgement, {})[keys[code]] = rating
    for name, position, speaker, role, rater, judgement, outcome in _stream(_WIDE, ids):
        codings = given.get(judgement, {})
        found = outcome or ("" if codings or judgement is None else "none")
        yield WideRow(name, position, speaker, role, rater, judgement is not None, found, codings)


def link_rows(round_: Round) -> Iterator[LinkRow]:
    """Read the links of a round in a settled order."""
    for name, rater, position, code, far, other, kind in _all(_LINKS, exported_assignments(round_)):
        yield LinkRow(name, rater, position, code, far, other, kind, round_.name)


def assignment_rows(round_: Round) -> Iterator[AssignmentRow]:
    """Read who coded what in a round, in the order of the codings table."""
    rows = Assignment.objects.filter(pk__in=exported_assignments(round_)).values_list(
        *("transcript__name", "rater__label", "round__name", "version__name", "revision__number"),
        *("place", "submitted_at", "could_read_since"),
    )
    for row in sorted(rows, key=lambda row: row[:2]):
        yield AssignmentRow(*row)


def session_columns(study: Study, reader: User | None) -> list[str]:
    """Name the session attributes of a study that a reader may see, in order."""
    names = _session(study, reader).values_list("name", flat=True).distinct()
    return sorted(names)


def _session(study: Study, reader: User | None) -> QuerySet[SessionAttribute]:
    known = Q() if reader is None else material.attributes_open_to(reader)
    return SessionAttribute.objects.filter(known, study=study)


def segment_rows(study: Study, revisions: Sequence[int], reader: User | None) -> Iterator[SegmentRow]:
    """Read the segments of these revisions with their session attributes."""
    session: dict[int, dict[str, str]] = {}
    for transcript, name, value in _session(study, reader).values_list("transcript", "name", "value"):
        session.setdefault(transcript, {})[name] = value
    for transcript, name, position, speaker, role, start, end, text in _stream(_SEGMENTS, revisions):
        yield SegmentRow(name, position, speaker, role, start, end, text, session.get(transcript, {}))


def exported_revisions(study: Study, round_: Round | None) -> list[int]:
    """Give the revision of each transcript to write: the one that a round coded, or the latest of every transcript."""
    if round_ is None:
        found = Revision.objects.filter(study=study)
    else:
        found = Revision.objects.filter(assignments__in=exported_assignments(round_))
    newest = found.order_by("transcript", "number").values_list("transcript", "pk")
    return list(dict(newest).values())
