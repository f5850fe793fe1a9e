"""The values of every rater for every variable of a round, as the scripts of a report read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coding.formats.report.matrix import MatrixVariable
from coding.models import Round
from coding.queries import ratings
from coding.queries.judged_rows import JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import Ratings


class RoundMatrix:
    """A round's rows, fetched once or kept; its variables can be walked as often as needed."""

    def __init__(self, round_: Round) -> None:
        self.rows = KeptRound(round_).rows()
        self.matrices = ratings.code_matrices(self.rows)

    @property
    def raters(self) -> tuple[str, ...]:
        return self.rows.raters

    def variables(self) -> Iterator[MatrixVariable]:
        """Give codes, families, ratings and attributes, in the order of the codebook."""
        for one in ratings.code_ratings(self.rows, self.matrices):
            yield self._variable("codes", one, "nominal", ("0", "1"))
        exclusive = {family.key for family in self.rows.book.families if family.exclusive}
        for one in ratings.family_ratings(self.rows, self.matrices):
            words = one.categories if one.key in exclusive else ("0", "1")
            yield self._variable("families", one, "nominal", _apart(words))
        for one in ratings.intensity_ratings(self.rows, self.matrices):
            yield self._variable("ratings", one, "ordinal", one.categories)
        for one in ratings.attribute_ratings(self.rows):
            yield self._variable("attributes", one, "nominal", one.categories)

    def _variable(self, part: str, one: Ratings, level: str, words: Sequence[str]) -> MatrixVariable:
        return MatrixVariable(part, one.key, level, tuple(words), _Units(self.rows, one, tuple(words)))


class _Units:
    """The units of a variable, written anew for each walk so that no list of them is ever held."""

    def __init__(self, rows: JudgedRows, one: Ratings, words: tuple[str, ...]) -> None:
        self.rows, self.one, self.words = rows, one, words

    def __iter__(self) -> Iterator[tuple[str, int, list[str | None]]]:
        units, names = self.rows.units, self.rows.transcripts
        positions = units.position[self.one.units].tolist()
        transcripts = units.transcript[self.one.units].tolist()
        for place, values in enumerate(self.one.values.T.tolist()):
            said = [self.words[value] if value >= 0 else None for value in values]
            yield names[transcripts[place]], positions[place], said


def _apart(words: Sequence[str]) -> list[str]:
    """Keep "none of them" apart from a code that is called so."""
    *codes, last = words
    while last in codes:
        last = f"_{last}"
    return [*codes, last]
