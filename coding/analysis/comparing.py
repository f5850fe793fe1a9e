"""
Scores of sessions compared between conditions: the session is the unit.

The test shuffles the conditions over the sessions (seeded; every arrangement once where there are few enough) and
compares the differences of means, for more than two conditions the sum of squares between them. Intervals of means are
t's; that of a difference is Welch's (1947).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from .association import log_odds, residuals, yules_q
from .figures import Figure, undefined
from .lags import Lagged
from .material import Floats, Ints
from .permuting import SEED, SHUFFLES, SLACK

SCORES = ("log_odds_ratio", "yules_q", "adjusted_residual")
Texts = npt.NDArray[np.str_]
FEWEST = 20  # with fewer arrangements no p could be below .05


@dataclass(frozen=True, slots=True)
class Mean:
    """A condition: the mean score of its sessions, and each session's (None where it is not defined)."""

    condition: str
    mean: Figure
    scores: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Conditions side by side; `difference` is that of the first two means, for exactly two conditions."""

    score: str
    means: tuple[Mean, ...]
    difference: Figure
    p: Figure
    left_out: tuple[str, ...]


def compare_scores(
    scores: Sequence[float | None], conditions: Sequence[str], transcripts: Sequence[str], score: str = "score",
    *, shuffles: int = SHUFFLES, seed: int = SEED,
) -> Comparison:  # fmt: skip
    """Compare one score of every session between conditions; "" is no condition."""
    if not len(scores) == len(conditions) == len(transcripts):
        raise ValueError("Every session needs a score (or None), a condition and a name.")
    values = np.array([np.nan if value is None else value for value in scores], dtype=np.float64)
    labels = np.array(conditions, dtype=str)
    names = sorted({name for name in conditions if name})
    means = tuple(_mean(name, values, labels, transcripts) for name in names)
    used = ~np.isnan(values) & (labels != "")
    left_out = _left_out(values, labels, transcripts)
    groups = [values[used & (labels == name)] for name in names]
    p = _shuffled([group for group in groups if len(group)], shuffles, seed)
    return Comparison(score, means, _difference(names, groups), p, left_out)


def session_scores(
    tables: Lagged, given: str, target: str, lag: int, score: str = "log_odds_ratio"
) -> list[float | None]:
    """
    Return the score of every session, None where its own table has none.

    The log odds ratio has 0.5 added to each cell of a table with an empty cell; Yule's Q is -1 or 1 there, and the
    adjusted residual grows with the length of the session: compare the log odds ratio unless there is a reason.
    """
    if score not in SCORES:
        raise ValueError(f"A score is one of: {', '.join(SCORES)}.")
    every = tables.tables(given, target, lag)
    found = {"log_odds_ratio": lambda: log_odds(every)[0], "yules_q": lambda: yules_q(every)}
    values = found.get(score, lambda: residuals(every))()
    return [None if np.isnan(value) else float(value) for value in values]


def _mean(name: str, values: Floats, labels: Texts, transcripts: Sequence[str]) -> Mean:
    mine: list[int] = np.flatnonzero(labels == name).tolist()
    scores = tuple((transcripts[s], None if np.isnan(values[s]) else float(values[s])) for s in mine)
    known = values[mine][~np.isnan(values[mine])]
    n = len(known)
    if not n:
        return Mean(name, undefined(f"not defined: no session of {name} has this score"), scores)
    mean = float(known.mean())
    if n < 2:
        return Mean(name, Figure(mean, n, why_no_interval="no interval: one session"), scores)
    half = float(stdtrit(n - 1, 0.975)) * float(known.std(ddof=1)) / float(np.sqrt(n))
    return Mean(name, Figure(mean, n, low=mean - half, high=mean + half, kind="t over sessions"), scores)


def _difference(names: Sequence[str], groups: Sequence[Floats]) -> Figure:
    n = sum(len(group) for group in groups)
    if len(groups) != 2:
        return undefined(f"not defined: a difference is of two conditions, and there are {len(groups)}", n)
    one, two = groups
    for name, group in zip(names, groups, strict=True):
        if not len(group):
            return undefined(f"not defined: no session of {name} has this score", n)
    value = float(one.mean() - two.mean())
    if min(len(one), len(two)) < 2:
        return Figure(value, n, why_no_interval="no interval: a condition has one session")
    parts = np.array([one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)])
    if parts.sum() == 0:
        return Figure(value, n, why_no_interval="no interval: the sessions of each condition are all alike")
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([len(one), len(two)]) - 1)).sum()
    half = float(stdtrit(freedom, 0.975)) * float(np.sqrt(parts.sum()))
    return Figure(value, n, low=value - half, high=value + half, kind="Welch over sessions")


def _shuffled(groups: Sequence[Floats], shuffles: int, seed: int) -> Figure:
    n = sum(len(group) for group in groups)
    if len(groups) < 2:
        return undefined("not defined: fewer than two conditions have a session with this score", n)
    sizes = [len(group) for group in groups]
    arrangements, rest = 1, n
    for size in sizes:
        arrangements *= comb(rest, size)
        rest -= size
    if arrangements < FEWEST:
        return undefined(
            f"not defined: {n} sessions can be shuffled in {arrangements} ways only, too few for a test", n
        )
    values = np.concatenate(groups)
    seen = _between(values[None, :], sizes)[0]
    if len(sizes) == 2 and arrangements <= shuffles:
        order = _every(n, sizes[0])
        kind = f"all {arrangements} arrangements of the conditions over sessions"
        away = _between(values[order], sizes)
    else:
        order = np.argsort(np.random.default_rng(seed).random((shuffles, n)), axis=1)
        kind = f"{shuffles} shuffles of the conditions over sessions, seed {seed}"
        away = np.append(_between(values[order], sizes), seen)
    return Figure(float((away >= seen - SLACK * max(1.0, seen)).mean()), n, kind=kind)


def _between(values: Floats, sizes: Sequence[int]) -> Floats:
    """Return the sum of squares between conditions of each row."""
    begin, middle = 0, values.mean(axis=1)
    out = np.zeros(len(values))
    for size in sizes:
        out += size * (values[:, begin : begin + size].mean(axis=1) - middle) ** 2
        begin += size
    return out


def _every(n: int, first: int) -> Ints:
    rows = []
    for chosen in combinations(range(n), first):
        rows.append([*chosen, *(k for k in range(n) if k not in chosen)])
    return np.array(rows, dtype=np.int64)


def _left_out(values: Floats, labels: Texts, transcripts: Sequence[str]) -> tuple[str, ...]:
    out = []
    for value, label, name in zip(values, labels, transcripts, strict=True):
        if not label:
            out.append(f"{name}: its condition is not known")
        elif np.isnan(value):
            out.append(f"{name}: the score is not defined there")
    return tuple(out)
