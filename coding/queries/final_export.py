"""The final layer as rows of the exported tables, beside the raw one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from coding.formats.table import moment
from coding.formats.wide import WideRow
from coding.models import Adjudication, AdjudicationOpening, Attribute, Round
from coding.queries import export_rows
from coding.queries.final_layer import ADJUDICATED, OPEN, SOURCES, UNANIMOUS, FinalLayer, final_layer
from coding.queries.judged_rows import NO_RATING, UNCODABLE
from coding.queries.kept import KeptRound
from transcripts.formats.guard import guard

Cells = list[str | int]
#: Where the cells of a raw row stand; attributes come after these, its origin after them.
RATER, SPANS, MEMO, SAID, FLAG, FIRST_ATTRIBUTE = 2, slice(7, 9), 9, 10, 11, 12


def is_adjudicated(round_: Round) -> bool:
    """Tell whether a round has a final layer to write: its adjudication was opened, and it is closed."""
    return round_.is_closed and AdjudicationOpening.objects.filter(round=round_).exists()


def final_cells(round_: Round, attributes: Sequence[str]) -> Iterator[Cells]:
    """Read the final layer as cells of the codings table, in the order of the text; nobody's answer has no row."""
    layer = final_layer(KeptRound(round_))
    found: dict[int, list[Cells]] = {}
    raw = _TakenOver(round_, layer, attributes)
    for row in export_rows.coding_cells(round_, attributes):
        if (unit := raw.stands(row)) is not None:
            found.setdefault(unit, []).append(raw.cells(unit, row))
    for unit, cells in _adjudicated(round_, layer, attributes):
        found.setdefault(unit, []).append(cells)
    for unit in sorted(found):
        yield from found[unit]


class _TakenOver:
    """Turn rows of raters into final ones; what only one of several raters remarked or marked stays theirs."""

    def __init__(self, round_: Round, layer: FinalLayer, attributes: Sequence[str]) -> None:
        self.layer = layer
        self.raters = [guard(label) for label in layer.raters]
        self.end = FIRST_ATTRIBUTE + len(attributes)
        rows = Attribute.objects.filter(version=round_.version_id)
        # What is said freely differs between any two raters.
        free = set(rows.filter(minimum=None, values=None).values_list("key", flat=True))
        self.free = [place for place, name in enumerate(attributes, start=FIRST_ATTRIBUTE) if name in free]
        names = [guard(name) for name in layer.rows.transcripts]
        units = layer.rows.units
        pairs = enumerate(zip(units.transcript.tolist(), units.position.tolist(), strict=True))
        self.places = {(names[transcript], position): unit for unit, (transcript, position) in pairs}
        keys = {code.id: guard(code.key) for code in layer.rows.book.codes}
        self.marks: dict[tuple[int, str], list[tuple[int, int]]] = {}
        for _, unit, code, start, end in layer.rows.evidence.T.tolist():
            self.marks.setdefault((unit, keys[code]), []).append((start, end))

    def stands(self, row: Cells) -> int | None:
        """Give the place of the segment on which this row is the final word, or nothing."""
        unit = self.places.get((str(row[0]), int(row[1])))
        if unit is None or self.layer.rater[unit] < 0:
            return None
        return unit if row[RATER] == self.raters[int(self.layer.rater[unit])] else None

    def cells(self, unit: int, row: Cells) -> Cells:
        """Write the row as a final one; its id and its times belong to the raw coding."""
        cells, source = list(row), int(self.layer.source[unit])
        if source == UNANIMOUS:
            marks = self.marks.get((unit, str(row[3])), [])
            cells[SPANS] = [";".join(str(start) for start, _ in marks), ";".join(str(stop) for _, stop in marks)]
            for place in (RATER, MEMO, SAID, FLAG, *self.free):
                cells[place] = ""
        cells[self.end] = "final"
        cells[self.end + 4 :] = ["", "", ""]
        return [*cells, SOURCES[source], "", "", ""]


_ORIGIN = """
    SELECT s.id, r.number FROM transcripts_segment s JOIN transcripts_revision r ON r.id = s.revision_id
    WHERE s.id = ANY(%s)
"""


