"""
Lag-sequential tables by event: a stream of codes, its square matrix, with and without codes that may follow themselves.

Expected counts, where every code may follow every other: row total x column total / pairs. Where a code cannot follow
itself (consecutive events only, so at lag 1), the diagonal is no zero that was counted but one that had to be (a
*structural* zero), and the expected counts are those of quasi-independence, fitted to the margins by iterative
proportional fitting (Bakeman & Quera 1995, Psychological Bulletin 118, 272-284; Wickens 1989). Adjusted residuals are
(x - m) / sqrt(m (1 - h)) with h the cell's leverage in that log-linear model (Haberman 1973; Christensen 1997, p. 357),
which without structural zeros is the well-known (x - m) / sqrt(m (1 - row share) (1 - column share)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .association import p_two_sided, quotient, yules_q
from .material import GIVEN, Floats, Group, Ints, Mask
from .stack import Stack

ROUNDS = 10_000
NEAR = 1e-11
#: What is left of 1 - h by rounding alone.
NO_FREEDOM = 1e-9


@dataclass(frozen=True, slots=True)
class Stream:
    """The events of one transcript in order, each the index of its code."""

    transcript: str
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """
    The square matrix of one lag, given in rows; NaN is undefined, and `why` says why for the whole table.

    `possible` is False where a pair cannot be: there 0 is expected, and nothing can be tested. `left_out` counts pairs
    that were seen there nevertheless; they are in no cell. `p` is two-sided against the normal distribution.
    """

    codes: tuple[str, ...]
    lag: int
    frequencies: Ints
    possible: Mask
    expected: Floats
    probabilities: Floats
    adjusted_residuals: Floats
    p: Floats
    yules_q: Floats
    left_out: int = 0
    why: str = ""

    def why_undefined(self, given: str, target: str) -> str:
        """Say why a cell has no adjusted residual, or nothing if it has one."""
        i, j = self.codes.index(given), self.codes.index(target)
        if not np.isnan(self.adjusted_residuals[i, j]):
            return ""
        if not self.possible[i, j]:
            return f"not defined: {given} cannot follow itself"
        if not self.frequencies[i].sum():
            return f"not defined: no code stands {self.lag} after {given}"
        if not self.frequencies[:, j].sum():
            return f"not defined: no code stands {self.lag} before {target}"
        return self.why or "not defined: the margins of the table leave this cell no freedom"


def streams_of(stack: Stack, groups: Sequence[Group]) -> tuple[Stream, ...]:
    """
    Return each session as a stream of groups: turn by turn, those of one turn in the order of the groups.

    A turn in which none is given or known has no event.
    """
    given = stack.groups(groups)
    out = []
    for s, session in enumerate(stack.material.sessions):
        _, which = np.nonzero(given[:, stack.within(s)].T == GIVEN)
        out.append(Stream(session.transcript, tuple(which.tolist())))
    return tuple(out)


def transitions(streams: Sequence[Stream], codes: Sequence[str], lag: int = 1, *, repeats: bool = True) -> Transitions:
    """Count which code follows which `lag` events later, within each stream, and hold it against chance."""
    if lag < 1:
        raise ValueError("A lag is a whole number of events from 1.")
    q = len(codes)
    counts = np.zeros((q, q), dtype=np.int64)
    for stream in streams:
        events = np.asarray(stream.events, dtype=np.int64)
        if events.size and (events.min() < 0 or events.max() >= q):
            raise ValueError(f"{stream.transcript} has an event that is none of the {q} codes.")
        if lag < len(events):
            np.add.at(counts, (events[:-lag], events[lag:]), 1)
    possible = np.ones((q, q), dtype=bool)
    if not repeats and lag == 1:
        np.fill_diagonal(possible, False)
    left_out = int(counts[~possible].sum())
    return of_counts(np.where(possible, counts, 0), codes, lag, possible, left_out)


def tables_by_stream(streams: Sequence[Stream], codes: Sequence[str], lag: int = 1, *, repeats: bool = True) -> Ints:
    """
    Return for every stream and pair of codes the 2 x 2 table (streams, codes, codes, 4): both, given only, then only,
    neither. Where a code cannot follow itself, pairs in which it does are in no table.
    """
    q = len(codes)
    counts = np.zeros((len(streams), q, q), dtype=np.int64)
    for place, stream in enumerate(streams):
        events = np.asarray(stream.events, dtype=np.int64)
        if lag < len(events):
            np.add.at(counts[place], (events[:-lag], events[lag:]), 1)
        if not repeats and lag == 1:
            np.fill_diagonal(counts[place], 0)
    rows, columns = counts.sum(axis=2)[:, :, None], counts.sum(axis=1)[:, None, :]
    n = counts.sum(axis=(1, 2))[:, None, None]
    return np.stack(np.broadcast_arrays(counts, rows - counts, columns - counts, n - rows - columns + counts), axis=-1)


def of_counts(
    counts: Ints, codes: Sequence[str], lag: int = 1, possible: Mask | None = None, left_out: int = 0
) -> Transitions:
    """Hold a square matrix of counts against chance."""
    counts = np.asarray(counts, dtype=np.int64)
    possible = np.ones(counts.shape, dtype=bool) if possible is None else possible
    rows, columns, n = counts.sum(axis=1), counts.sum(axis=0), int(counts.sum())
    why = "" if n else f"not defined: no two events are {lag} apart"
    expected = fitted(counts, possible)
    residual = _residuals(counts, expected, possible)
    tables = np.stack(
        np.broadcast_arrays(
            counts, rows[:, None] - counts, columns[None, :] - counts, n - rows[:, None] - columns[None, :] + counts
        ),
        axis=-1,
    )
    q = np.where(possible, yules_q(tables), np.nan)
    shares = quotient(counts, np.broadcast_to(rows[:, None], counts.shape))
    if not n:
        expected = np.full(counts.shape, np.nan)
    return Transitions(
        tuple(codes), lag, counts, possible, expected, shares, residual, p_two_sided(residual), q, left_out, why
    )


def fitted(counts: Ints, possible: Mask) -> Floats:
    """Return the expected counts of (quasi-)independence: margins as counted, nothing where nothing is possible."""
    rows, columns, n = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    if possible.all():
        return np.outer(rows, columns) / n if n else np.zeros(counts.shape)
    expected = (possible & ~_forced(rows, columns, possible)).astype(np.float64)
    for _ in range(ROUNDS):
        before = expected
        expected = expected * _filled(rows, expected.sum(axis=1))[:, None]
        expected = expected * _filled(columns, expected.sum(axis=0))[None, :]
        if np.abs(expected - before).max(initial=0) < NEAR * max(1, n):
            break
    return expected


def _forced(rows: Ints, columns: Ints, possible: Mask) -> Mask:
    """
    Say which cells the margins force to 0, which fitting would only near, more and more slowly.

    If code i cannot follow itself and all pairs have it at one end (row total i + column total i = n), then no pair can
    have it at neither.
    """
    hub = ~possible.diagonal() & (rows + columns == rows.sum())
    apart = np.zeros(possible.shape, dtype=bool)
    for i in np.flatnonzero(hub):
        inner = np.ones(possible.shape, dtype=bool)
        inner[i], inner[:, i] = False, False
        apart |= inner
    return apart


def _filled(wanted: Ints, now: Floats) -> Floats:
    return np.nan_to_num(quotient(wanted, now))


def _residuals(counts: Ints, expected: Floats, possible: Mask) -> Floats:
    """Return (x - m) / sqrt(m (1 - h)), NaN where m is 0 or the margins alone fix the cell (h = 1)."""
    out = np.full(counts.shape, np.nan)
    used = possible & (expected > 0)
    if not used.any():
        return out
    m = expected[used]
    free = _freedom(counts, expected, possible)[used]
    with np.errstate(divide="ignore", invalid="ignore"):
        out[used] = np.where(free > 0, (counts[used] - m) / np.sqrt(m * free), np.nan)
    return out


def _freedom(counts: Ints, expected: Floats, possible: Mask) -> Floats:
    """Return 1 - h, h the leverage of each cell in the log-linear model: what the margins leave it; at least 0."""
    if possible.all():
        rows, columns, n = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
        return np.outer(n - rows, n - columns) / float(n) ** 2
    m = np.where(possible, expected, 0)
    # A cell's row of the design X has a 1 for its given and one for its target, so that X' M X is m with its margins
    # in the diagonal, and h = m x' (X' M X)^- x needs three entries of a generalised inverse; any gives the same.
    q = len(m)
    inverse = np.linalg.pinv(np.block([[np.diag(m.sum(axis=1)), m], [m.T, np.diag(m.sum(axis=0))]]), hermitian=True)
    own = inverse.diagonal()
    free = 1 - m * (own[:q, None] + own[None, q:] + 2 * inverse[:q, q:])
    return np.where(free > NO_FREEDOM, free, 0)
