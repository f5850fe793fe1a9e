"""
The analysis by itself, without a site: `python -m tests.benchmarks analysis`.

Everything starts from the values as bytes, as the bridge hands them over; drawing them is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from coding.analysis.association import residuals, yules_q
from coding.analysis.lags import lagged
from coding.analysis.material import CodeOf, Group, Material, Session
from coding.analysis.permuting import shuffled_pair
from coding.analysis.stack import Stack
from tests.benchmarks.measuring import Line, Report, interleaved

SESSIONS, TURNS, CODES = 2_000, 300, 24
LAGS = (1, 2, 3, 4, 5)
SHUFFLES = 1_000
SPEAKERS = ("patient", "therapist")
FLOOR = "analysis: one pass over the values (adding up every byte)"


def drawn(ties: bool) -> tuple[tuple[CodeOf, ...], tuple[Session, ...]]:
    """
    Draw sessions: each code on one turn in twenty of its speaker's, one turn in a hundred not judged.

    With `ties`, one value in a hundred is missing besides, so that no two codes are known on the same turns.
    """
    chance = np.random.default_rng(20_260_601)
    codes = tuple(
        CodeOf(f"C{k}", f"F{k // 4}", frozenset() if k < CODES // 2 else frozenset({SPEAKERS[k % 2]}))
        for k in range(CODES)
    )
    speakers = SPEAKERS * (TURNS // 2)
    values = (chance.random((SESSIONS, TURNS, CODES)) < 0.05).astype(np.int8)
    values[:, ~np.array([[code.applies_to(role) for code in codes] for role in speakers])] = -1
    if ties:
        values[chance.random(values.shape) < 0.01] = -1
    judged = chance.random((SESSIONS, TURNS)) > 0.01
    values[~judged] = -1
    return codes, tuple(Session(f"S{s}", values[s], judged[s], speakers) for s in range(SESSIONS))


def measure(report: Report) -> None:
    """Print every figure that the analysis is held to."""
    size = f"{SESSIONS:,} sessions x {TURNS} turns x {CODES} codes, lags 1 to 5"
    codes, sessions = drawn(ties=False)
    families = Material(codes, sessions).families()
    every = np.concatenate([session.values for session in sessions])
    _tables(report, f"{size}, all {len(families) ** 2} pairs of families, residuals and Q", codes, sessions, families)
    groups = [Group(code.key, (code.key,)) for code in codes]
    _tables(report, f"the same, all {CODES**2} pairs of codes", codes, sessions, groups)
    _tables(report, "the same, with ties (no two codes known on the same turns)", codes, drawn(ties=True)[1], groups)
    one = lagged(Stack.of(Material(codes, sessions)), groups[:1], groups[1:2], (1,)).tables("C0", "C1", 1)
    _line(
        report,
        f"{SHUFFLES:,} shuffles within sessions of one pair, pooled",
        lambda: shuffled_pair(one, shuffles=SHUFFLES),
        every,
        "2,000 ms",
    )


def _tables(
    report: Report, what: str, codes: tuple[CodeOf, ...], sessions: tuple[Session, ...], groups: Sequence[Group]
) -> None:
    every = np.concatenate([session.values for session in sessions])

    def measures() -> object:
        pooled = lagged(Stack.of(Material(codes, sessions)), groups, groups, LAGS).pooled()
        return residuals(pooled), yules_q(pooled)

    _line(report, what, measures, every, "1,000 ms")


def _line(report: Report, what: str, run: Callable[[], object], every: np.ndarray, goal: str) -> None:
    ours, floor = interleaved([run, lambda: every.sum()], 7)
    report.add(
        Line(
            what, "ms", ours.median * 1e3, ours.p95 * 1e3, floor=floor.median * 1e3, floor_is=FLOOR, note=f"goal {goal}"
        )
    )
