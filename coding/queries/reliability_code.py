"""The page of one code, family, rating or attribute: every number of it, and what pulls them up or down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from coding.queries import ratings
from coding.queries.breakdown import Breakdown, Part, breakdown_of
from coding.queries.coefficient_words import Words, words_for
from coding.queries.confusions import Confusion, confusions
from coding.queries.judged_rows import Ints
from coding.queries.kept import KeptRound
from coding.queries.measured import Cell
from coding.queries.ratings import Ratings
from coding.queries.reliability_rows import chances
from coding.queries.widest import widest_of
from coding.queries.workings import Crossing, Split, crossing, splits, workings
from coding.reliability import CLOSE, TENTATIVE, Result, band

PARTS = {"codes": "Code", "families": "Family", "ratings": "Ratings", "attributes": "Attribute"}
NAMES = ("krippendorff_alpha", "gwet_ac1")
NAMES_OF_RATINGS = ("krippendorff_alpha_ordinal", "gwet_ac2_ordinal")
OF_KAPPA = (("landis_koch", "Landis and Koch (1977)"), ("fleiss", "Fleiss (1981)"))
CONVENTIONS = {
    "krippendorff_alpha": (("krippendorff", "Krippendorff (2018)"),),
    "krippendorff_alpha_ordinal": (("krippendorff", "Krippendorff (2018)"),),
    "gwet_ac1": OF_KAPPA,
    "gwet_ac2_ordinal": OF_KAPPA,
    "cohen_kappa": OF_KAPPA,
    "fleiss_kappa": OF_KAPPA,
    "icc_2_1": (("cicchetti_sparrow", "Cicchetti and Sparrow (1981)"), ("koo_li", "Koo and Li (2016)")),
}
#: By how much a coefficient must rise without a rater for the sentence to say so.
NOTABLE = 0.05


@dataclass(frozen=True, slots=True)
class Number:
    """One coefficient, in words and numbers."""

    words: Words
    result: Result
    chances: tuple[float | None, ...]
    working: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """In which verbal band a coefficient lies with at least 95 % probability, by one convention."""

    coefficient: str
    convention: str
    band: str


@dataclass(frozen=True, slots=True)
class PairNumbers:
    """Two raters, and every coefficient of theirs."""

    one: str
    other: str
    results: tuple[Result, ...]


class OneVariable:
    """Everything about one variable of a closed round."""

    def __init__(self, kept: KeptRound, part: str, key: str) -> None:
        """Find it; without a key, the first there is. Raises KeyError for a part or a key that the round has not."""
        if part not in PARTS:
            raise KeyError(part)
        self.report = kept.reliability()
        self.part = part
        cells: dict[str, Cell] = {cell.key: cell for cell in getattr(self.report, part)}
        self.cell = cells[key or next(iter(cells), "")]
        self._rows = kept.rows()
        self._matrices = ratings.code_matrices(self._rows)
        self.found: Ratings = next(found for found in self._every() if found.key == self.cell.key)
        self.alpha, self.ac = NAMES_OF_RATINGS if self.found.is_scale else NAMES

    def _every(self) -> Sequence[Ratings]:
        if self.part == "families":
            return ratings.family_ratings(self._rows, self._matrices)
        if self.part == "ratings":
            return ratings.intensity_ratings(self._rows, self._matrices)
        if self.part == "attributes":
            return ratings.attribute_ratings(self._rows)
        return ratings.code_ratings(self._rows, self._matrices)

    @cached_property
    def numbers(self) -> list[Number]:
        """Give every coefficient with its formula, source and inputs."""
        shown = workings(self.found, self.cell.results)
        return [
            Number(words_for(name), result, chances(result), shown.get(name, ""))
            for name, result in self.cell.results.items()
        ]

    @property
    def optimistic(self) -> str:
        """Say why there are only intervals that are too narrow, or nothing."""
        found = (result for result in self.cell.results.values() if result.kind == "optimistic")
        return next((result.why_no_interval for result in found), "")

    @cached_property
    def breakdown(self) -> Breakdown:
        """Break its alpha down."""
        return breakdown_of(self._rows, self.found, self.alpha)

    @cached_property
    def _of_ac(self) -> Breakdown:
        """Break its AC1 or AC2 down too, which prevalence moves less."""
        return breakdown_of(self._rows, self.found, self.ac)

    def rater_parts(self) -> list[tuple[Part, Part]]:
        """Give what is left without each rater, by alpha and by AC."""
        return list(zip(self.breakdown.raters, self._of_ac.raters, strict=True))

    def transcript_parts(self) -> list[tuple[Part, Part]]:
        """Give each transcript alone and left out, by alpha and by AC."""
        return list(zip(self.breakdown.transcripts, self._of_ac.transcripts, strict=True))

    def role_parts(self) -> list[tuple[Part, Part]]:
        """Give each speaker role, by alpha and by AC."""
        return list(zip(self.breakdown.roles, self._of_ac.roles, strict=True))

    @cached_property
    def confusions(self) -> list[Confusion]:
        """Say which codes it is taken for, itself always first; only codes are taken for each other."""
        if self.part != "codes":
            return []
        return confusions(self._rows, self._matrices, only=self.cell.key)

    def pairs(self) -> tuple[list[str], list[PairNumbers]]:
        """Give the names of the coefficients, and each pair of raters with them."""
        names = list(next(iter(self.cell.pairs.values()), {}))
        raters = self.report.raters
        both = [(one, other) for place, one in enumerate(raters) for other in raters[place + 1 :]]
        rows = [
            PairNumbers(one, other, tuple(table[name] for name in names))
            for (one, other), table in zip(both, self.cell.pairs.values(), strict=True)
        ]
        return [words_for(name).title for name in names], rows

    def verdicts(self) -> list[Verdict]:
        """Name the bands of conventions (Gwet 2014, ch. 6); only an interval by transcript supports any."""
        out = []
        for name, conventions in CONVENTIONS.items():
            result = self.cell.results.get(name)
            if result is None or result.value is None or result.kind != "jackknife" or not result.se:
                continue
            for convention, title in conventions:
                out.append(Verdict(words_for(name).title, title, band(result.value, result.se, convention)))
        return out

    def splits(self) -> list[Split]:
        """Count its segments by how many raters gave it."""
        return [] if self.part == "attributes" else splits(self.found)

    def crossing(self) -> Crossing | None:
        """Cross its values."""
        return crossing(self.found, self.report.raters)

    def widest(self) -> Ints:
        """Give the places in the round where raters are furthest apart on it."""
        return widest_of(self.found)

    def sentence(self) -> str:
        """Say what its numbers come to."""
        result = self.cell.results[self.alpha]
        name = self.cell.name if self.part != "ratings" else f"the ratings of {self.cell.name}"
        if result.value is None:
            return f"Nothing can be said of {name}: {result.why}."
        said = _agreement(name, result.value)
        if lifted := self._lifted(result.value):
            said += f" {lifted}"
        if self.confusions:
            said += f" It is taken most often for {self.confusions[0].other.name}."
        return said

    def _lifted(self, value: float) -> str:
        known = [(part.without, part.name) for part in self.breakdown.raters if part.without is not None]
        if not known or (best := max(known))[0] - value < NOTABLE:
            return ""
        return f"Without {best[1]} it would be {_short(best[0])}."


def _agreement(name: str, value: float) -> str:
    if value < TENTATIVE:
        return f"Raters do not yet agree on {name}: alpha is {_short(value)}."
    return f"Raters agree {'fairly' if value < CLOSE else 'closely'} on {name}: alpha is {_short(value)}."


def _short(value: float) -> str:
    text = f"{abs(value):.2f}"
    return ("−" if value < 0 and text != "0.00" else "") + (text[1:] if text.startswith("0") else text)
