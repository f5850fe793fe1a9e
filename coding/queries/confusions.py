"""Which move is taken for which: on one segment, one rater gave this code and not that, another that and not this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coding.queries.judged_rows import JudgedRows
from coding.queries.ratings import NONE_NAME, Matrix


@dataclass(frozen=True, slots=True)
class Label:
    """A code as tables name it."""

    key: str
    name: str
    slot: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """
    Two codes that stand against each other.

    `times` counts pairs of raters on a segment, `segments` the segments; `units` are their places in the round.
    """

    one: Label
    other: Label
    times: int
    units: tuple[int, ...]

    @property
    def segments(self) -> int:
        """Count the segments."""
        return len(self.units)


def labels_of(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> dict[str, Label]:
    """Name every code that has a row, "none applies" included."""
    known = {code.key: Label(code.key, code.name, code.slot) for code in rows.book.codes}
    return {key: known.get(key, Label(key, NONE_NAME, "stone")) for key in matrices}


def confusions(rows: JudgedRows, matrices: Mapping[str, Matrix], only: str = "") -> list[Confusion]:
    """
    Count for every two codes how often raters gave one against the other, the most frequent first.

    "None applies" is one of the codes; uncodable is missing and stands against nothing. `only` keeps those of one code.
    A rater with no value for either of the two says nothing about the pair.
    """
    labels = labels_of(rows, matrices)
    keys = [key for key, matrix in matrices.items() if (matrix == 1).any() and not _is_uncodable(rows, key)]
    if not keys:
        return []
    values = np.stack([matrices[key] for key in keys])
    found = []
    for place, key in enumerate(keys):
        if only and only != key:
            continue
        for other, times, units in _against(values, place, every=bool(only)):
            found.append(Confusion(labels[key], labels[keys[other]], times, units))
    rank = {key: place for place, key in enumerate(keys)}
    return sorted(found, key=lambda row: (-row.times, -row.segments, rank[row.one.key], rank[row.other.key]))


def _is_uncodable(rows: JudgedRows, key: str) -> bool:
    return any(code.key == key and code.outcome == "uncodable" for code in rows.book.codes)


def _against(values: Matrix, place: int, *, every: bool) -> list[tuple[int, int, tuple[int, ...]]]:
    """Count against the later codes, or every other one, only on segments where somebody gave this one."""
    here = np.flatnonzero((values[place] == 1).any(axis=0))
    near = values[:, :, here]
    mine, not_mine = near[place] == 1, near[place] == 0
    ahead = (mine & (near == 0)).sum(axis=1)
    behind = (not_mine & (near == 1)).sum(axis=1)
    pairs = ahead * behind
    out = []
    for other in range(0 if every else place + 1, len(values)):
        if other != place and (times := int(pairs[other].sum())):
            out.append((other, times, tuple(here[pairs[other] > 0].tolist())))
    return out
