"""
What chance does: shuffles within sessions, seeded.

The pairs (this turn, the turn `lag` later) of a session stay; the later turns are dealt to them anew, in all of their
codes together, among the pairs of the same session (`within="session"`) or among those of it whose two turns are by the
same speaker roles (`within="speakers"`: then that one code is the therapist's and the other the patient's, who take
turns, is no finding). After Bakeman, Robinson & Quera (1996), Psychological Methods 1, 4-15; the session holds what
differs between sessions.

With k shuffles and the counts a_0 (seen), a_1 ... a_k, mean m and standard deviation s over all k + 1, let
z_i = (a_i - m) / s. A cell's p is the share of |z_i| >= |z_0|; the p by the maximum is the share of shuffles whose
largest |z_i| over all cells is at least the cell's |z_0| (Westfall & Young 1993): it holds for the whole table however
its cells depend on each other. Every p counts what was seen as one of the k + 1, so none is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .association import Tables, holm
from .figures import Figure, undefined
from .lags import Lagged, lagged
from .material import GIVEN, NO_VALUE, Floats, Group, Ints, Mask
from .stack import Stack

SHUFFLES = 1_000
SEED = 20_260_101
WITHIN = ("session", "speakers")
FIXED = "not defined: no shuffle within a session changes this count"
AT_ONCE = 1_000_000  # numbers in an array: few enough for memory, many enough that drawing them costs little each
SLACK = 1e-9  # of two counts that are equal up to rounding, none is larger


@dataclass(frozen=True, slots=True, eq=False)
class Shuffled:
    """P values (lags, givens, targets), NaN where no shuffle changes the count: single, by Holm, by the maximum."""

    tables: Lagged
    p: Floats
    p_holm: Floats
    p_max: Floats
    shuffles: int
    seed: int
    within: str

    def of(self, given: str, target: str, lag: int) -> tuple[Figure, Figure, Figure]:
        """Return the three p values of one cell of the table."""
        tables = self.tables
        at = tables.lags.index(lag), tables.givens.index(given), tables.targets.index(target)
        n = int(tables.pooled()[at].sum())
        values = [float(array[at]) for array in (self.p, self.p_holm, self.p_max)]
        one, two, three = (undefined(FIXED, n) if np.isnan(v) else Figure(v, n) for v in values)
        return one, two, three


def shuffled(
    stack: Stack, givens: Sequence[Group], targets: Sequence[Group], lags: Sequence[int],
    *, shuffles: int = SHUFFLES, seed: int = SEED, within: str = "session",
) -> Shuffled:  # fmt: skip
    """Test every pair of groups at every lag, over all sessions together, against the same shuffles."""
    _check(shuffles, within)
    tables = lagged(stack, givens, targets, lags)
    left, right = (stack.groups(groups) for groups in (givens, targets))
    seen = tables.pooled()[..., 0].astype(np.float64)
    counts = np.empty((shuffles + 1, *seen.shape))
    counts[0] = seen
    chance = np.random.default_rng(seed)
    for i, lag in enumerate(lags):
        earlier, strata = _pairs(stack, lag, within)
        group, pair = np.nonzero(left[:, earlier] == GIVEN)
        # Few turns differ in what was given: what a turn brings is the number of its pattern of targets.
        patterns, dealt = np.unique(right[:, earlier + lag] == GIVEN, axis=1, return_inverse=True)
        brings, kinds, two = dealt.reshape(-1), patterns.shape[1], patterns.T.astype(np.float64)
        # Only pairs of which the same is known change their later turns: law 1 holds in every shuffle.
        strata = _split(strata, np.concatenate([left[:, earlier], right[:, earlier + lag]]) == NO_VALUE)
        begin, cells = 1, len(left) * kinds
        for orders in _orders(strata, len(earlier), shuffles, AT_ONCE // max(len(earlier) * len(right), 1), chance):
            rows = np.arange(len(orders))[:, None]
            # Only earlier turns with a given count, each once for each of them: how often is which pattern dealt to it?
            found = (rows * len(left) + group) * kinds + brings[orders[:, pair]]
            often = np.bincount(found.reshape(-1), minlength=len(orders) * cells)
            counts[begin : begin + len(orders), i] = often.reshape(len(orders), len(left), kinds) @ two
            begin += len(orders)
    p, p_max = p_values(counts)
    return Shuffled(tables, p, holm(p), p_max, shuffles, seed, within)


def shuffled_pair(tables: Tables, *, shuffles: int = SHUFFLES, seed: int = SEED) -> Figure:
    """
    Return the p value of one pair from the tables of its sessions (sessions, 4), pooled.

    Dealing the k targets of a session anew to its n pairs, r of which have the given, is drawing from the
    hypergeometric distribution with n, r and k: the shuffles need not be carried out.
    """
    _check(shuffles, "session")
    a, b, c, d = np.asarray(tables, dtype=np.int64).reshape(-1, 4).T
    n = int((a + b + c + d).sum())
    moving = ((a + b) * (c + d) * (a + c) * (b + d)) > 0
    if not moving.any():
        return undefined(FIXED, n)
    a, b, c, d = a[moving], b[moving], c[moving], d[moving]
    drawn = np.random.default_rng(seed).hypergeometric(a + b, c + d, a + c, size=(shuffles, len(a)))
    sums = np.concatenate([[a.sum()], drawn.sum(axis=1)]).astype(np.float64)
    away = np.abs(sums - sums.mean())
    return Figure(float((away >= away[0] - SLACK).mean()), n, kind=f"{shuffles} shuffles within sessions, seed {seed}")


def _pairs(stack: Stack, lag: int, within: str) -> tuple[Ints, list[Ints]]:
    """Return the earlier places of all pairs of judged turns, and the pairs that may change their later turns."""
    places = np.arange(len(stack.judged) - lag) if lag < len(stack.judged) else np.empty(0, dtype=np.int64)
    session = stack.session_of
    whole = (session[places] == session[places + lag]) & stack.judged[places] & stack.judged[places + lag]
    earlier = places[whole]
    key = session[earlier]
    if within == "speakers":
        roles, role = np.unique(
            np.concatenate([np.array(s.speakers, dtype=str) for s in stack.material.sessions] or [np.empty(0, str)]),
            return_inverse=True,
        )
        key = (key * len(roles) + role[earlier]) * len(roles) + role[earlier + lag]
    return earlier, _strata(key)


def _strata(key: Ints) -> list[Ints]:
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return [part for part in np.split(order, cuts) if len(part) > 1]


def _split(strata: list[Ints], unknown: Mask) -> list[Ints]:
    if not unknown.any():
        return strata
    _, pattern = np.unique(unknown, axis=1, return_inverse=True)
    out: list[Ints] = []
    for stratum in strata:
        inner = pattern.reshape(-1)[stratum]
        out += [stratum[inner == value] for value in np.unique(inner)]
    return [stratum for stratum in out if len(stratum) > 1]


def _orders(strata: list[Ints], pairs: int, shuffles: int, at_once: int, chance: np.random.Generator) -> Iterator[Ints]:
    """Return shuffles as rows, so many at a time."""
    rest = shuffles
    while rest:
        rows = min(rest, max(at_once, 1))
        orders = np.tile(np.arange(pairs), (rows, 1))
        for stratum in strata:
            orders[:, stratum] = chance.permuted(orders[:, stratum], axis=1)
        yield orders
        rest -= rows


def p_values(counts: Floats) -> tuple[Floats, Floats]:
    """Return the p values of counts (k + 1, ...), seen first: single and by the maximum; NaN where nothing moves."""
    p, p_max = np.full(counts.shape[1:], np.nan), np.full(counts.shape[1:], np.nan)
    moves = np.ptp(counts, axis=0) > 0
    if moves.any():
        moving = counts[:, moves]
        size = np.abs(moving - moving.mean(axis=0)) / moving.std(axis=0)
        p[moves] = (size >= size[0] - SLACK).mean(axis=0)
        p_max[moves] = (size.max(axis=1)[:, None] >= size[0] - SLACK).mean(axis=0)
    return p, p_max


def _check(shuffles: int, within: str) -> None:
    if shuffles < 1:
        raise ValueError("There must be at least one shuffle.")
    if within not in WITHIN:
        raise ValueError(f"Shuffles are within one of: {', '.join(WITHIN)}.")
