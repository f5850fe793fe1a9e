"""
The analysis by itself, without a site: `python -m tests.benchmarks analysis`.

Everything starts from the values as bytes, as the bridge hands them over; drawing them is not counted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coding.analysis.association import residuals, yules_q
from coding.analysis.lags import Lagged, lagged
from coding.analysis.material import CodeOf, Group, Material, Session
from coding.analysis.permuting import shuffled_pair
from coding.analysis.stack import Stack
from tests.benchmarks.measuring import Line, Report, interleaved

SESSIONS, TURNS, CODES = 2_000, 300, 24
LAGS = (1, 2, 3, 4, 5)
SHUFFLES = 1_000
FLOOR = "analysis: one pass over the values (adding up every byte)"


def drawn() -> tuple[tuple[CodeOf, ...], tuple[Session, ...]]:
    """Draw sessions: each code on one turn in twenty, one value in a hundred missing."""
    chance = np.random.default_rng(20_260_601)
    values = (chance.random((SESSIONS, TURNS, CODES)) < 0.05).astype(np.int8)
    values[chance.random(values.shape) < 0.01] = -1
    judged, speakers = np.ones(TURNS, dtype=bool), ("patient", "therapist") * (TURNS // 2)
    codes = tuple(CodeOf(f"C{k}", f"F{k // 4}") for k in range(CODES))
    return codes, tuple(Session(f"S{s}", values[s], judged, speakers) for s in range(SESSIONS))


def measure(report: Report) -> None:
    """Print every figure that the analysis is held to."""
    codes, sessions = drawn()
    groups = [Group(code.key, (code.key,)) for code in codes]
    every = np.concatenate([session.values for session in sessions])

    def tables() -> Lagged:
        return lagged(Stack.of(Material(codes, sessions)), groups, groups, LAGS)

    def measures() -> object:
        pooled = tables().pooled()
        return residuals(pooled), yules_q(pooled)

    size = f"{SESSIONS:,} sessions x {TURNS} turns x {CODES} codes"
    _line(report, f"{size}, lags 1 to 5, all {CODES**2} pairs, with residuals and Q", measures, every, "1,000 ms")
    one = tables().tables("C0", "C1", 1)
    _line(
        report,
        f"{SHUFFLES:,} shuffles within sessions of one pair, pooled",
        lambda: shuffled_pair(one, shuffles=SHUFFLES),
        every,
        "2,000 ms",
    )


def _line(report: Report, what: str, run: Callable[[], object], every: np.ndarray, goal: str) -> None:
    ours, floor = interleaved([run, lambda: every.sum()], 7)
    report.add(
        Line(
            what, "ms", ours.median * 1e3, ours.p95 * 1e3, floor=floor.median * 1e3, floor_is=FLOOR, note=f"goal {goal}"
        )
    )
