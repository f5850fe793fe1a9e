"""
How many times as likely is a naming, turn by turn, in one condition as in another? With sessions as the unit.

The hazard ratio is Cox's (1972) with Breslow's treatment of ties. Turns are counted, not measured: with one baseline
for each turn and a log link, Breslow's partial likelihood is that of a Poisson regression, and it estimates the ratio
of the chances per turn, d1 / n1 over d0 / n0, whatever the baseline. Its interval is that of a delete-one-session
jackknife on the log scale (Lipsitz, Dear & Zhao 1994, Biometrics 50, 842-846), with t and C - 2 degrees of freedom for
C sessions: neither the pulls of one session nor the turns of one wait are taken as independent. What it was chosen over
is in docs/decisions/hazard-ratio-by-session.md.

The test shuffles the conditions over the sessions (seeded) and compares the log-rank score, so it holds for any number
of sessions; under no difference its p is uniform up to the size of its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from scipy.special import stdtrit

from .figures import Figure, undefined
from .intervals import LEAST_SESSIONS
from .material import Floats, Ints, Mask
from .permuting import SEED, SHUFFLES, SLACK
from .survival import Waits

ROUNDS = 100
NEAR = 1e-10


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two conditions: the ratio of their hazards (`of` over `to`) and the p value of the shuffle test."""

    of: str
    to: str
    ratio: Figure
    p: Figure


def compare(
    of: tuple[str, Waits], to: tuple[str, Waits], what: str = "it",
    *, shuffles: int = SHUFFLES, seed: int = SEED,
) -> Contrast:  # fmt: skip
    """Compare two conditions; each is its name and its waits, a session being in one of the two."""
    table = _Table.of(of[1], to[1])
    return Contrast(of[0], to[0], _ratio(table, of[0], to[0], what), _shuffled(table, what, shuffles, seed))


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """For each session (rows) and event time (columns): how many wait, for how many it happens; `x` is 1 in `of`."""

    waiting: Floats
    happened: Floats
    x: Mask

    @classmethod
    def of(cls, one: Waits, other: Waits) -> _Table:
        times = np.unique(np.concatenate([one.times[one.happened], other.times[other.happened]]))
        parts = [_per_session(waits, times) for waits in (one, other)]
        x = np.repeat([True, False], [len(parts[0][0]), len(parts[1][0])])
        return cls(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), x)

    def without(self, session: int) -> _Table:
        """Leave a session out, and the times at which only there something happened."""
        happened = np.delete(self.happened, session, axis=0)
        kept = happened.sum(axis=0) > 0
        waiting = np.delete(self.waiting, session, axis=0)
        return _Table(waiting[:, kept], happened[:, kept], np.delete(self.x, session))


def _per_session(waits: Waits, times: Floats) -> tuple[Floats, Floats]:
    names, place = np.unique(waits.sessions, return_inverse=True)
    waiting, happened = np.zeros((len(names), len(times))), np.zeros((len(names), len(times)))
    np.add.at(waiting, place, (waits.times[:, None] >= times).astype(np.float64))
    np.add.at(happened, place, ((waits.times[:, None] == times) & waits.happened[:, None]).astype(np.float64))
    return waiting, happened


def _ratio(table: _Table, of: str, to: str, what: str) -> Figure:
    sessions = len(table.x)
    for name, chosen in ((of, table.x), (to, ~table.x)):
        if not chosen.any():
            return undefined(f"not defined: no session of {name} has a pull", sessions)
        if not table.happened[chosen].sum():
            return undefined(f"not defined: {what} never follows a pull in {name}", sessions)
    beta = _fit(table)
    if beta is None:
        return undefined("not defined: the two conditions were never waiting at the same time", sessions)
    value = float(np.exp(beta))
    if sessions < LEAST_SESSIONS or min(table.x.sum(), (~table.x).sum()) < 2:
        why = f"no interval: {int(table.x.sum())} and {int((~table.x).sum())} sessions are too few"
        return Figure(value, sessions, why_no_interval=why)
    left = [_fit(table.without(session), beta) for session in range(sessions)]
    if any(one is None for one in left):
        return Figure(value, sessions, why_no_interval=f"no interval: in one condition {what} is in one session only")
    spread = np.array(left, dtype=np.float64)
    error = float(np.sqrt((sessions - 1) / sessions * ((spread - spread.mean()) ** 2).sum()))
    half = float(stdtrit(sessions - 2, 0.975)) * error
    low, high = float(np.exp(beta - half)), float(np.exp(beta + half))
    return Figure(value, sessions, low=low, high=high, kind="Cox, jackknife over sessions")


def _sums(table: _Table, beta: float) -> tuple[Floats, Floats]:
    """Return at each time the events, and the part of the weighted number waiting that `of` makes up."""
    waiting = table.waiting[table.x].sum(axis=0) * np.exp(beta)
    return table.happened.sum(axis=0), waiting / (waiting + table.waiting[~table.x].sum(axis=0))


def _fit(table: _Table, beta: float = 0.0) -> float | None:
    """Solve sum over times of d1 - d m(beta) = 0 by Newton's steps, none longer than 1; None if nothing solves it."""
    seen = float(table.happened[table.x].sum())
    if not 0 < seen < table.happened.sum():
        return None
    for _ in range(ROUNDS):
        d, mean = _sums(table, beta)
        score, information = seen - float((d * mean).sum()), float((d * mean * (1 - mean)).sum())
        if information < NEAR:
            return None
        step = float(np.clip(score / information, -1, 1))
        beta += step
        if abs(step) < NEAR:
            return beta
    return None


def _shuffled(table: _Table, what: str, shuffles: int, seed: int) -> Figure:
    sessions, ones = len(table.x), int(table.x.sum())
    if not ones or ones == sessions:
        return undefined("not defined: one of the two conditions has no session with a pull", sessions)
    if not table.happened.sum():
        return undefined(f"not defined: {what} never follows a pull in either condition", sessions)

    arrangements = comb(sessions, ones)
    if arrangements < 20:
        why = f"not defined: {sessions} sessions can be shuffled in {arrangements} ways only, too few for a test"
        return undefined(why, sessions)
    d, n = table.happened.sum(axis=0), table.waiting.sum(axis=0)
    scores = (table.happened - table.waiting * d / n).sum(axis=1)
    chance = np.random.default_rng(seed)
    order: Ints = np.argsort(chance.random((shuffles, sessions)), axis=1)[:, :ones]
    sums = np.concatenate([[scores[table.x].sum()], scores[order].sum(axis=1)])
    away = np.abs(sums - scores.sum() * ones / sessions)
    p = float((away >= away[0] - SLACK).mean())
    return Figure(p, sessions, kind=f"{shuffles} shuffles of the conditions over sessions, seed {seed}")
