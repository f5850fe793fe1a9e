"""What a comparison of two rounds says: a line for each code, family and rating, with both sides and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coding.queries.definition_changes import REWORDED, SAME, Comparison
from coding.reliability import Result

PRESENT = ("krippendorff_alpha", "gwet_ac1", "percent_agreement")
SCALED = ("krippendorff_alpha_ordinal", "gwet_ac2_ordinal", "percent_agreement")
SETS = ("krippendorff_alpha_masi", "percent_agreement")
WHOLE = "overall"
SAME_MATERIAL = (
    "one round coded only transcripts of the other: together they would count segments twice and add no text"
)
LEARNING = "raters learn as they go in a training round"
CHANGED_MEANWHILE = "the definition changed"
REWORDED_ONLY = "reworded between the versions: put together, since it was decided that the same segments would get it"
WORDS_DIFFER = "some codes were reworded between the versions"
DIFFER = "the rounds differ clearly: a common value would describe neither"
UP, DOWN, UNCLEAR, NO_INTERVAL = "up", "down", "no clear change", "no interval"


@dataclass(frozen=True, slots=True)
class Side:
    """One variable in one of the two rounds: what it stands on, and its coefficients."""

    units: int
    transcripts: int
    raters: int
    given: int
    judged: int
    results: Mapping[str, Result]

    @property
    def prevalence(self) -> float | None:
        """Return how often it was given among all values, over all raters."""
        return self.given / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Apart:
    """Second round minus first; `why` says why there is no value, `why_no_interval` why no interval."""

    value: float | None
    low: float | None
    high: float | None
    why: str
    why_no_interval: str

    @property
    def verdict(self) -> str:
        """Say whether it went up or down: only where the interval leaves out 0."""
        if self.low is None or self.high is None:
            return NO_INTERVAL
        return UP if self.low > 0 else DOWN if self.high < 0 else UNCLEAR


@dataclass(frozen=True, slots=True)
class Pooled:
    """A coefficient over the segments of both rounds, or why it is not given."""

    result: Result | None
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A code, a family, a rating or the whole in both rounds; a side is None where its version has no such thing."""

    key: str
    name: str
    slot: str
    compared: Comparison
    first: Side | None
    second: Side | None
    apart: Mapping[str, Apart]
    pooled: Mapping[str, Pooled]
    note: str = ""

    @property
    def is_comparable(self) -> bool:
        """Say whether it meant the same in both rounds."""
        return self.compared.status in (SAME, REWORDED)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two rounds."""

    id: int
    name: str
    title: str
    version: str
    raters: tuple[str, ...]
    transcripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundComparison:
    """Everything about two rounds of a study; `notes` are sentences about what they share."""

    study: str
    first: Place
    second: Place
    notes: tuple[str, ...]
    codes: tuple[Line, ...]
    families: tuple[Line, ...]
    ratings: tuple[Line, ...]
    overall: Line
