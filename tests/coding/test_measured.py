"""Intervals and counts of a table row: only transcripts that two raters judged say how much agreement differs."""

from __future__ import annotations

import numpy as np
import pytest

from coding.queries.evidence import EvidenceSpans
from coding.queries.measured import measure_evidence, measure_present, measure_scaled, measure_sets
from coding.queries.ratings import LabelSets, Ratings
from coding.reliability import Nominal, measure


def ratings(
    values: np.ndarray, transcripts: np.ndarray, categories: tuple[str, ...] = ("absent", "present")
) -> Ratings:
    return Ratings(
        "K", "K", "clay", categories, values.astype(np.int8), values > 0, np.arange(values.shape[1]), transcripts, 0, 0
    )


def coded_twice(transcripts: int, segments: int = 12, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 2, transcripts * segments)
    second = np.where(rng.random(len(first)) < 0.8, first, 1 - first)
    return np.stack([first, second]), np.repeat(np.arange(transcripts), segments)


def test_transcripts_that_one_rater_coded_do_not_make_an_interval_narrower() -> None:
    twice, where = coded_twice(6)
    rng = np.random.default_rng(2)
    alone = np.stack([rng.integers(0, 2, 120), np.full(120, -1)])
    every = np.concatenate([twice, alone], axis=1)
    (with_others,) = measure_present([ratings(every, np.concatenate([where, 6 + np.arange(120) // 12]))], ["a", "b"])
    (by_themselves,) = measure_present([ratings(twice, where)], ["a", "b"])

    alpha, same = with_others.results["krippendorff_alpha"], by_themselves.results["krippendorff_alpha"]

    assert with_others.transcripts == 6
    assert alpha.value == same.value
    assert (alpha.low, alpha.high) == (pytest.approx(same.low), pytest.approx(same.high))
    assert alpha.df == 5


def test_four_transcripts_that_two_raters_coded_are_too_few_however_many_others_there_are() -> None:
    twice, where = coded_twice(4)
    alone = np.stack([np.tile([0, 1], 60), np.full(120, -1)])
    every, places = np.concatenate([twice, alone], axis=1), np.concatenate([where, 4 + np.arange(120) // 12])

    (plain,) = measure_present([ratings(every, places)], ["a", "b"])
    (optimistic,) = measure_present([ratings(every, places)], ["a", "b"], optimistic=True)

    for name in ("krippendorff_alpha", "gwet_ac1", "fleiss_kappa"):
        assert plain.results[name].low is None
        assert "fewer than 5 transcripts (4)" in plain.results[name].why_no_interval
        assert optimistic.results[name].kind == "optimistic"


def test_every_pair_is_measured_on_the_segments_that_both_judged() -> None:
    twice, where = coded_twice(6)
    third = np.full(twice.shape[1], -1)
    third[:10] = twice[0, :10]

    (cell,) = measure_present([ratings(np.vstack([twice, third]), where)], ["a", "b", "c"])

    assert list(cell.pairs) == ["a|b", "a|c", "b|c"]
    assert cell.pairs["a|c"]["cohen_kappa"].n == 10
    assert cell.pairs["a|c"]["cohen_kappa"].value == 1
    expected = measure(Nominal.from_ratings(twice, 2, where), ["cohen_kappa"])["cohen_kappa"]
    assert cell.pairs["a|b"]["cohen_kappa"].value == expected.value
    assert cell.pairs["a|b"]["cohen_kappa"].low == expected.low


def test_two_raters_have_cohens_kappa_in_the_row_itself_and_more_do_not() -> None:
    twice, where = coded_twice(6)

    (two,) = measure_present([ratings(twice, where)], ["a", "b"])
    (three,) = measure_present([ratings(np.vstack([twice, twice[:1]]), where)], ["a", "b", "c"])

    assert "cohen_kappa" in two.results
    assert "cohen_kappa" not in three.results
    assert "fleiss_kappa" in three.results


def test_prevalence_counts_what_each_rater_judged_and_is_undefined_for_nothing() -> None:
    values = np.array([[1, 0, -1, -1], [1, 1, 0, 0], [-1, -1, -1, -1]])

    (cell,) = measure_present([ratings(values, np.zeros(4, dtype=int))], ["a", "b", "c"])

    assert [share.share for share in cell.shares] == [0.5, 0.5, None]
    assert (cell.units, cell.disputed) == (2, 1)


def test_an_empty_variable_is_undefined_with_its_reason() -> None:
    nothing = ratings(np.zeros((2, 0), dtype=int), np.zeros(0, dtype=int))

    (present,) = measure_present([nothing], ["a", "b"], optimistic=True)
    (scaled,) = measure_scaled([ratings(nothing.values, nothing.transcripts, ("0", "1", "2"))], ["a", "b"])
    sets = measure_sets(
        LabelSets((), np.zeros((0, 2, 0), bool), np.zeros((2, 0), bool), np.arange(0), np.arange(0)), optimistic=True
    )

    for table in (present.results, scaled.results, sets):
        assert all(result.value is None and result.why == "no units" for result in table.values())


def test_the_same_marked_words_are_perfect_evidence_and_none_in_common_is_bad_evidence() -> None:
    def marked(*second: int) -> EvidenceSpans:
        spans = (np.array([[0, 0, 5]]), np.array([[0, *second]]))
        return EvidenceSpans(
            "K", "K", "clay", np.array([3]), np.array([40]), np.array([0]), np.ones((2, 1), dtype=bool), spans
        )

    same, apart = measure_evidence([marked(0, 5), marked(20, 25)], ["a", "b"])

    assert same.results["alpha_u"].value == pytest.approx(1)
    value = apart.results["alpha_u"].value
    assert value is not None
    assert value < 0
    assert apart.pairs["a|b"]["alpha_u"].value == value
    assert "fewer than 5 transcripts (1)" in apart.results["alpha_u"].why_no_interval
