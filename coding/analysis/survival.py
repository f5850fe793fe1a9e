"""
Time until something happens, censored where what is known ends: Kaplan-Meier curves, medians, the log-rank test.

Kaplan & Meier (1958), JASA 53, 457-481: S(t) is the product over the times u <= t of 1 - d_u / n_u, d_u happening of
the n_u still waiting. A wait that ends unknown at u still counts among the n_u.

The pulls of one session are not independent. Where every session gives one wait, the variance of ln(-ln S) is
Greenwood's (sum of d / (n (n - d)), over (ln S)^2) and intervals use the normal distribution; where one gives more,
it is that of a delete-one-session jackknife on the same scale, and intervals use t. Both are log-log intervals
(Kalbfleisch & Prentice 1980), which stay between 0 and 1. The interval of the median is Brookmeyer & Crowley's
(1982), Biometrics 38,
29-41, by these intervals: all times at which the interval of S holds one half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri, stdtrit

from .figures import Figure, number, undefined
from .intervals import LEAST_SESSIONS
from .material import Floats, Ints, Mask

Z = float(ndtri(0.975))
LEAST_EACH = 3


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """How long each waited, whether it happened in the end (else it is censored then), and in which session."""

    times: Floats
    happened: Mask
    sessions: Ints

    def __post_init__(self) -> None:
        if not len(self.times) == len(self.happened) == len(self.sessions):
            raise ValueError("Every wait needs a time, whether it happened, and a session.")
        if np.isnan(self.times).any() or (self.times < 0).any():
            raise ValueError("A wait is a number from 0.")

    @property
    def n(self) -> int:
        """Return the number of waits."""
        return len(self.times)

    @property
    def is_clustered(self) -> bool:
        """Say whether a session gives more than one."""
        return len(np.unique(self.sessions)) < self.n


@dataclass(frozen=True, slots=True)
class Step:
    """One time of a curve: so many still waiting just before, so many for whom it happened, so many censored then."""

    time: float
    waiting: int
    happened: int
    censored: int
    survival: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve from 1 at time 0; `why` says why there is none, `why_no_interval` why it has no band."""

    steps: tuple[Step, ...]
    n: int
    happened: int
    sessions: int
    median: Figure
    why: str = ""
    why_no_interval: str = ""
    kind: str = ""

    def at(self, time: float) -> float:
        """Return the share still waiting after this time."""
        before = [step.survival for step in self.steps if step.time <= time]
        return before[-1] if before else 1.0

    @property
    def followed_until(self) -> float:
        """Return the longest wait."""
        return self.steps[-1].time if self.steps else 0.0


def kaplan_meier(waits: Waits, what: str = "it") -> Curve:
    """Return the curve of those for whom it has not happened yet; `what` names it in reasons ("naming")."""
    if not waits.n:
        why = "not defined: there is nothing that could wait"
        return Curve((), 0, 0, 0, undefined(why), why)
    times = np.unique(waits.times)
    index = np.searchsorted(times, waits.times)
    waiting, happened, censored = _counts(index, waits.happened, len(times))
    survival: Floats = np.cumprod(1 - happened / waiting).astype(np.float64)
    low, high, kind, why = _band(waits, index, len(times), survival, waiting, happened)
    steps = tuple(
        Step(float(t), int(n), int(d), int(c), float(s), number(lo), number(hi))
        for t, n, d, c, s, lo, hi in zip(times, waiting, happened, censored, survival, low, high, strict=True)
    )
    median = _median(times, survival, low, high, waits, what, why)
    sessions = len(np.unique(waits.sessions))
    return Curve(steps, waits.n, int(waits.happened.sum()), sessions, median, "", why, kind)


