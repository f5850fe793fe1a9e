"""
P values of a square table by shuffling the events of each stream, seeded.

Where codes may follow themselves, every order of the stream's events is as likely. Where they may not, every order
without a repeat is: from the order seen, two events drawn at random change places again and again, unless that would
put a code after itself (a Markov chain whose orders are all equally likely; as the sampled permutations of Bakeman,
Robinson & Quera 1996). Each shuffle is a chain of its own, of ten tries for every event: n log n / 2 exchanges mix a
pack of n cards (Diaconis & Shahshahani 1981, Z. Wahrsch. verw. Gebiete 57, 159-179), 3 n of them 400. p, p by Holm and
by the maximum as in `permuting`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .association import holm
from .events import Stream
from .material import Floats, Ints, Mask
from .permuting import SEED, SHUFFLES, p_values

TRIES, LEAST_TRIES = 10, 200
MOST_TRIES, FEWEST = 20_000_000, 199  # beyond so many tries in all there are fewer shuffles, but not fewer than these


def affordable(streams: Sequence[Stream], *, repeats: bool, shuffles: int = SHUFFLES) -> int:
    """Give how many shuffles are made without long waiting: fewer where long streams must not repeat a code."""
    if repeats:
        return shuffles
    tries = sum(_tries(len(stream.events)) for stream in streams)
    return min(shuffles, max(FEWEST, MOST_TRIES // max(tries, 1)))


def _tries(events: int) -> int:
    return max(TRIES * events, LEAST_TRIES)


def shuffled_events(
    streams: Sequence[Stream], codes: Sequence[str], lag: int = 1,
    *, repeats: bool = True, shuffles: int = SHUFFLES, seed: int = SEED,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """
    Return p, p by Holm and p by the maximum (codes, codes), NaN where no shuffle changes the count.

    With `repeats=False` raises ValueError for a stream in which a code follows itself.
    """
    if lag < 1 or shuffles < 1:
        raise ValueError("A lag is a whole number of events from 1, and there must be at least one shuffle.")
    chance, q = np.random.default_rng(seed), len(codes)
    counts = np.zeros((shuffles + 1, q, q))
    for stream in streams:
        events = np.asarray(stream.events, dtype=np.int64)
        if not repeats and (events[1:] == events[:-1]).any():
            raise ValueError(
                f"{stream.transcript} has a code that follows itself; it cannot be shuffled without repeats."
            )
        orders = np.tile(events, (shuffles + 1, 1))
        if repeats:
            orders[1:] = chance.permuted(orders[1:], axis=1)
        else:
            _swap(orders[1:], chance)
        counts += _counted(orders, q, lag)
    p, p_max = p_values(counts)
    return p, holm(p), p_max


def _counted(orders: Ints, q: int, lag: int) -> Floats:
    rows, n = orders.shape
    if n <= lag:
        return np.zeros((rows, q, q))
    cell = orders[:, :-lag] * q + orders[:, lag:] + np.arange(rows)[:, None] * q * q
    counted: Floats = np.bincount(cell.ravel(), minlength=rows * q * q).reshape(rows, q, q).astype(np.float64)
    return counted


def _swap(orders: Ints, chance: np.random.Generator) -> None:
    """Let two events of each row change places, again and again, wherever that puts no code after itself."""
    rows, n = orders.shape
    if n < 3:
        return
    every = np.arange(rows)
    for _ in range(_tries(n)):
        i, j = chance.integers(0, n, (2, rows))
        one, two = orders[every, i], orders[every, j]
        orders[every, i], orders[every, j] = two, one
        wrong = _repeats(orders, every, i) | _repeats(orders, every, j)
        orders[every[wrong], i[wrong]], orders[every[wrong], j[wrong]] = one[wrong], two[wrong]


def _repeats(orders: Ints, every: Ints, place: npt.NDArray[np.int64]) -> Mask:
    n = orders.shape[1]
    here = orders[every, place]
    before = (place > 0) & (orders[every, np.maximum(place - 1, 0)] == here)
    after = (place < n - 1) & (orders[every, np.minimum(place + 1, n - 1)] == here)
    wrong: Mask = before | after
    return wrong
