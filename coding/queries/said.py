"""What the raters of a closed round said of single segments, to be held beside what was said of them elsewhere."""

from __future__ import annotations

import numpy as np

from coding.queries.drift_charts import Place
from coding.queries.judged_rows import Ints
from coding.queries.kept import KeptRound
from coding.queries.ratings import Matrix, code_matrices, none_key


class Said:
    """What a round's raters said, with the matrix of each code; "none applies" follows from the others."""

    def __init__(self, kept: KeptRound) -> None:
        self.kept, self.rows = kept, kept.rows()
        matrices = code_matrices(self.rows)
        self.matrices = {key: one for key, one in matrices.items() if key != none_key(self.rows)}
        self.order = np.argsort(self.rows.units.ids)
        self.sorted = self.rows.units.ids[self.order]
        self._places: dict[str, Place] = {}

    def places(self, segments: Ints) -> Ints:
        """Find segments among the round's units; -1 where one is not among them."""
        near = np.searchsorted(self.sorted, segments).clip(max=len(self.sorted) - 1)
        return np.where(self.sorted[near] == segments, self.order[near], -1)

    def values(self, key: str, rater: str, places: Ints) -> Matrix:
        """Give what the rater said at these places; missing where they did not judge them, or lack the code."""
        if key not in self.matrices or rater not in self.rows.raters:
            return np.full(len(places), -1, dtype=np.int8)
        return np.where(places < 0, -1, self.matrices[key][self.rows.raters.index(rater), places])

    def place(self, transcript: str) -> Place:
        """Name a point: one object for all charts, so that it is kept once."""
        round_ = self.kept.round
        made = Place(transcript, round_.pk, str(round_), round_.version.name)
        return self._places.setdefault(transcript, made)
