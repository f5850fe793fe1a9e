"""Write a turn's change as the fewest statements that make it; called under the lock of its assignment only."""

from __future__ import annotations

from collections.abc import Mapping
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
INSERT_LINK = """
    INSERT INTO coding_codinglink
        (assignment_id, from_coding_id, from_judgement_id, to_coding_id, to_judgement_id, kind) VALUES
"""
DELETE_LINK = """
    DELETE FROM coding_codinglink l USING coding_coding c, coding_code k, coding_judgement j, transcripts_segment s
    WHERE l.from_coding_id = %s AND l.kind = %s AND c.id = l.to_coding_id AND k.id = c.code_id AND k.key = %s
        AND j.id = l.to_judgement_id AND s.id = j.segment_id AND s.position = %s
"""


def write_turn(place: Place, palette: Palette, held: Held, after: TurnState, ends: Ends) -> None:
    """Bring the rows of a turn from what is held to what is said after; `ends` are where new links lead."""
    before = held.state
    gone = [key for key in before.codings if key not in after.codings]
    with connection.cursor() as cursor:
        # Codings go first and come last: in between the judgement may change its outcome.
        _delete(cursor, before, held, gone)
        judgement_id = _judgement(cursor, place, held, after)
        ids = dict(held.coding_ids)
        new = {key: given for key, given in after.codings.items() if key not in before.codings}
        for key in new:
            ids[key] = uuid4()
        _insert(
            cursor,
            INSERT_CODING,
            [
                (ids[key], palette.version_id, judgement_id, palette.codes[key].id, given.rating, given.memo)
                for key, given in new.items()
            ],
        )
        for key, given in after.codings.items():
            old = before.codings.get(key)
            if old is not None and (old.rating, old.memo) != (given.rating, given.memo):
                cursor.execute(UPDATE_CODING, [given.rating, given.memo, ids[key]])
        _parts(cursor, palette, before, after, ids)
        _links(cursor, place, before, after, {key: (ids[key], judgement_id) for key in after.codings}, ends)


def _delete(cursor: Any, before: TurnState, held: Held, gone: list[str]) -> None:
    if not gone:
        return
    ids = [held.coding_ids[key] for key in gone]
    if any(before.codings[key].spans for key in gone):
        cursor.execute("DELETE FROM coding_evidence WHERE coding_id = ANY(%s)", [ids])
    if any(before.codings[key].attributes for key in gone):
        cursor.execute("DELETE FROM coding_codingattribute WHERE coding_id = ANY(%s)", [ids])
    if before.links or before.linked:
        cursor.execute(
            "DELETE FROM coding_codinglink WHERE from_coding_id = ANY(%s) OR to_coding_id = ANY(%s)", [ids, ids]
        )
    cursor.execute("DELETE FROM coding_coding WHERE id = ANY(%s)", [ids])


def _judgement(cursor: Any, place: Place, held: Held, after: TurnState) -> UUID:
    words = [after.outcome, after.reason, after.memo, after.flag, after.finished]
    if held.judgement_id is None:
        judgement_id, assignment = uuid4(), place.assignment
        keys = [assignment.study_id, assignment.version_id, assignment.revision_id, assignment.pk, place.segment_id]
        cursor.execute(INSERT_JUDGEMENT, [judgement_id, *keys, *words])
        return judgement_id
    before = held.state
    if words != [before.outcome, before.reason, before.memo, before.flag, before.finished]:
        cursor.execute(UPDATE_JUDGEMENT, [*words, held.judgement_id])
    return held.judgement_id


def _parts(cursor: Any, palette: Palette, before: TurnState, after: TurnState, ids: dict[str, UUID]) -> None:
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
    if no_spans:
        cursor.execute("DELETE FROM coding_evidence WHERE coding_id = ANY(%s)", [no_spans])
    _insert(cursor, INSERT_EVIDENCE, spans)
    if no_values:
        cursor.execute("DELETE FROM coding_codingattribute WHERE coding_id = ANY(%s)", [no_values])
    _insert(cursor, INSERT_ATTRIBUTE, values)


def _links(
    cursor: Any, place: Place, before: TurnState, after: TurnState, own: Mapping[str, tuple[UUID, UUID]], ends: Ends
) -> None:
    """Write links that came and delete links that went; those of a code that was taken went with it."""
    for link in before.links - after.links:
        if link.code in own:
            cursor.execute(DELETE_LINK, [own[link.code][0], link.kind, link.other, link.position])
    back = [(*own[link.code], *ends[link.position, link.other], link.kind) for link in after.links - before.links]
    here = [(*ends[link.position, link.other], *own[link.code], link.kind) for link in after.linked - before.linked]
    _insert(cursor, INSERT_LINK, [(place.assignment.pk, *row) for row in (*back, *here)])


def _insert(cursor: Any, sql: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("(" + ", ".join(["%s"] * len(row)) + ")" for row in rows)
        cursor.execute(sql + marks, [value for row in rows for value in row])
