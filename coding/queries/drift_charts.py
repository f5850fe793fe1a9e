"""A chart of drift with its points named: which transcript each is, in which round, under which version."""

from __future__ import annotations

from dataclasses import dataclass

from coding.reliability.drift import Chart


@dataclass(frozen=True, slots=True)
class Place:
    """One point of a chart: a transcript that a rater coded in a round, under a version of the codebook."""

    transcript: str
    round_id: int
    round: str
    version: str


@dataclass(frozen=True, slots=True)
class RaterChart:
    """One rater's chart of a code; `places` says what each point is."""

    rater: str
    chart: Chart
    places: tuple[Place, ...]

    @property
    def since(self) -> Place | None:
        """Give the first transcript after the change."""
        return self.places[self.chart.change.at] if self.chart.change else None
