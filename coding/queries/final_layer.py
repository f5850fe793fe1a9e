"""
The final dataset of a round: adjudicated, else unanimous, else the only rater's, else open.

It has the shape of a round that one rater, `final`, coded: whatever counts or draws a rater's codings does so with the
final ones. Reliability never reads it (law 3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from coding.models import Adjudication
from coding.queries.dispute_kinds import apart
from coding.queries.judged_rows import CODABLE, NOT_JUDGED, UNCODABLE, Ints, JudgedRows, fetch_lists
from coding.queries.kept import KeptRound
from coding.queries.ratings import Mask

NOBODY, ADJUDICATED, UNANIMOUS, ONLY_RATER, OPEN = range(5)
#: What each number says in exports: where nobody judged a segment there is no row.
SOURCES = ("", "adjudicated", "unanimous", "only_rater", "open")
FINAL = "final"

_LATEST = """
    SELECT DISTINCT ON (segment_id) id, segment_id, outcome, restores
    FROM coding_adjudication WHERE round_id = %s AND revision_id = ANY(%s) ORDER BY segment_id, n DESC
"""
_GIVEN = """
    SELECT a.segment_id, c.code_id, COALESCE(c.rating, -1)
    FROM coding_adjudicatedcoding c JOIN coding_adjudication a ON a.id = c.adjudication_id
    WHERE c.adjudication_id = ANY(%s) ORDER BY a.segment_id, c.code_id
"""
_ATTRIBUTES = """
    SELECT a.segment_id, v.attribute_id, v.value
    FROM coding_adjudicatedattribute v JOIN coding_adjudicatedcoding c ON c.id = v.coding_id
    JOIN coding_adjudication a ON a.id = c.adjudication_id
    WHERE a.id = ANY(%s) ORDER BY a.segment_id, v.attribute_id, v.value
"""
_EVIDENCE = """
    SELECT a.segment_id, c.code_id, e.start, e."end"
    FROM coding_adjudicatedevidence e JOIN coding_adjudicatedcoding c ON c.id = e.coding_id
    JOIN coding_adjudication a ON a.id = c.adjudication_id
    WHERE a.id = ANY(%s) ORDER BY a.segment_id, c.code_id, e.start, e."end"
"""


@dataclass(frozen=True, slots=True)
class FinalLayer:
    """
    The final word on each segment of a round, and where it comes from.

    `rows` holds it as of one rater; open segments are not judged there. `source` (one for each segment) is a place in
    SOURCES, `rater` the place among the round's raters of the one whose coding stands (-1 for none). `answers` maps
    the place of an adjudicated segment to its answer, `left_open` that of a segment that an answer leaves open.
    """

    rows: JudgedRows
    source: npt.NDArray[np.int8]
    rater: Ints
    raters: tuple[str, ...]
    answers: dict[int, str]
    left_open: dict[int, str]

    def count(self, source: int) -> int:
        """Count the segments of one source."""
        return int((self.source == source).sum())


def final_layer(kept: KeptRound) -> FinalLayer:
    """Give the final dataset of a closed round over the transcripts that the caller may read; no access check."""
    rows, differ = kept.rows(), apart(kept)
    source = np.select(
        [differ.judges == 0, differ.kind >= 0, differ.judges == 1], [NOBODY, OPEN, ONLY_RATER], UNANIMOUS
    ).astype(np.int8)
    looked: Mask = np.not_equal(rows.judged, NOT_JUDGED)
    rater: Ints = np.where(np.isin(source, (ONLY_RATER, UNANIMOUS)), looked.argmax(axis=0), -1)
    judged = np.full(len(source), NOT_JUDGED, dtype=np.int8)
    stands = np.flatnonzero(rater >= 0)
    judged[stands] = rows.judged[rater[stands], stands]
    decided = _Decided(rows, kept.round.pk)
    source[decided.units] = ADJUDICATED
    rater[decided.units] = -1
    judged[decided.units] = decided.judged
    attributes, words = _attributes(rows, rater, decided)
    return FinalLayer(
        rows=replace(
            rows,
            raters=(FINAL,),
            judged=judged[None],
            assigned=np.any(rows.assigned, axis=0, keepdims=True),
            given=_joined(_of_exemplars(rows.given, rater), decided.given),
            evidence=_joined(_shared_evidence(rows, source, rater), decided.evidence),
            attributes=attributes,
            attribute_words=words,
        ),
        source=source,
        rater=rater,
        raters=rows.raters,
        answers=decided.answers,
        left_open=decided.left_open,
    )


class _Decided:
    """The answers that count, at their places among the round's segments."""

    def __init__(self, rows: JudgedRows, round_id: int) -> None:
        order = np.argsort(rows.units.ids, kind="stable")
        self._sorted, self._order = rows.units.ids[order], order
        revisions = _revisions(rows)
        latest = fetch_lists(_LATEST, round_id, revisions)
        # Answers on transcripts that are not read here stay out.
        known = np.isin(np.array([segment for _, segment, _, _ in latest], dtype=np.int64), rows.units.ids)
        latest = [row for row, is_known in zip(latest, known.tolist(), strict=True) if is_known]
        open_ = Adjudication.Outcome.OPEN
        found = [(str(pk), segment, outcome) for pk, segment, outcome, _ in latest if outcome != open_]
        # What restores the state before any answer is no answer: it takes the only one back.
        left = [(str(pk), segment) for pk, segment, outcome, back in latest if outcome == open_ and back != 0]
        places = self._places([segment for _, segment in left])
        self.left_open = {int(place): pk for place, (pk, _) in zip(places, left, strict=True)}
        self.units = self._places([segment for _, segment, _ in found])
        self.judged = np.array(
            [UNCODABLE if outcome == Adjudication.Outcome.UNCODABLE else CODABLE for _, _, outcome in found],
            dtype=np.int8,
        )
        self.answers = {int(place): pk for place, (pk, _, _) in zip(self.units, found, strict=True)}
        ids = [pk for pk, _, _ in found]
        self.given = self._columns(fetch_lists(_GIVEN, ids), 3)
        self.evidence = self._columns(fetch_lists(_EVIDENCE, ids), 4)
        self.said = [(int(self._places([row[0]])[0]), row[1], row[2]) for row in fetch_lists(_ATTRIBUTES, ids)]

    def _places(self, segments: list[int]) -> Ints:
        return self._order[np.searchsorted(self._sorted, np.array(segments, dtype=np.int64))]

    def _columns(self, rows: list[tuple[Any, ...]], width: int) -> Ints:
        """Put rater 0 first and the place of the segment instead of its id."""
        table = np.array(rows, dtype=np.int64).reshape(-1, width).T
        if not rows:
            return np.zeros((width + 1, 0), dtype=np.int64)
        return np.vstack([np.zeros(len(rows), dtype=np.int64), self._places(table[0].tolist()), table[1:]])


