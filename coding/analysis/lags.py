"""
Lag-sequential tables by turn: how often a turn with the target stands `lag` turns after a turn with the given.

A pair is two turns of one session whose numbers differ by the lag; pairs never cross a transcript. A turn without a
value for the given or the target (law 1) is in no pair of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .association import Association, Tables, associate
from .material import GIVEN, NO_VALUE, Bytes, Group, Mask
from .stack import Stack

Counts = npt.NDArray[Any]
Singles = npt.NDArray[np.float32]  # counts of up to 2**24 turns are exact in them
BLOCK = 32  # sessions whose products stay in the processor's cache together


@dataclass(frozen=True, slots=True, eq=False)
class Lagged:
    """
    Every 2 x 2 table: counts (lags, sessions, givens, targets, 4) of a, b, c, d, in small integers.

    `given_in` and `target_in` say in which sessions (rows) each group occurs at all, in a pair or not.
    """

    givens: tuple[str, ...]
    targets: tuple[str, ...]
    lags: tuple[int, ...]
    transcripts: tuple[str, ...]
    counts: Counts
    given_in: Mask
    target_in: Mask

    def pooled(self) -> Tables:
        """Return the tables of all sessions added up, (lags, givens, targets, 4)."""
        total: Tables = self.counts.sum(axis=1, dtype=np.int64)
        return total

    def tables(self, given: str, target: str, lag: int) -> Tables:
        """Return the tables of one pair, a row for every session."""
        place = self.lags.index(lag), slice(None), self.givens.index(given), self.targets.index(target)
        found: Tables = self.counts[place].astype(np.int64)
        return found

    def of(self, given: str, target: str, lag: int, transcript: str | None = None) -> Association:
        """Say how strongly the target follows the given at this lag, in one session or in all of them."""
        tables = self.tables(given, target, lag)
        where, sessions = " in this layer", slice(None)
        if transcript is not None:
            at = self.transcripts.index(transcript)
            where, sessions = f" in {transcript}", slice(at, at + 1)
        unpaired = (
            f"no judged turn stands {lag} after {given}{where}"
            if self.given_in[sessions, self.givens.index(given)].any()
            else "",
            f"no judged turn stands {lag} before {target}{where}"
            if self.target_in[sessions, self.targets.index(target)].any()
            else "",
        )
        pair = f"pair of judged turns {lag} apart"
        return associate(tables[sessions], given, target, pair, where, unpaired=unpaired)


def lagged(stack: Stack, givens: Sequence[Group], targets: Sequence[Group], lags: Sequence[int]) -> Lagged:
    """
    Count all pairs of groups at all lags, session by session.

    With G and T the 0/1 rows of given and target and U, V their known-or-not, the four products G T', G V', U T', U V'
    of one session shifted by the lag are a, r, k and n: all tables of a session and lag are one matrix product.
    """
    _check_lags(lags)
    one = stack.groups(givens)
    two = one if list(givens) == list(targets) else stack.groups(targets)
    within = [stack.within(s) for s in range(len(stack.lengths))]
    counts = tables_of(one, two, within, lags)
    given_in = _occurring(one, within)
    target_in = given_in if two is one else _occurring(two, within)
    names = tuple(session.transcript for session in stack.material.sessions)
    return Lagged(
        tuple(x.name for x in givens), tuple(x.name for x in targets), tuple(lags), names, counts, given_in, target_in
    )


def _occurring(given: Bytes, within: Sequence[slice]) -> Mask:
    return np.array([(given[:, places] == GIVEN).any(axis=1) for places in within], dtype=bool).reshape(-1, len(given))


def tables_of(one: Bytes, two: Bytes, sessions: Sequence[slice], lags: Sequence[int]) -> Counts:
    """
    Return the tables (lags, sessions, rows of one, rows of two, 4) of 1, 0 or -1 at places, -1 being in no table.

    A lag of 0 holds each place against itself.
    """
    g, t = len(one), len(two)
    shared = _shares_one_mask(one) and _shares_one_mask(two)
    longest = max((places.stop - places.start for places in sessions), default=0)
    fits = np.int16 if longest <= np.iinfo(np.int16).max else np.int32
    counts = np.empty((len(lags), len(sessions), g, t, 4), dtype=fits)
    for begin in range(0, len(sessions), BLOCK):
        block = sessions[begin : begin + BLOCK]
        products = _products(one, two, block, lags, shared)
        a = products[:, :, :g, :t]
        r, k, n = products[:, :, :g, t:], products[:, :, g:, :t], products[:, :, g:, t:]
        part = counts[:, begin : begin + BLOCK]
        part[..., 0], part[..., 1], part[..., 2], part[..., 3] = a, r - a, k - a, n - r - k + a
    return counts


def _products(one: Bytes, two: Bytes, sessions: Sequence[slice], lags: Sequence[int], shared: bool) -> Singles:
    begin, end = sessions[0].start, sessions[-1].stop
    left = _indicators(one[:, begin:end], shared)
    right = left if two is one else _indicators(two[:, begin:end], shared)
    out = np.zeros((len(lags), len(sessions), len(left), len(right)), dtype=np.float32)
    for s, places in enumerate(sessions):
        here = slice(places.start - begin, places.stop - begin)
        earlier, later = left[:, here], right[:, here]
        length = earlier.shape[1]
        for i, lag in enumerate(lags):
            if lag < length:
                np.matmul(earlier[:, : length - lag], later[:, lag:].T, out=out[i, s])
    return out


def _indicators(given: Bytes, shared: bool) -> Singles:
    """Return the rows given-or-not, then known-or-not: one for all groups if they share it, else one each."""
    known = given != NO_VALUE
    return np.concatenate([given == GIVEN, known[:1] if shared else known]).astype(np.float32)


def _shares_one_mask(given: Bytes) -> bool:
    known = given != NO_VALUE
    return bool((known == known[:1]).all())


def _check_lags(lags: Sequence[int]) -> None:
    if not len(lags):
        raise ValueError("Name at least one lag.")
    if any(lag < 1 for lag in lags):
        raise ValueError("A lag is a whole number of turns from 1.")
    if len(set(lags)) < len(lags):
        raise ValueError("A lag is named twice.")
