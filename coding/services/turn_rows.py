"""
A turn's change as the fewest statements that make it, sent in one go under the lock of its assignment.

Each way to the database and back costs a save more than most of its statements do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from coding.queries.palette import Palette
from coding.queries.turn import Ends, Given, Held, Place, TurnState

INSERT_JUDGEMENT = """
    INSERT INTO coding_judgement
        (id, study_id, version_id, revision_id, assignment_id, segment_id, outcome, reason, memo, flag, finished_at)
    VALUES (%s, %s, %s, %s, %s, %s, nullif(%s, ''), %s, %s, %s, CASE WHEN %s THEN statement_timestamp() END)
"""
# A judgement that stays finished keeps the time at which it was.
UPDATE_JUDGEMENT = """
    UPDATE coding_judgement SET outcome = nullif(%s, ''), reason = %s, memo = %s, flag = %s,
        finished_at = CASE WHEN %s THEN coalesce(finished_at, statement_timestamp()) END
    WHERE id = %s
"""
INSERT_CODING = "INSERT INTO coding_coding (id, version_id, judgement_id, code_id, rating, memo) VALUES "
UPDATE_CODING = "UPDATE coding_coding SET rating = %s, memo = %s WHERE id = %s"
INSERT_EVIDENCE = 'INSERT INTO coding_evidence (coding_id, start, "end") VALUES '
INSERT_ATTRIBUTE = "INSERT INTO coding_codingattribute (version_id, coding_id, attribute_id, value) VALUES "


DELETE_EVIDENCE = "DELETE FROM coding_evidence WHERE coding_id = ANY(%s)"
DELETE_ATTRIBUTES = "DELETE FROM coding_codingattribute WHERE coding_id = ANY(%s)"
DELETE_LINKS = "DELETE FROM coding_codinglink WHERE from_coding_id = ANY(%s) OR to_coding_id = ANY(%s)"
DELETE_LINK = """
    DELETE FROM coding_codinglink l USING coding_coding c, coding_code k, coding_judgement j, transcripts_segment s
    WHERE l.from_coding_id = %s AND l.kind = %s AND c.id = l.to_coding_id AND k.id = c.code_id AND k.key = %s
        AND j.id = l.to_judgement_id AND s.id = j.segment_id AND s.position = %s
"""
INSERT_LINK = """
    INSERT INTO coding_codinglink
        (assignment_id, from_coding_id, from_judgement_id, to_coding_id, to_judgement_id, kind) VALUES
"""
DELETE_CODINGS = "DELETE FROM coding_coding WHERE id = ANY(%s)"

#: SQL with what fills its marks.
Statement = tuple[str, Sequence[Any]]


def send(statements: Sequence[Statement]) -> None:
    """Have the database do these statements in their order; the first that fails ends them, and the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _ in statements), [word for _, words in statements for word in words])


def turn_statements(place: Place, palette: Palette, held: Held, after: TurnState, ends: Ends) -> list[Statement]:
    """Say how the rows of a turn come from what is held to what is said after; `ends` are where new links lead."""
    before = held.state
    gone = [key for key in before.codings if key not in after.codings]
    new = {key: given for key, given in after.codings.items() if key not in before.codings}
    ids = {**held.coding_ids, **{key: uuid4() for key in new}}
    judgement_id = held.judgement_id or uuid4()
    rows = [
        (ids[key], palette.version_id, judgement_id, palette.codes[key].id, given.rating, given.memo)
        for key, given in new.items()
    ]
    # Codings go first and come last: in between the judgement may change its outcome.
    return [
        *_delete(before, held, gone),
        *_judgement(place, held, judgement_id, after),
        *_insert(INSERT_CODING, rows),
        *(
            (UPDATE_CODING, (given.rating, given.memo, ids[key]))
            for key, given in after.codings.items()
            if (old := before.codings.get(key)) is not None and (old.rating, old.memo) != (given.rating, given.memo)
        ),
        *_parts(palette, before, after, ids),
        *_links(place, before, after, {key: (ids[key], judgement_id) for key in after.codings}, ends),
    ]


def _delete(before: TurnState, held: Held, gone: list[str]) -> list[Statement]:
    if not gone:
        return []
    ids = [held.coding_ids[key] for key in gone]
    statements: list[Statement] = []
    if any(before.codings[key].spans for key in gone):
        statements.append((DELETE_EVIDENCE, [ids]))
    if any(before.codings[key].attributes for key in gone):
        statements.append((DELETE_ATTRIBUTES, [ids]))
    if before.links or before.linked:
        statements.append((DELETE_LINKS, [ids, ids]))
    return [*statements, (DELETE_CODINGS, [ids])]


def _judgement(place: Place, held: Held, judgement_id: UUID, after: TurnState) -> list[Statement]:
    words = [after.outcome, after.reason, after.memo, after.flag, after.finished]
    if held.judgement_id is None:
        one = place.assignment
        keys = [one.study_id, one.version_id, one.revision_id, one.pk, place.segment_id]
        return [(INSERT_JUDGEMENT, [judgement_id, *keys, *words])]
    before = held.state
    if words != [before.outcome, before.reason, before.memo, before.flag, before.finished]:
        return [(UPDATE_JUDGEMENT, [*words, judgement_id])]
    return []


def _parts(palette: Palette, before: TurnState, after: TurnState, ids: dict[str, UUID]) -> list[Statement]:
    """Replace evidence and attributes of the codings on which they changed."""
    nothing = Given()
    spans, values, no_spans, no_values = [], [], [], []
    for key, given in after.codings.items():
        old = before.codings.get(key, nothing)
        if old.spans != given.spans:
            no_spans += [ids[key]] if old.spans else []
            spans += [(ids[key], start, end) for start, end in given.spans]
        if old.attributes != given.attributes:
            no_values += [ids[key]] if old.attributes else []
            asked = {one.key: one.id for one in palette.codes[key].attributes}
            values += [(palette.version_id, ids[key], asked[name], word) for name, word in given.attributes.items()]
    return [
        *([(DELETE_EVIDENCE, [no_spans])] if no_spans else []),
        *_insert(INSERT_EVIDENCE, spans),
        *([(DELETE_ATTRIBUTES, [no_values])] if no_values else []),
        *_insert(INSERT_ATTRIBUTE, values),
    ]


def _links(
    place: Place, before: TurnState, after: TurnState, own: Mapping[str, tuple[UUID, UUID]], ends: Ends
) -> list[Statement]:
    """Write links that came and delete links that went; those of a code that was taken went with it."""
    gone = [link for link in before.links - after.links if link.code in own]
    back = [(*own[link.code], *ends[link.position, link.other], link.kind) for link in after.links - before.links]
    here = [(*ends[link.position, link.other], *own[link.code], link.kind) for link in after.linked - before.linked]
    return [
        *((DELETE_LINK, [own[link.code][0], link.kind, link.other, link.position]) for link in gone),
        *_insert(INSERT_LINK, [(place.assignment.pk, *row) for row in (*back, *here)]),
    ]


def _insert(sql: str, rows: list[tuple[Any, ...]]) -> list[Statement]:
    if not rows:
        return []
    marks = ", ".join("(" + ", ".join(["%s"] * len(row)) + ")" for row in rows)
    return [(sql + marks, [value for row in rows for value in row])]