def _revisions(rows: JudgedRows) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT revision_id FROM transcripts_segment WHERE id = ANY(%s)", [_firsts(rows).tolist()]
        )
        return [revision for (revision,) in cursor.fetchall()]


def _firsts(rows: JudgedRows) -> Ints:
    """Give the first segment of every transcript, and of every further revision of it: where numbers begin anew."""
    begins = np.ones(len(rows.units.ids), dtype=bool)
    begins[1:] = np.diff(rows.units.position) <= 0
    begins[1:] |= np.diff(rows.units.transcript) != 0
    return rows.units.ids[begins]


def _of_exemplars(columns: Ints, rater: Ints) -> Ints:
    """Keep of each segment what the rater gave whose coding stands, as given by rater 0."""
    kept = columns[:, columns[0] == rater[columns[1]]].copy()
    kept[0] = 0
    return kept


def _shared_evidence(rows: JudgedRows, source: npt.NDArray[np.int8], rater: Ints) -> Ints:
    """Keep the words that everybody marked whose coding this is: a unanimous code with other words has none."""
    kept = _of_exemplars(rows.evidence, rater)
    if not kept.size:
        return kept
    judges = (rows.judged != NOT_JUDGED).sum(axis=0)
    marks, number = np.unique(rows.evidence[1:], axis=1, return_counts=True)
    by_all = {tuple(mark) for mark, n in zip(marks.T.tolist(), number.tolist(), strict=True) if n == judges[mark[0]]}
    whole = [tuple(mark) in by_all or source[mark[0]] == ONLY_RATER for mark in kept[1:].T.tolist()]
    return kept[:, np.array(whole, dtype=bool)]


def _joined(kept: Ints, decided: Ints) -> Ints:
    both = np.hstack([kept, decided])
    return both[:, np.lexsort(both[::-1])]


def _attributes(rows: JudgedRows, rater: Ints, decided: _Decided) -> tuple[Ints, tuple[str, ...]]:
    """Number the words of attributes anew: adjudicators may have said others."""
    kept = _of_exemplars(rows.attributes, rater)
    listed = {attribute.id for attribute in rows.book.attributes if attribute.values}
    said = [(unit, attribute, value) for unit, attribute, value in decided.said if attribute in listed]
    words = tuple(sorted({*rows.attribute_words, *(value for _, _, value in said)}))
    number = {word: place for place, word in enumerate(words)}
    if kept.size:
        kept[3] = [number[rows.attribute_words[place]] for place in kept[3].tolist()]
    mine = np.array([(0, unit, attribute, number[value]) for unit, attribute, value in said], dtype=np.int64)
    return _joined(kept, mine.reshape(-1, 4).T), words
