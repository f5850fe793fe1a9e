"""What must not change a coefficient, does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.reliability import Nominal, Scale, agreement, measure
from coding.reliability.filling import fill
from coding.reliability.pairing import every_pair

NOMINAL = ["percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "conger_kappa", "brennan_prediger",
           "light_kappa"]  # fmt: skip
METRICS = ["krippendorff_alpha_ordinal", "krippendorff_alpha_interval", "krippendorff_alpha_ratio"]
seeds = st.integers(0, 10_000)


def drawn(seed: int, q: int = 3, raters: int = 4, units: int = 12) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.random.default_rng(seed).integers(-1, q, (raters, units))


def values(ratings: np.ndarray[tuple[int, int], np.dtype[np.int64]], q: int = 3) -> list[float | None]:
    table = measure(Nominal.from_ratings(ratings, q), NOMINAL, interval="none")
    return [table[name].value for name in NOMINAL]


def close(first: list[float | None], second: list[float | None]) -> None:
    assert [x is None for x in first] == [x is None for x in second]
    assert [x for x in first if x is not None] == pytest.approx([x for x in second if x is not None], abs=1e-12)


@given(seeds)
def test_the_order_of_raters_units_and_labels_does_not_matter(seed: int) -> None:
    ratings, rng = drawn(seed), np.random.default_rng(seed + 1)
    relabelled = np.append(rng.permutation(3), -1)[ratings]

    close(values(ratings), values(ratings[rng.permutation(4)]))
    close(values(ratings), values(ratings[:, rng.permutation(12)]))
    close(values(ratings), values(relabelled))


@given(seeds)
def test_units_without_a_rating_change_nothing(seed: int) -> None:
    ratings = drawn(seed)

    close(values(ratings), values(np.concatenate([ratings, np.full((4, 5), -1)], axis=1)))


@given(seeds)
def test_giving_every_unit_twice_moves_only_alpha_which_knows_the_sample_size(seed: int) -> None:
    ratings = drawn(seed)
    once, twice = values(ratings), values(np.concatenate([ratings, ratings], axis=1))
    alpha = NOMINAL.index("krippendorff_alpha")

    close(once[:alpha] + once[alpha + 1 :], twice[:alpha] + twice[alpha + 1 :])


@given(seeds)
def test_two_categories_make_every_metric_nominal(seed: int) -> None:
    variable = Scale.from_ratings(drawn(seed, q=2), [0.0, 1.0])

    table = measure(variable, ["krippendorff_alpha", *METRICS], interval="none")

    for metric in METRICS:
        close([table["krippendorff_alpha"].value], [table[metric].value])


@given(seeds)
def test_transcripts_in_any_order_give_the_same_numbers(seed: int) -> None:
    ratings, rng = drawn(seed, units=30), np.random.default_rng(seed + 1)
    clusters, order = rng.integers(0, 6, 30), rng.permutation(30)

    one = measure(Nominal.from_ratings(ratings, 3, clusters), NOMINAL)
    other = measure(Nominal.from_ratings(ratings[:, order], 3, clusters[order]), NOMINAL)

    for name in NOMINAL:
        close([one[name].value, one[name].low], [other[name].value, other[name].low])


def test_the_plain_entry_says_what_the_variable_says() -> None:
    ratings = drawn(7, units=200).astype(np.int8)

    plain = agreement(ratings, 3, coefficients=[*NOMINAL, "cohen_kappa_pairs"])
    pairs = plain.pop("cohen_kappa_pairs")

    close([plain[name] for name in NOMINAL], values(ratings))  # type: ignore[arg-type,misc]
    assert isinstance(pairs, list)
    assert np.mean([p for p in pairs if p is not None]) == pytest.approx(plain["light_kappa"])


BLOCKS = ("counts", "share", "pairable", "within", "agree", "by_rater", "joint", "cells", "cell_shares")


@given(seeds, st.sampled_from([2, 3, 9, 16]), st.integers(1, 9))
def test_bits_and_plain_counts_are_the_same_sums(seed: int, q: int, raters: int) -> None:
    clusters = np.sort(np.random.default_rng(seed).integers(0, 4, 150))
    variable = Nominal.from_ratings(drawn(seed, q=q, raters=raters, units=150), q, clusters)
    plain = Nominal.from_ratings(variable.ratings, q, clusters)

    for block in BLOCKS if raters > 1 else BLOCKS[:6]:
        plain.count(block)
        np.testing.assert_allclose(variable.block(block), plain.block(block))


@given(seeds, st.sampled_from([2, 4, 16]))
def test_the_joint_table_of_two_raters_says_everything_about_the_units_both_rated(seed: int, q: int) -> None:
    clusters = np.sort(np.random.default_rng(seed).integers(0, 4, 150))
    variable = Scale.from_ratings(drawn(seed, q=q, raters=3, units=150), [float(v * v) for v in range(q)], clusters)

    for (i, j), pair in every_pair(variable).items():
        both = (variable.ratings[[i, j]] >= 0).all(axis=0)
        alone = Scale.from_ratings(variable.ratings[[i, j]][:, both], variable.labels, clusters[both])
        for block in BLOCKS:
            np.testing.assert_allclose(pair.block(block), alone.block(block))
        np.testing.assert_array_equal(pair.ratings, alone.ratings)
        np.testing.assert_array_equal(pair.cluster, alone.cluster)


@given(seeds, st.sampled_from([2, 5, 17, 30, 70]))
def test_an_estimate_does_not_depend_on_what_the_units_are_gathered_into(seed: int, q: int) -> None:
    ratings, scale = drawn(seed, q=q, units=120), [float(v + 1) for v in range(q)]
    names = [*NOMINAL, *METRICS, "gwet_ac2_ordinal", "conger_kappa_linear", "light_kappa_quadratic", "icc_2_1"]

    together = measure(Scale.from_ratings(ratings, scale, np.arange(120) // 40), names, interval="none")
    alone = measure(Scale.from_ratings(ratings, scale), names, interval="none")

    for name in names:
        close([together[name].value], [alone[name].value])


@given(seeds)
def test_counting_many_variables_side_by_side_changes_no_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(40, 200, 5)
    several = [
        Nominal.from_ratings(drawn(seed + i, q=2, units=int(n)), 2, np.sort(rng.integers(0, 2, n)))
        for i, n in enumerate(sizes)
    ]

    fill(several, "counts")
    fill(several, "joint")

    for variable in several:
        alone = Nominal.from_ratings(variable.ratings, 2, variable.cluster)
        for block in BLOCKS:
            np.testing.assert_array_equal(variable.block(block), alone.block(block))
