"""Shuffles of a stream of events, with and without codes that may follow themselves."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest

from coding.analysis.events import Stream
from coding.analysis.shuffled_events import _swap, shuffled_events


def stream(text: str, name: str = "T") -> Stream:
    return Stream(name, tuple("ABC".index(letter) for letter in text))


def test_what_always_follows_is_found_and_chance_is_not() -> None:
    p, by_holm, by_max = shuffled_events([stream("ABCABCABCABCABC")] * 3, "ABC", shuffles=199)

    assert p[0, 1] == pytest.approx(1 / 200)
    assert (by_holm >= p).all()
    assert (by_max >= p).all()
    noise, _, _ = shuffled_events(
        [Stream("T", tuple(np.random.default_rng(2).integers(0, 3, 200)))], "ABC", shuffles=199
    )
    assert noise.min() > 0.01


def test_without_repeats_no_order_has_one_and_all_orders_are_as_likely() -> None:
    events = np.array([0, 1, 0, 2, 1])
    orders = np.tile(events, (6000, 1))

    _swap(orders, np.random.default_rng(3))

    assert (orders[:, 1:] != orders[:, :-1]).all()
    assert (np.sort(orders, axis=1) == np.sort(events)).all()
    allowed = {order for order in permutations(events.tolist()) if all(a != b for a, b in pairwise(order))}
    seen, counts = np.unique(orders, axis=0, return_counts=True)
    assert {tuple(row) for row in seen.tolist()} == allowed
    expected = 6000 / len(allowed)
    assert ((counts - expected) ** 2 / expected).sum() < 25  # .99 of chi-square with 11 degrees of freedom


def test_two_codes_in_turns_leave_no_freedom() -> None:
    p, _, _ = shuffled_events([stream("ABABAB")], "AB", repeats=False, shuffles=49)

    assert np.isnan(p[0, 0])
    assert np.isnan(p).sum() + (p[~np.isnan(p)] > 0.1).sum() == 4


def test_what_cannot_be_shuffled_is_refused() -> None:
    with pytest.raises(ValueError, match="follows itself"):
        shuffled_events([stream("AAB")], "ABC", repeats=False)
    with pytest.raises(ValueError, match="at least one shuffle"):
        shuffled_events([stream("AAB")], "ABC", shuffles=0)


def test_streams_shorter_than_the_lag_have_no_p() -> None:
    p, by_holm, by_max = shuffled_events([stream("A"), stream("")], "ABC", lag=2, shuffles=9)

    assert np.isnan(np.stack([p, by_holm, by_max])).all()
