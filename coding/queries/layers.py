"""
From a round's judged rows to one layer of codings: a rater's, the majority's, the adjudicated ones.

Laws 1 to 3 hold as in `ratings`, whose matrices these are made from. A layer says 1 (given), 0 (judged, not given) or
-1 (no value) for every segment and code; a tie among raters is no value, and is listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coding.analysis.layers import more_than_half
from coding.queries.adjudicated import adjudicated_rows
from coding.queries.judged_rows import CODABLE, NO_RATING, NOT_JUDGED, UNCODABLE, CodeRow, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import MISSING, Matrix, code_matrices
from coding.queries.reliability_page import number_word

MAJORITY, ADJUDICATED, RATER = "majority", "adjudicated", "rater:"
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One layer that somebody can ask for; `why_not` says why there is nothing in it."""

    key: str
    title: str
    why_not: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """
    One layer of a round's codings.

    `values` (units, codes) over the codes that can be given, `judged` (units,) where the layer has a codable look at
    the segment, `intensity` (units, codes) the rating, or the mean of the ratings of those who gave the code; NaN where
    there is none. `ties` are (unit, code) where exactly half gave it; `shares` (units, codes) is by how many of those
    with a value it was given.
    """

    key: str
    words: str
    values: npt.NDArray[np.int8]
    judged: Mask
    intensity: Floats
    ties: tuple[tuple[int, int], ...] = ()
    uncodable: int = 0
    #: What tells two states of a layer that may still change apart.
    stamp: str = ""

    @property
    def name(self) -> str:
        """Name what rests on this layer."""
        return f"{self.key} {self.stamp}".strip()

    @property
    def whose(self) -> str:
        """Say whose codes these are: "majority (two of three raters)", "rater_a"."""
        return self.words.removeprefix("codes ").removeprefix("by ").removeprefix("of ")


def given_codes(rows: JudgedRows) -> tuple[CodeRow, ...]:
    """Give the codes that can be given, in the order of the codebook: the columns of every layer."""
    return tuple(code for family in rows.book.families for code in family.codes if not code.outcome)


def layer_choices(kept: KeptRound) -> list[LayerChoice]:
    """List the layers of a round, the usual one first."""
    rows, reached = kept.rows(), adjudicated_rows(kept)
    alone = len(rows.raters) < 2
    choices = [LayerChoice(MAJORITY, "Majority", "only one rater coded: theirs is the only layer" if alone else "")]
    choices.append(LayerChoice(ADJUDICATED, "Adjudicated", reached if isinstance(reached, str) else ""))
    return choices + [LayerChoice(f"{RATER}{label}", label) for label in rows.raters]


def layer_of(kept: KeptRound, key: str) -> Layer:
    """Give a layer, kept where it is final. Raises KeyError for one that the round does not have, or has not yet."""
    if key == ADJUDICATED:
        reached = adjudicated_rows(kept)
        if isinstance(reached, str):
            raise KeyError(reached)
        return adjudicated(reached)
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    return kept.kept(f"layer-{name}", lambda: _of_raters(kept.rows(), key))


def adjudicated(rows: JudgedRows) -> Layer:
    """Make a layer of the final word, which comes in the shape of one rater's round; its stamp tells it from others."""
    made = one_rater(rows, 0)
    content = made.values.tobytes() + np.nan_to_num(made.intensity, nan=-1).tobytes() + made.judged.tobytes()
    still_open = int((rows.assigned[0] & (rows.judged[0] == NOT_JUDGED)).sum())
    words = "adjudicated codes" + (f" ({still_open} turns still open)" if still_open else "")
    return replace(made, key=ADJUDICATED, words=words, stamp=hashlib.sha256(content).hexdigest()[:16])


def _of_raters(rows: JudgedRows, key: str) -> Layer:
    if key == MAJORITY:
        return majority(rows)
    if key.startswith(RATER) and key.removeprefix(RATER) in rows.raters:
        return one_rater(rows, rows.raters.index(key.removeprefix(RATER)))
    raise KeyError("This round has no such layer.")


def one_rater(rows: JudgedRows, rater: int) -> Layer:
    """Give what one rater said, and nothing of the others."""
    stack = _stack(rows)[:, rater].astype(np.int8)
    judged = rows.judged[rater] == CODABLE
    label = rows.raters[rater]
    uncodable = int((rows.judged[rater] == UNCODABLE).sum())
    mine = rows.given[:, rows.given[0] == rater]
    return Layer(
        f"{RATER}{label}", f"codes of {label}", stack.T.copy(), judged, _mean_rating(rows, mine), (), uncodable
    )


def majority(rows: JudgedRows) -> Layer:
    """
    Keep a code where more than half of those who have a value for it gave it.

    Exactly half is a tie: no value, and listed. A segment that more than half of those who judged it called uncodable
    has no value for any code. One rater's judgement alone stands as it is.
    """
    stack = _stack(rows)
    asked = (stack >= 0).sum(axis=1)
    gave = (stack == 1).sum(axis=1)
    looked = (rows.judged != NOT_JUDGED).sum(axis=0)
    uncodable = 2 * (rows.judged == UNCODABLE).sum(axis=0) > looked
    judged = (rows.judged == CODABLE).any(axis=0) & ~uncodable
    values, tie = more_than_half(gave, asked)
    values[:, ~judged] = MISSING
    ties = tuple((int(unit), int(code)) for unit, code in zip(*np.nonzero((tie & judged).T), strict=True))
    intensity = _mean_rating(rows, rows.given)
    return Layer(MAJORITY, _majority_words(rows.raters), values.T.copy(), judged, intensity, ties, int(uncodable.sum()))


def _majority_words(raters: Sequence[str]) -> str:
    if len(raters) < 2:
        return f"codes of {raters[0]}, the only rater" if raters else "no codes"
    if len(raters) == 2:
        return "codes by majority (both raters)"
    return f"codes by majority ({number_word(len(raters) // 2 + 1)} of {number_word(len(raters))} raters)"


def _stack(rows: JudgedRows) -> Matrix:
    """Give the matrices of the codes that can be given: (codes, raters, units)."""
    matrices = code_matrices(rows)
    codes = given_codes(rows)
    if not codes:
        return np.zeros((0, len(rows.raters), len(rows.units.ids)), dtype=np.int8)
    return np.stack([matrices[code.key] for code in codes])


def _mean_rating(rows: JudgedRows, given: npt.NDArray[np.int64]) -> Floats:
    """Give the mean rating of each code on each segment among those who gave and rated it: (units, codes)."""
    codes = given_codes(rows)
    column = np.full(max((code.id for code in rows.book.codes), default=0) + 1, -1, dtype=np.int64)
    column[[code.id for code in codes]] = np.arange(len(codes))
    _, unit, code, rating = given[:, given[3] != NO_RATING]
    there = column[code] >= 0
    place = (unit[there], column[code[there]])
    shape = (len(rows.units.ids), len(codes))
    total, number = np.zeros(shape), np.zeros(shape)
    np.add.at(total, place, rating[there])
    np.add.at(number, place, 1)
    out: Floats = np.full(shape, np.nan)
    np.divide(total, number, out=out, where=number > 0)
    return out