def _adjudicated(round_: Round, layer: FinalLayer, attributes: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    units = {pk: unit for unit, pk in (layer.answers | layer.left_open).items()}
    rows = Adjudication.objects.filter(pk__in=list(units)).select_related("author", "segment")
    outcomes = export_rows.outcome_codes(round_)
    with connection.cursor() as cursor:
        cursor.execute(_ORIGIN, [[int(layer.rows.units.ids[unit]) for unit in units.values()]])
        revisions = dict(cursor.fetchall())
    for row in rows.prefetch_related("codings__code", "codings__evidence", "codings__attributes__attribute"):
        unit = units[str(row.pk)]
        name = guard(layer.rows.transcripts[layer.rows.units.transcript[unit]])
        first: Cells = [name, row.segment.position, guard(row.author.label)]
        at = moment(row.decided_at)
        source = SOURCES[OPEN if row.outcome == Adjudication.Outcome.OPEN else ADJUDICATED]
        last: Cells = [
            *("final", guard(round_.name), guard(round_.version.name), revisions[row.segment_id]),
            *("", at, at, source, row.rule, row.cause, moment(row.saw_identities_at)),
        ]
        none: Cells = [""] * len(attributes)
        if row.outcome:
            key = outcomes.get(row.outcome, "")
            said: Cells = [key, "", "" if key else row.outcome, guard(row.reason), "", "", "", "", ""]
            yield unit, [*first, *said, *none, *last]
        for coding in sorted(row.codings.all(), key=lambda coding: coding.code.position):
            yield unit, [*first, *_coding(coding, row.reason, attributes), *last]


def _coding(coding: Any, reason: str, attributes: Sequence[str]) -> Cells:
    marks = sorted((mark.start, mark.end) for mark in coding.evidence.all())
    said = {part.attribute.key: part.value for part in coding.attributes.all()}
    return [
        *(guard(coding.code.key), "" if coding.rating is None else coding.rating, "", guard(reason)),
        *(";".join(str(start) for start, _ in marks), ";".join(str(end) for _, end in marks), "", "", ""),
        *(guard(said.get(name, "")) for name in attributes),
    ]


def final_wide_rows(round_: Round) -> Iterator[WideRow]:
    """
    Read one final row for each segment that anybody judged; an open one has no values, and says that it is open.

    One that an adjudicator left open says who, and has the outcome open.
    """
    layer = final_layer(KeptRound(round_))
    keys = {code.id: code.key for code in layer.rows.book.codes}
    given: dict[int, dict[str, int | None]] = {}
    for _, unit, code, rating in layer.rows.given.T.tolist():
        given.setdefault(unit, {})[keys[code]] = None if rating == NO_RATING else rating
    authors = dict(
        Adjudication.objects.filter(pk__in=[*layer.answers.values(), *layer.left_open.values()]).values_list(
            "segment", "author__label"
        )
    )
    speakers = _speakers(layer)
    for unit, source in enumerate(layer.source.tolist()):
        if not SOURCES[source]:
            continue
        segment = int(layer.rows.units.ids[unit])
        codings = given.get(unit, {})
        outcome = "uncodable" if layer.rows.judged[0, unit] == UNCODABLE else "" if codings else "none"
        rater = authors.get(segment, "") if source in (ADJUDICATED, OPEN) else ""
        if source not in (ADJUDICATED, UNANIMOUS, OPEN):
            rater = layer.raters[int(layer.rater[unit])]
        speaker, role = speakers[segment]
        yield WideRow(
            transcript=layer.rows.transcripts[layer.rows.units.transcript[unit]],
            segment=int(layer.rows.units.position[unit]),
            speaker=speaker,
            role=role,
            rater=rater,
            judged=source != OPEN,
            outcome=("open" if rater else "") if source == OPEN else outcome,
            codings=codings,
            layer="final",
            source=SOURCES[source],
        )


_SPEAKERS = """
    SELECT s.id, p.label, o.name FROM transcripts_segment s
    JOIN transcripts_speaker p ON p.id = s.speaker_id JOIN transcripts_speakerrole o ON o.id = p.role_id
    WHERE s.id = ANY(%s)
"""


def _speakers(layer: FinalLayer) -> dict[int, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SPEAKERS, [layer.rows.units.ids.tolist()])
        return {segment: (label, role) for segment, label, role in cursor.fetchall()}