def _counts(index: Ints, happened: Mask, size: int, weights: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    ones = np.ones(len(index)) if weights is None else weights
    every: Floats = np.bincount(index, ones, size).astype(np.float64)
    events: Floats = np.bincount(index, ones * happened, size).astype(np.float64)
    waiting: Floats = every[::-1].cumsum()[::-1].astype(np.float64)
    return waiting, events, every - events


def _band(
    waits: Waits, index: Ints, size: int, survival: Floats, waiting: Floats, happened: Floats
) -> tuple[Floats, Floats, str, str]:
    none = np.full(size, np.nan)
    if not waits.happened.any():
        return none, none, "", "no interval: it never happens"
    sessions = np.unique(waits.sessions)
    with np.errstate(divide="ignore", invalid="ignore"):
        if not waits.is_clustered:
            spread = np.cumsum(happened / (waiting * (waiting - happened)))
            error, factor, kind = np.sqrt(spread) / np.abs(np.log(survival)), Z, "Greenwood, log-log"
        elif len(sessions) < LEAST_SESSIONS:
            number = f"{len(sessions)} session{'' if len(sessions) == 1 else 's'}"
            return none, none, "", f"no interval: pulls of {number}, fewer than {LEAST_SESSIONS}"
        else:
            left = np.stack([_without(waits, index, size, session) for session in sessions])
            scale = np.log(-np.log(left))
            c = len(sessions)
            error = np.sqrt((c - 1) / c * ((scale - scale.mean(axis=0)) ** 2).sum(axis=0))
            factor, kind = float(stdtrit(c - 1, 0.975)), "jackknife over sessions, log-log"
        power = np.exp(factor * error)
        low, high = survival**power, survival ** (1 / power)
    known = (survival > 0) & (survival < 1) & np.isfinite(error)
    return np.where(known, low, np.nan), np.where(known, high, np.nan), kind, ""


def _without(waits: Waits, index: Ints, size: int, session: int) -> Floats:
    weights = (waits.sessions != session).astype(np.float64)
    waiting, happened, _ = _counts(index, waits.happened, size, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival: Floats = np.cumprod(np.where(waiting > 0, 1 - happened / waiting, 1.0)).astype(np.float64)
    return survival


def _median(
    times: Floats, survival: Floats, low: Floats, high: Floats, waits: Waits, what: str, why_none: str
) -> Figure:
    half = np.flatnonzero(survival <= 0.5 + 1e-12)
    if not waits.happened.any():
        return undefined(f"not defined: {what} never happens in {waits.n} wait{'' if waits.n == 1 else 's'}", waits.n)
    if not len(half):
        return undefined(f"not reached: more than half of the {waits.n} were still waiting at the end", waits.n)
    value = float(times[half[0]])
    if why_none:
        return Figure(value, waits.n, why_no_interval=why_none)
    first, last = np.flatnonzero(low <= 0.5), np.flatnonzero(high <= 0.5)
    below, above = _edge(times, first), _edge(times, last)
    if below is None:
        return Figure(value, waits.n, why_no_interval="no interval: too few waited")
    why = "" if above is not None else "the interval has no upper end: too few were still waiting"
    return Figure(value, waits.n, low=below, high=above, why_no_interval=why, kind="Brookmeyer-Crowley")


def _edge(times: Floats, places: Ints) -> float | None:
    return float(times[places[0]]) if len(places) else None


def log_rank(groups: Mapping[str, Waits]) -> Figure:
    """
    Return the p value of the log-rank test (Mantel 1966; Peto & Peto 1972); `n` is the number of waits.

    It takes every wait as independent. With several waits a session use `hazards.compare`, whose test is honest for
    sessions.
    """
    statistic, freedom, why = _log_rank(groups)
    n = sum(waits.n for waits in groups.values())
    if why:
        return undefined(why, n)
    return Figure(float(chdtrc(freedom, statistic)), n, kind=f"chi-square {statistic:.4f}, df {freedom}")


def _log_rank(groups: Mapping[str, Waits]) -> tuple[float, int, str]:
    filled = {name: waits for name, waits in groups.items() if waits.n}
    if len(filled) < 2:
        return 0.0, 0, "not defined: fewer than two conditions have anything to compare"
    if any(waits.n < LEAST_EACH for waits in filled.values()):
        return 0.0, 0, f"not defined: a condition has fewer than {LEAST_EACH} waits; they describe, they do not test"
    every = np.unique(np.concatenate([waits.times[waits.happened] for waits in filled.values()]))
    if not len(every):
        return 0.0, 0, "not defined: it never happens"
    waiting = np.stack([(waits.times[:, None] >= every).sum(axis=0) for waits in filled.values()]).astype(float)
    happened = np.stack(
        [((waits.times[:, None] == every) & waits.happened[:, None]).sum(axis=0) for waits in filled.values()]
    )
    n, d = waiting.sum(axis=0), happened.sum(axis=0)
    excess = (happened - waiting * d / n).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(n > 1, d * (n - d) / (n**2 * (n - 1)), 0.0)
    k = len(filled)
    variance = np.einsum("t,it,ijt->ij", factor, waiting, n * np.eye(k)[:, :, None] - waiting[None, :, :])
    inner, rest = variance[:-1, :-1], excess[:-1]
    if np.linalg.matrix_rank(inner) < k - 1:
        return 0.0, 0, "not defined: no two conditions were waiting at the same time when it happened"
    return float(rest @ np.linalg.solve(inner, rest)), k - 1, ""
