"""Links between codings and reflexive notes from files, beside the codings that are imported with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from coding.formats.links import LinkRow, NoteRow
from coding.formats.table import MOST_FAULTS, Fault, quoted
from coding.models import Assignment, CodingLink, ReflexiveNote
from coding.queries.palette import Palette

#: The assignments that were made for the file, by rater and transcript.
Assignments = Mapping[tuple[str, str], Assignment]
_Coding = tuple[UUID, UUID]

_CODINGS = """
    SELECT j.assignment_id, s.position, c.code_id, c.id, j.id FROM coding_judgement j
    JOIN transcripts_segment s ON s.id = j.segment_id JOIN coding_coding c ON c.judgement_id = j.id
    WHERE j.assignment_id = ANY(%s)
"""


def store_links(rows: Sequence[LinkRow], assignments: Assignments, book: Palette) -> list[Fault]:
    """Store links between codings that are stored already, or none of them and give what is wrong."""
    places = {(row.rater, row.transcript) for row in rows}
    codings = _codings([assignments[place].pk for place in places if place in assignments], book)
    faults: list[Fault] = []
    made: list[CodingLink] = []
    for row in rows:
        assignment = assignments.get((row.rater, row.transcript))
        ends = {
            end: codings.get((assignment.pk, position, code)) if assignment else None
            for end, position, code in (
                ("from", row.from_segment, row.from_code),
                ("to", row.to_segment, row.to_code),
            )
        }
        faults += _faults(row, ends, book)
        if assignment and ends["from"] and ends["to"]:
            (origin, judged), (target, earlier) = ends["from"], ends["to"]
            link = CodingLink(assignment=assignment, kind=row.kind, from_coding_id=origin, to_coding_id=target)
            link.from_judgement_id, link.to_judgement_id = judged, earlier
            made.append(link)
    if not faults:
        CodingLink.objects.bulk_create(made, ignore_conflicts=True)
    return faults[:MOST_FAULTS]


def store_notes(rows: Sequence[NoteRow], assignments: Assignments) -> list[Fault]:
    """Store notes beside the codings of their raters, or none of them and give what is wrong."""
    faults: list[Fault] = []
    made: dict[UUID, ReflexiveNote] = {}
    for row in rows:
        assignment = assignments.get((row.rater, row.transcript))
        if assignment is None:
            sentence = f"{quoted(row.rater)} judged nothing of {quoted(row.transcript)} in the codings table."
            faults.append(Fault(row.line, "rater", sentence))
        elif assignment.pk in made:
            sentence = f"{quoted(row.rater)} has a note on {quoted(row.transcript)} already; join the two."
            faults.append(Fault(row.line, "text", sentence))
        else:
            at = row.written_at or timezone.now()
            made[assignment.pk] = ReflexiveNote(assignment=assignment, text=row.text, shared=True, written_at=at)
    if not faults:
        ReflexiveNote.objects.bulk_create(made.values())
    return faults[:MOST_FAULTS]


def _codings(assignments: Sequence[UUID], book: Palette) -> dict[tuple[UUID, int, str], _Coding]:
    with connection.cursor() as cursor:
        cursor.execute(_CODINGS, [list(assignments)])
        rows = cursor.fetchall()
    return {
        (assignment, position, book.by_id[code].key): (coding, judgement)
        for assignment, position, code, coding, judgement in rows
    }


def _faults(row: LinkRow, ends: Mapping[str, _Coding | None], book: Palette) -> Iterator[Fault]:
    for end, code, segment in (("from", row.from_code, row.from_segment), ("to", row.to_code, row.to_segment)):
        if ends[end] is None:
            sentence = f"{quoted(row.rater)} gave no {quoted(code)} to segment {segment} of {quoted(row.transcript)}; "
            yield Fault(row.line, f"{end}_code", f"{sentence}a link joins two codings of the codings table.")
    if row.to_segment >= row.from_segment:
        yield Fault(row.line, "to_segment", "A link leads back: its second end is an earlier segment.")
    if all(ends.values()) and not book.may_link(row.kind, book.codes[row.from_code], book.codes[row.to_code]):
        kinds = ", ".join(rule.key for rule in book.link_rules)
        yield Fault(
            row.line, "kind", f"The codebook does not link these codes this way; its kinds of links are: {kinds}."
        )
