"""From marked words to spans on one continuum: whether raters mark the same words as evidence for a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries.judged_rows import CODABLE, CodeRow, Ints, JudgedRows
from coding.queries.ratings import Mask, Matrix
from coding.reliability.unitizing import Span


@dataclass(frozen=True, slots=True)
class EvidenceSpans:
    """
    The words that each rater marked for one code, in (start, end) pairs on the segments laid end to end.

    `units` are the segments of the continuum; `lengths` and `transcripts` go with them. `marked` (raters, units) says
    where a rater marked words.
    """

    key: str
    name: str
    slot: str
    units: Ints
    lengths: Ints
    transcripts: Ints
    marked: Mask
    spans: tuple[Ints, ...]

    def without(self, transcript: int | None) -> tuple[list[list[Span]], int]:
        """Return the spans of each rater and the length of the continuum, leaving a transcript out."""
        kept = np.ones(len(self.units), dtype=bool) if transcript is None else self.transcripts != transcript
        lengths = np.where(kept, self.lengths, 0)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        out = []
        for table in self.spans:
            here = table[kept[table[:, 0]]]
            out.append([Span(starts[unit] + a, starts[unit] + b, self.key) for unit, a, b in here.tolist()])
        return out, int(lengths.sum())


def evidence_spans(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> list[EvidenceSpans]:
    """
    Return the marked words of every code for which anybody marked some.

    The continuum is made of the segments that every rater judged codable and that the code applies to. A segment where
    somebody gave the code without marking words is left out: which words they meant is not known, and that is not
    the same as marking none.
    """
    marked_codes = set(rows.evidence[2].tolist())
    return [_of_code(rows, code, matrices[code.key]) for code in rows.book.codes if code.id in marked_codes]


def _of_code(rows: JudgedRows, code: CodeRow, matrix: Matrix) -> EvidenceSpans:
    marks = rows.evidence[:, rows.evidence[2] == code.id]
    marked = np.zeros(matrix.shape, dtype=bool)
    marked[marks[0], marks[1]] = True
    judged = ((matrix >= 0) & (rows.judged == CODABLE)).all(axis=0)
    units = np.flatnonzero(judged & ~((matrix == 1) & ~marked).any(axis=0) & (rows.units.length > 0))
    place = np.full(len(rows.units.ids), -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    spans = []
    for rater in range(len(rows.raters)):
        mine = marks[:, (marks[0] == rater) & (place[marks[1]] >= 0)]
        spans.append(_joined(np.stack([place[mine[1]], mine[3], mine[4]], axis=1).tolist()))
    return EvidenceSpans(
        key=code.key,
        name=code.name,
        slot=code.slot,
        units=units,
        lengths=rows.units.length[units],
        transcripts=rows.units.transcript[units],
        marked=marked[:, units],
        spans=tuple(spans),
    )


def _joined(spans: Sequence[Sequence[int]]) -> Ints:
    """Join spans of one rater in one segment that overlap: the same words marked twice are marked."""
    out: list[list[int]] = []
    for unit, start, end in sorted(map(tuple, spans)):
        if out and out[-1][0] == unit and start < out[-1][2]:
            out[-1][2] = max(out[-1][2], end)
        else:
            out.append([unit, start, end])
    return np.array(out, dtype=np.int64).reshape(-1, 3)
