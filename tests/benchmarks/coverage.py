"""
Does the default interval keep its word? `python -m tests.benchmarks.coverage [RUNS]` prints what docs/methods.md shows.

Rounds of a known design are drawn again and again: 3 raters, 80 segments a transcript. A transcript has its own rate of
the code (beta distributed around the prevalence) and its own clarity c (uniform on .70 to .95): a rater gives the code
with chance c where it is, with chance f where it is not, f being such that over all transcripts the raters give it as
often as it is there. What varies is how far transcripts differ, how rare the code is and how many there are.

The true value is no estimate: with infinitely many transcripts the counts behind a coefficient become expectations,

    P(given) = p E[c] + (1 - p) f = p        P(two raters give it) = p E[c^2] + (1 - p) f^2

and the coefficient becomes its formula on these two. The default interval (delete-one-transcript jackknife, t on the
Fisher-z scale) stands beside the percentile interval of segments drawn as if they were independent, as other tools do.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from coding.reliability import Nominal, Result, measure

SEED = 20_161_124
RUNS = 400
RESAMPLES = 1_000
RATERS, SEGMENTS = 3, 80
TRANSCRIPTS = (6, 12, 30, 80)
CLEAREST, MURKIEST = 0.95, 0.70
NAMES = {"krippendorff_alpha": "alpha", "gwet_ac1": "AC1"}


@dataclass(frozen=True, slots=True)
class Design:
    """A code: how often it is there, and how alike transcripts are in that (the smaller `alike`, the less)."""

    what: str
    prevalence: float
    alike: float

    @property
    def false_alarms(self) -> float:
        """Return f, the chance of giving the code where it is not."""
        return self.prevalence * (1 - _mean_clarity()) / (1 - self.prevalence)

    def draw(self, chance: np.random.Generator, transcripts: int) -> Nominal:
        """Draw one round."""
        p = self.prevalence
        rates = chance.beta(p * self.alike, (1 - p) * self.alike, transcripts)
        clarity = chance.uniform(MURKIEST, CLEAREST, transcripts)
        where = np.repeat(np.arange(transcripts), SEGMENTS)
        there = chance.random(len(where)) < rates[where]
        likely = np.where(there, clarity[where], self.false_alarms)
        given = (chance.random((RATERS, len(where))) < likely).astype(np.int8)
        return Nominal.from_ratings(given, 2, where)

    def truth(self) -> dict[str, float]:
        """Return alpha and AC1 in the limit of infinitely many transcripts."""
        p, clear = self.prevalence, _mean_clarity()
        square = clear**2 + (CLEAREST - MURKIEST) ** 2 / 12
        both = p * square + (1 - p) * self.false_alarms**2
        disagree, chance = 2 * (p - both), 2 * p * (1 - p)
        return {"krippendorff_alpha": 1 - disagree / chance, "gwet_ac1": 1 - disagree / (1 - chance)}


def _mean_clarity() -> float:
    return (CLEAREST + MURKIEST) / 2


DESIGNS = (
    Design("30 %, transcripts differ strongly", 0.30, 2),
    Design("30 %, transcripts differ weakly", 0.30, 30),
    Design("5 %", 0.05, 20),
    Design("2 %", 0.02, 20),
)


@dataclass
class Tally:
    """What became of the intervals of one coefficient."""

    runs: int = 0
    given: int = 0
    held: int = 0
    held_by_segments: int = 0
    given_by_segments: int = 0
    why_not: Counter[str] = field(default_factory=Counter)

    def add(self, truth: float, ours: Result, by_segments: Result) -> None:
        """Take one run in."""
        self.runs += 1
        if ours.low is None or ours.high is None:
            self.why_not[ours.why or ours.why_no_interval] += 1
        else:
            self.given += 1
            self.held += ours.low <= truth <= ours.high
        if by_segments.low is not None and by_segments.high is not None:
            self.given_by_segments += 1
            self.held_by_segments += by_segments.low <= truth <= by_segments.high

    @property
    def coverage(self) -> float:
        """Return the share of the intervals given that hold the true value."""
        return self.held / self.given if self.given else float("nan")

    @property
    def by_segments(self) -> float:
        """Return the same of the intervals that take segments as independent."""
        return self.held_by_segments / self.given_by_segments if self.given_by_segments else float("nan")

    @property
    def without(self) -> float:
        """Return how often there is no interval."""
        return 1 - self.given / self.runs


def simulate(design: Design, transcripts: int, runs: int) -> dict[str, Tally]:
    """Draw so many rounds and see whose intervals hold the true value."""
    chance = np.random.default_rng([SEED, DESIGNS.index(design), transcripts])
    truth, tallies = design.truth(), {name: Tally() for name in NAMES}
    for run in range(runs):
        variable = design.draw(chance, transcripts)
        ours = measure(variable, tuple(NAMES))
        segments = measure(variable.units_alone(), tuple(NAMES), interval="percentile", resamples=RESAMPLES, seed=run)
        for name, tally in tallies.items():
            tally.add(truth[name], ours[name], segments[name])
    return tallies


def main(words: list[str]) -> int:
    """Print the table, cell by cell, and why there was no interval where there was none."""
    runs = int(words[0]) if words else RUNS
    lines = ["| code | transcripts | alpha: held | no interval | by segments | AC1: held | no interval | by segments |"]
    lines.append("| --- " * 8 + "|")
    reasons: Counter[str] = Counter()
    for design in DESIGNS:
        for transcripts in TRANSCRIPTS:
            tallies = simulate(design, transcripts, runs)
            cells = " | ".join(
                f"{tally.coverage:.3f} | {tally.without:.3f} | {tally.by_segments:.3f}" for tally in tallies.values()
            )
            lines.append(f"| {design.what} | {transcripts} | {cells} |")
            sys.stderr.write(f"{lines[-1]}\n")
            for tally in tallies.values():
                reasons.update(tally.why_not)
    sys.stdout.write("\n".join(lines) + "\n\n")
    for design in DESIGNS:
        true = ", ".join(f"{NAMES[name]} {value:.4f}" for name, value in design.truth().items())
        sys.stdout.write(f"True for {design.what}: {true}\n")
    for why, number in reasons.most_common():
        sys.stdout.write(f"No interval, {number} times: {why}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
