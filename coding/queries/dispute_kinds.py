"""By what the raters of a round differ on each segment, and how far: for the meeting and for adjudication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from coding.queries import ratings
from coding.queries.judged_rows import NO_RATING, NOT_JUDGED, UNCODABLE, CodeRow, Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import MISSING, Mask, Matrix
from coding.queries.widest import set_distances

Weights = npt.NDArray[np.float64]
#: In the order in which a meeting goes through them, with what each means.
KINDS = {
    "sibling": ("Sibling codes", "one rater gave one code of a family where another gave another of it"),
    "boundary": ("Boundary", "some gave the code here, and the turn beside it is in dispute for the same code"),
    "seen": ("Seen or not seen", "some gave a code where others gave none of it"),
    "rating": ("Rating", "the same codes, rated differently"),
    "attribute": ("Said differently", "the same codes, with other attributes"),
}
_ORDER = tuple(KINDS)
#: A difference in rating or attribute alone weighs less than any difference in codes.
RATING_SHARE, ATTRIBUTE_WEIGHT = 0.25, 0.05


@dataclass(frozen=True, slots=True)
class Apart:
    """
    How the raters of a round differ, for each of its segments.

    `kind` is a place in KINDS, -1 where nobody differs; `weight` says how far apart they are (0 to 1); `judges` counts
    who judged the segment. Nothing of it depends on who is who: it stays as it is when two raters change places.
    """

    kind: npt.NDArray[np.int8]
    weight: Weights
    judges: Ints

    @property
    def units(self) -> Ints:
        """Give the segments in dispute, the furthest apart first, ties in the order of the text."""
        found = np.flatnonzero(self.kind >= 0)
        return found[np.argsort(-self.weight[found], kind="stable")]


def kind_name(place: int) -> str:
    """Name a kind by its place."""
    return _ORDER[place]


def apart(kept: KeptRound) -> Apart:
    """Say how the raters of a closed round differ; computed once for all who may see these transcripts."""
    return kept.kept("apart", lambda: _apart(kept.rows()))


def _apart(rows: JudgedRows) -> Apart:
    matrices = ratings.code_matrices(rows)
    by_code = ratings.differing_units(rows, matrices)
    gap = _rating_gap(rows, matrices)
    said = _attributes_differ(rows)
    number = len(rows.units.ids)
    kind = np.full(number, -1, dtype=np.int8)
    weight = np.zeros(number)
    for mask, name in (
        (said & ~by_code & (gap == 0), "attribute"),
        ((gap > 0) & ~by_code, "rating"),
        (by_code, "seen"),
        (_boundary(rows, matrices), "boundary"),
        (_siblings(rows, matrices), "sibling"),
    ):
        kind[mask] = _ORDER.index(name)
    sets = ratings.label_sets(rows, matrices)
    weight[sets.units] = np.nan_to_num(set_distances(sets.given, sets.judged))
    torn = (rows.judged == UNCODABLE).any(axis=0) & ((rows.judged != UNCODABLE) & (rows.judged != NOT_JUDGED)).any(0)
    weight[torn] = 1.0
    low = kind < 0
    weight = np.where(by_code, np.maximum(weight, RATING_SHARE), gap * RATING_SHARE)
    weight[kind == _ORDER.index("attribute")] = ATTRIBUTE_WEIGHT
    weight[low] = 0.0
    return Apart(kind, weight, (rows.judged != NOT_JUDGED).sum(axis=0))


def _rating_gap(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> Weights:
    """Give how far ratings of a code lie apart among those who gave it, as a share of the scale, at its widest."""
    widest = np.zeros(len(rows.units.ids))
    span = max(1, rows.book.rating_maximum - max(1, rows.book.rating_minimum))
    for code in rows.book.codes:
        here = rows.given[:, rows.given[2] == code.id]
        if not code.rated or not here.size:
            continue
        values = np.full(matrices[code.key].shape, MISSING, dtype=np.int64)
        # A code without its rating differs from the same code with one.
        values[here[0], here[1]] = np.where(here[3] == NO_RATING, 0, here[3])
        most = values.max(axis=0)
        least = np.where(values >= 0, values, most).min(axis=0)
        widest = np.maximum(widest, np.minimum(1.0, (most - least) / span))
    return widest


def _attributes_differ(rows: JudgedRows) -> Mask:
    differ = np.zeros(len(rows.units.ids), dtype=bool)
    for found in ratings.attribute_ratings(rows):
        differ[found.units] |= ratings.differing(found.values)
    return differ


def _siblings(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> Mask:
    """Say where one rater gave a code of a family without another of it that a second rater gave without the first."""
    found = np.zeros(len(rows.units.ids), dtype=bool)
    for family in rows.book.families:
        for one, other in combinations(_real(family.codes), 2):
            first, second = matrices[one.key] == 1, matrices[other.key] == 1
            found |= (first & ~second).any(axis=0) & (second & ~first).any(axis=0)
    return found


def _boundary(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> Mask:
    """Say where a code is in dispute here and on a segment beside it in the same transcript."""
    found = np.zeros(len(rows.units.ids), dtype=bool)
    beside = (rows.units.transcript[1:] == rows.units.transcript[:-1]) & (np.diff(rows.units.position) == 1)
    for code in _real(rows.book.codes):
        differ = ratings.differing(matrices[code.key])
        both = differ[1:] & differ[:-1] & beside
        found[1:] |= both
        found[:-1] |= both
    return found


def _real(codes: tuple[CodeRow, ...]) -> list[CodeRow]:
    return [code for code in codes if not code.outcome]
