"""Shuffles within sessions: seeded, honest under no association, kept to the turns that may change places."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom, kstest

from coding.analysis.lags import lagged
from coding.analysis.material import CodeOf, Material, Session
from coding.analysis.permuting import shuffled, shuffled_pair
from coding.analysis.stack import Stack
from tests.coding.analysis.making import group, material

A, B = group("A"), group("B")


def at_random(chance: np.random.Generator, sessions: int = 8, turns: int = 60, rate: float = 0.25) -> Material:
    made = []
    for k in range(sessions):
        own = rate * chance.uniform(0.3, 1.7)
        values = (chance.random((turns, 3)) < own).astype(np.int8)
        made.append(Session(f"T{k}", values, np.ones(turns, dtype=bool), ("patient", "therapist") * (turns // 2)))
    return Material(tuple(CodeOf(key) for key in "ABC"), tuple(made))


def test_the_same_seed_gives_the_same_p_and_another_seed_another() -> None:
    stack = Stack.of(at_random(np.random.default_rng(1)))

    first, again, other = (shuffled(stack, [A], [B], [1], shuffles=99, seed=seed).p for seed in (1, 1, 2))

    assert (first == again).all()
    assert (first != other).any()


def test_the_p_of_one_pair_nears_that_of_the_hypergeometric_distribution() -> None:
    table = np.array([[7, 3, 10, 40]])
    n, r, k = 60, 10, 17
    spread = hypergeom(n, r, k)
    counts = np.arange(0, 11)
    away = np.abs(counts - r * k / n)

    exact = spread.pmf(counts)[away >= away[7] - 1e-9].sum()

    assert shuffled_pair(table, shuffles=20_000, seed=3).value == pytest.approx(exact, abs=0.003)


def test_one_pair_and_the_whole_table_agree_about_a_pair() -> None:
    stack = Stack.of(at_random(np.random.default_rng(5)))
    tables = lagged(stack, [A], [B], [1])

    quick = shuffled_pair(tables.tables("A", "B", 1), shuffles=4000)
    slow, _, _ = shuffled(stack, [A], [B], [1], shuffles=4000).of("A", "B", 1)

    assert quick.value == pytest.approx(slow.value, abs=0.035)


def test_p_is_not_too_small_where_there_is_no_association() -> None:
    """60 studies whose sessions differ in their rates: pooling alone would find the difference between sessions."""
    chance = np.random.default_rng(20_260_401)
    pairs, single, largest = [], [], []
    for run in range(60):
        stack = Stack.of(at_random(chance))
        found = shuffled(stack, [A, B], [B, group("C")], [1, 2], shuffles=99, seed=run)
        single.append(found.p[0, 0, 0])
        largest.append(found.p_max.min())
        pairs.append(shuffled_pair(found.tables.tables("A", "B", 1), shuffles=199, seed=run).value)

    for values in (single, largest, pairs):
        # Counts are whole numbers and ties count as seen: p may be a little too large, and must not be too small.
        assert kstest(values, "uniform", alternative="greater").pvalue > 0.01
        assert np.mean(values) < 0.65


def test_an_association_is_found_and_the_correction_never_lowers_p() -> None:
    stack = Stack.of(material(*["A B . . A B . . A B . ."] * 6, codes="ABC"))

    found = shuffled(stack, [A], [A, B], [1, 2], shuffles=199)

    p, by_holm, by_max = found.of("A", "B", 1)
    assert p.value == pytest.approx(1 / 200)
    assert by_holm.value >= p.value
    assert by_max.value >= p.value
    assert by_max.value < 0.05


def test_within_speakers_that_two_people_take_turns_is_no_finding() -> None:
    chance = np.random.default_rng(8)
    made = []
    for k in range(8):
        values = np.zeros((60, 3), dtype=np.int8)
        values[::2, 0] = chance.random(30) < 0.5  # A is the patient's
        values[1::2, 1] = chance.random(30) < 0.5  # B is the therapist's
        made.append(Session(f"T{k}", values, np.ones(60, dtype=bool), ("patient", "therapist") * 30))
    stack = Stack.of(Material(tuple(CodeOf(key) for key in "ABC"), tuple(made)))

    by_session = shuffled(stack, [A], [B], [1], shuffles=199)
    by_speakers = shuffled(stack, [A], [B], [1], shuffles=199, within="speakers")

    assert by_session.p[0, 0, 0] < 0.01
    assert by_speakers.p[0, 0, 0] > 0.05


def test_a_count_that_no_shuffle_changes_has_no_p_and_says_why() -> None:
    stack = Stack.of(material("A A A", "A", codes="AB"))

    single, by_holm, by_max = shuffled(stack, [A], [A, B], [1], shuffles=9).of("A", "B", 1)

    for figure in (single, by_holm, by_max, shuffled_pair(np.array([[2, 0, 0, 0]]))):
        assert figure.value is None
        assert figure.why == "not defined: no shuffle within a session changes this count"


def test_turns_without_a_value_stay_where_they_are() -> None:
    """A count over known pairs cannot exceed what its margins allow in any shuffle, so its p is that of the pair."""
    stack = Stack.of(material("A B? B . A B . A? B . A . B B . A", codes="AB"))

    quick = shuffled_pair(lagged(stack, [A], [B], [1]).tables("A", "B", 1), shuffles=4000)
    whole = shuffled(stack, [A], [B], [1], shuffles=4000)

    assert whole.p[0, 0, 0] == pytest.approx(quick.value, abs=0.035)


def test_how_to_shuffle_is_checked() -> None:
    stack = Stack.of(material("A", codes="AB"))

    with pytest.raises(ValueError, match="at least one shuffle"):
        shuffled(stack, [A], [B], [1], shuffles=0)
    with pytest.raises(ValueError, match="within one of"):
        shuffled(stack, [A], [B], [1], within="the hour")
