"""
The reliability engine by itself, without a site: `python -m tests.benchmarks engine`.

Everything starts from the ratings as bytes, as a caller has them; drawing them is not counted. The peer is asked for
one coefficient without an interval, in the layout it likes best. It is no part of the environment (its licence is not
ours): put it into a folder of its own and name that folder in PYTHONPATH to have it beside us.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coding.reliability import (
    Nominal,
    Variable,
    agreement,
    leave_one_rater_out_many,
    measure_many,
    pairs_many,
    per_cluster_many,
)
from tests.benchmarks.measuring import Line, Report, interleaved

Bytes = npt.NDArray[np.int8]
FLOOR = "engine: one pass over the ratings (adding up every byte)"
PEER = "krippendorff"
FIVE = ("percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "conger_kappa")
OF_PAIRS = ("percent_agreement", "cohen_kappa")
OF_THE_PAGE = (
    *("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1"),
    *("fleiss_kappa", "conger_kappa", "light_kappa", "brennan_prediger"),
)
OF_PAIRS_OF_THE_PAGE = (
    *("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1"),
    *("cohen_kappa", "kappa_max", "pabak", "prevalence_index", "bias_index"),
)
RESAMPLES = 1_000
LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Round:
    """Present/absent codings: given (codes, raters, segments), -1 where a rater has no value, in transcripts."""

    given: Bytes
    transcripts: npt.NDArray[np.int64]

    def variables(self) -> list[Nominal]:
        """Make the variables anew, with nothing counted yet."""
        return [Nominal.from_ratings(ratings, 2, self.transcripts) for ratings in self.given]

    def __str__(self) -> str:
        codes, raters, segments = self.given.shape
        return f"{codes} codes x {raters} raters x {segments:,} segments"


def drawn(codes: int, raters: int, segments: int, transcripts: int) -> Round:
    """Draw a round: nine of ten judgements say what is there, one in fifty is missing."""
    chance = np.random.default_rng(20_250_101)
    given = np.empty((codes, raters, segments), dtype=np.int8)
    for code in range(codes):
        truth = chance.random(segments) < 0.02 + 0.3 * code / codes
        given[code] = truth ^ (chance.random((raters, segments)) < 0.1)
        given[code][chance.random((raters, segments)) < 0.02] = -1
    return Round(given, np.sort(chance.integers(0, transcripts, segments)))


def largest_round() -> Round:
    """Draw the largest case that a page must bear."""
    return drawn(30, 10, 100_000, 330)


def measure(report: Report) -> None:
    """Print every figure that the engine is held to."""
    _beside_the_peer(report)
    _large(report)
    _typical(report)
    _memory(report)


def _line(
    report: Report, what: str, run: Callable[[], object], ratings: Bytes, times: int, goal: str, note: str = ""
) -> None:
    ours, floor = interleaved([run, lambda: ratings.sum()], times)
    note = f"goal {goal}; {note}" if note else f"goal {goal}"
    report.add(Line(what, "ms", ours.median * 1e3, ours.p95 * 1e3, floor=floor.median * 1e3, floor_is=FLOOR, note=note))


def _beside_the_peer(report: Report) -> None:
    chance = np.random.default_rng(20_250_102)
    truth = chance.integers(0, 12, 10_000)
    slips = chance.random((5, 10_000))
    ratings = np.where(slips < 0.7, truth, chance.integers(0, 12, (5, 10_000))).astype(np.int8)
    ratings[slips > 0.98] = -1
    runs: list[Callable[[], object]] = [
        lambda: agreement(ratings, 12, coefficients=FIVE),
        lambda: ratings.sum(),
    ]
    note = "peer not installed: pip install krippendorff"
    with suppress(ImportError):
        import krippendorff

        numbers = np.where(ratings < 0, np.nan, ratings)
        runs.append(lambda: krippendorff.alpha(numbers, level_of_measurement="nominal", value_domain=range(12)))
        note = "goal: at least 10x ahead of the peer, which computes alpha alone"
    ours, floor, *others = interleaved(runs, 41, warm=3)
    peer = others[0].median * 1e3 if others else None
    report.add(
        Line(
            "5 raters x 10,000 units x 12 categories, five coefficients",
            "ms",
            ours.median * 1e3,
            ours.p95 * 1e3,
            floor=floor.median * 1e3,
            floor_is=FLOOR,
            peer=peer,
            peer_is=PEER,
            note=note,
        )
    )


def _large(report: Report) -> None:
    case = largest_round()
    name = str(case)
    _line(
        report,
        f"{name}, five coefficients and all pairs, jackknife",
        lambda: intervals_and_pairs(case.variables(), FIVE, OF_PAIRS),
        case.given,
        7,
        "150 ms",
        "percent and Cohen's kappa a pair",
    )
    _line(
        report,
        "the same, every coefficient of the page",
        lambda: intervals_and_pairs(case.variables(), OF_THE_PAGE, OF_PAIRS_OF_THE_PAGE),
        case.given,
        5,
        "none",
        "nine a code, ten a pair",
    )
    _line(
        report,
        f"the same, {RESAMPLES:,} cluster bootstraps of five coefficients",
        lambda: measure_many(case.variables(), FIVE, interval="percentile", resamples=RESAMPLES),
        case.given,
        3,
        "1,000 ms",
    )


def intervals_and_pairs(variables: Sequence[Variable], names: Sequence[str], of_pairs: Sequence[str]) -> object:
    """Measure every code, and every two raters of each, with intervals."""
    tables = measure_many(variables, names)
    return tables, pairs_many(variables, of_pairs, interval="jackknife")


def _typical(report: Report) -> None:
    case = drawn(20, 4, 3_000, 30)

    def table() -> object:
        return measure_many(case.variables(), OF_THE_PAGE)

    _line(
        report,
        f"a typical round, {case}, every coefficient",
        table,
        case.given,
        21,
        "10 ms",
        "with jackknife intervals",
    )

    def everything() -> object:
        variables = case.variables()
        tables = intervals_and_pairs(variables, OF_THE_PAGE, OF_PAIRS_OF_THE_PAGE)
        alone = per_cluster_many(variables, "krippendorff_alpha")
        return tables, alone, leave_one_rater_out_many(variables, ["krippendorff_alpha"])

    _line(
        report,
        f"a typical round, {case}, all of the page",
        everything,
        case.given,
        21,
        "10 ms",
        "besides that pairs, per transcript, without each rater",
    )


def _memory(report: Report) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.reliability", LARGEST],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = (int(word) for word in told.stdout.split())
    report.add(
        Line(
            "memory of the largest case, everything above",
            "MB",
            after / 1e3,
            note=f"goal 500 MB; VmHWM of a process of its own, which had {before / 1e3:.0f} MB before it computed",
        )
    )


def high_water() -> int:
    """Read the most memory that this process ever held, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _hold_the_largest() -> None:
    case = largest_round()
    before = high_water()
    intervals_and_pairs(case.variables(), OF_THE_PAGE, OF_PAIRS_OF_THE_PAGE)
    measure_many(case.variables(), FIVE, interval="percentile", resamples=RESAMPLES)
    sys.stdout.write(f"{before} {high_water()}\n")


if __name__ == "__main__" and sys.argv[1:] == [LARGEST]:
    _hold_the_largest()
