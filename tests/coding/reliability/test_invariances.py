"""What must not change a coefficient, does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.reliability import Nominal, Scale, Sets, agreement, measure
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


SCALED = ["krippendorff_alpha_ordinal", "krippendorff_alpha_interval", "gwet_ac2_ordinal", "fleiss_kappa_quadratic",
          "conger_kappa_linear", "light_kappa_quadratic", "brennan_prediger_linear", "icc_1_1", "icc_2_1",
          "icc_3_k"]  # fmt: skip


def scaled(ratings: np.ndarray[tuple[int, int], np.dtype[np.int64]], q: int = 4) -> list[float | None]:
    table = measure(Scale.from_ratings(ratings, [float(v) for v in range(q)]), SCALED, interval="none")
    return [table[name].value for name in SCALED]


@given(seeds)
def test_neither_the_order_of_raters_nor_the_direction_of_the_scale_matters_to_ratings(seed: int) -> None:
    ratings, rng = drawn(seed, q=4), np.random.default_rng(seed + 1)

    close(scaled(ratings), scaled(ratings[rng.permutation(4)][:, rng.permutation(12)]))
    close(scaled(ratings), scaled(np.where(ratings >= 0, 3 - ratings, -1)))


@given(seeds)
def test_the_names_of_codes_do_not_matter_to_label_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes, judged = rng.random((5, 3, 20)) < 0.3, rng.random((3, 20)) < 0.9
    names = ["krippendorff_alpha_masi", "krippendorff_alpha_jaccard", "krippendorff_alpha_nominal_sets"]

    one = measure(Sets.from_indicators(codes, judged), names, interval="none")
    other = measure(Sets.from_indicators(codes[rng.permutation(5)], judged), names, interval="none")

    close([one[name].value for name in names], [other[name].value for name in names])


@given(seeds)
def test_two_categories_make_every_weight_the_same(seed: int) -> None:
    ratings = drawn(seed, q=2)
    plain = ["percent_agreement", "fleiss_kappa", "conger_kappa", "brennan_prediger", "light_kappa"]

    table = measure(Scale.from_ratings(ratings, [0.0, 1.0]), [*plain, "gwet_ac1"], interval="none")
    for kind in ("linear", "quadratic", "ordinal"):
        names = [*(f"{name}_{kind}" for name in plain), f"gwet_ac2_{kind}"]
        weighted = measure(Scale.from_ratings(ratings, [0.0, 1.0]), names, interval="none")
        close([weighted[name].value for name in names], [table[name].value for name in [*plain, "gwet_ac1"]])


@given(seeds)
def test_raters_and_transcripts_without_a_rating_change_neither_value_nor_interval(seed: int) -> None:
    ratings, where = drawn(seed, units=140), np.arange(140) // 20
    nobody, nothing = np.full((1, 140), -1), np.full((4, 20), -1)

    plain = measure(Nominal.from_ratings(ratings, 3, where), NOMINAL)
    absent = measure(Nominal.from_ratings(np.concatenate([ratings, nobody]), 3, where), NOMINAL[:6])
    longer = np.concatenate([where, np.full(20, 7)])
    empty = measure(Nominal.from_ratings(np.concatenate([ratings, nothing], axis=1), 3, longer), NOMINAL)

    for other in (absent, empty):
        for name, result in other.items():
            close([plain[name].value, plain[name].low], [result.value, result.low])
            assert plain[name].df == result.df


@given(seeds)
def test_giving_every_unit_twice_moves_alpha_and_standard_errors_as_theory_says(seed: int) -> None:
    ratings = drawn(seed, units=15)
    once = Nominal.from_ratings(ratings, 3)
    twice = Nominal.from_ratings(np.concatenate([ratings, ratings], axis=1), 3)
    n, units = int((ratings[:, (ratings >= 0).sum(axis=0) > 1] >= 0).sum()), once.counts.units

    alpha, doubled = (measure(v, ["krippendorff_alpha"])["krippendorff_alpha"].value for v in (once, twice))
    error, smaller = (measure(v, ["gwet_ac1"], interval="analytic")["gwet_ac1"].se for v in (once, twice))

    assert alpha is not None
    assert doubled is not None
    assert 1 - doubled == pytest.approx((1 - alpha) * (2 * n - 1) / (2 * n - 2))
    assert smaller == pytest.approx((error or 0) * np.sqrt((units - 1) / (2 * units - 1)))


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
