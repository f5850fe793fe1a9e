"""Square tables of a stream of codes: counts, expected counts, residuals, with and without structural zeros."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.analysis.events import Stream, of_counts, transitions
from coding.analysis.figures import number

# Ploog (1967), who displays to whom in a colony of squirrel monkeys; none can display to itself. Fienberg (1980), The
# Analysis of Cross-Classified Categorical Data, ch. 8, fits quasi-independence: X2 = 168.05, G2 = 135.17.
MONKEYS = np.array(
    [[0, 1, 5, 8, 9, 0], [29, 0, 14, 46, 4, 0], [0] * 6, [2, 3, 1, 0, 38, 2], [0, 0, 0, 0, 0, 1], [9, 25, 4, 6, 13, 0]]
)
# statsmodels 0.15.0: Poisson GLM on the possible cells, (x - m) / sqrt(m (1 - hat)).
MONKEY_RESIDUALS = [
    [None, -2.351947, 1.792553, -0.102168, 1.151878, -0.68142],
    [3.559111, None, 1.623956, 3.882894, -7.36392, -1.93167],
    [None] * 6,
    [-3.683843, -4.137916, -2.49865, None, 8.156552, 1.336818],
    [-0.532648, -0.581406, -0.367315, -0.805878, None, 7.231849],
    [-0.269327, 6.081207, -0.624117, -3.919312, -0.326211, None],
]

streams = st.lists(st.lists(st.integers(0, 3), max_size=25), min_size=1, max_size=4)


def of(*texts: str, lag: int = 1, repeats: bool = True, codes: str = "ABC"):
    found = [Stream(f"T{k}", tuple(codes.index(letter) for letter in text)) for k, text in enumerate(texts)]
    return transitions(found, codes, lag, repeats=repeats)


def test_pairs_never_cross_a_transcript() -> None:
    together, apart = of("ABCA"), of("AB", "CA")

    assert together.frequencies.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert apart.frequencies.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]


def test_the_residuals_are_those_of_statsmodels() -> None:
    table = of_counts(np.array([[10, 4, 7], [3, 12, 5], [8, 6, 2]]), "ABC")

    # statsmodels 0.15.0, Table(...).standardized_resids
    wanted = [
        [1.2882654, -2.3155119, 1.1750804],
        [-2.5133908, 2.4404282, 0.0565579],
        [1.2864884, -0.1062283, -1.3215389],
    ]
    assert table.adjusted_residuals == pytest.approx(np.array(wanted), abs=1e-7)
    assert table.p[0, 1] == pytest.approx(0.0205846, abs=1e-6)


def test_a_published_table_with_structural_zeros_is_fitted_as_published() -> None:
    table = of_counts(MONKEYS, "RSTUVW", possible=~np.eye(6, dtype=bool))

    m, x = table.expected, table.frequencies
    some = m > 0
    assert ((x - m)[some] ** 2 / m[some]).sum() == pytest.approx(168.05, abs=0.005)
    seen = x > 0
    assert 2 * (x[seen] * np.log(x[seen] / m[seen])).sum() == pytest.approx(135.17, abs=0.005)
    assert m.sum(axis=0) == pytest.approx(x.sum(axis=0), abs=1e-8)
    assert m.sum(axis=1) == pytest.approx(x.sum(axis=1), abs=1e-8)


def test_residuals_beside_structural_zeros_are_those_of_the_log_linear_model() -> None:
    table = of_counts(MONKEYS, "RSTUVW", possible=~np.eye(6, dtype=bool))

    for row, wanted in zip(table.adjusted_residuals, MONKEY_RESIDUALS, strict=True):
        assert [number(cell) for cell in row] == [
            None if cell is None else pytest.approx(cell, abs=1e-5) for cell in wanted
        ]


def test_a_code_that_cannot_follow_itself_may_come_again_two_events_later() -> None:
    one, two = of("ABACAB", repeats=False), of("ABACAB", lag=2, repeats=False)

    assert not one.possible.diagonal().any()
    assert two.possible.all()
    assert two.frequencies[0, 0] == 2


def test_repeats_that_cannot_be_are_left_out_and_counted() -> None:
    table = of("AABCCA", repeats=False)

    assert table.left_out == 2
    assert table.frequencies.sum() == 3
    assert table.why_undefined("A", "A") == "not defined: A cannot follow itself"


def test_every_undefined_cell_says_why() -> None:
    table = of("AB", codes="ABC")

    assert table.why_undefined("C", "A") == "not defined: no code stands 1 after C"
    assert table.why_undefined("A", "C") == "not defined: no code stands 1 before C"
    assert table.why_undefined("A", "B") == "not defined: the margins of the table leave this cell no freedom"
    alone = of("A")
    assert alone.why == "not defined: no two events are 1 apart"
    assert np.isnan(alone.expected).all()


@given(streams, st.integers(1, 4))
def test_every_cell_is_what_counting_by_hand_gives(events: list[list[int]], lag: int) -> None:
    found = transitions([Stream(str(k), tuple(e)) for k, e in enumerate(events)], "ABCD", lag)

    by_hand = np.zeros((4, 4), dtype=int)
    for stream in events:
        for place in range(len(stream) - lag):
            by_hand[stream[place], stream[place + lag]] += 1
    assert (found.frequencies == by_hand).all()
    assert not np.isinf(found.adjusted_residuals).any()


@given(streams)
@settings(max_examples=60)
def test_the_order_of_transcripts_and_the_names_of_codes_change_nothing(events: list[list[int]]) -> None:
    found = transitions([Stream(str(k), tuple(e)) for k, e in enumerate(events)], "ABCD", repeats=False)

    turned = [Stream(str(k), tuple(3 - code for code in e)) for k, e in enumerate(reversed(events))]
    other = transitions(turned, "DCBA", repeats=False)
    assert other.left_out == found.left_out
    assert (other.frequencies[::-1, ::-1] == found.frequencies).all()
    assert other.expected[::-1, ::-1] == pytest.approx(found.expected, nan_ok=True, abs=1e-5)
    assert sum(a != b for stream in events for a, b in pairwise(stream)) == found.frequencies.sum()


@given(st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_leverage_is_that_of_the_design_written_out(q: int, chance) -> None:
    counts = np.array([[0 if i == j else chance.randint(1, 9) for j in range(q)] for i in range(q)])
    table = of_counts(counts, "ABCDE"[:q], possible=~np.eye(q, dtype=bool))

    i, j = np.nonzero(table.possible)
    design = np.zeros((len(i), 2 * q))
    design[np.arange(len(i)), i] = design[np.arange(len(i)), q + j] = 1
    m = table.expected[i, j]
    hat = m * np.einsum("ca,ab,cb->c", design, np.linalg.pinv(design.T @ (design * m[:, None])), design)
    for cell, apart, mean, free in zip(table.adjusted_residuals[i, j], counts[i, j] - m, m, 1 - hat, strict=True):
        if free < 1e-8:
            assert np.isnan(cell)
        else:
            assert cell == pytest.approx(apart / np.sqrt(mean * free), rel=1e-6, abs=1e-9)


def test_a_thousand_codes_are_no_matter_of_memory() -> None:
    chance = np.random.default_rng(3)
    found = transitions([Stream("T", tuple(chance.integers(0, 1000, 5000).tolist()))], [str(k) for k in range(1000)])

    rows, columns, n = found.frequencies.sum(axis=1), found.frequencies.sum(axis=0), found.frequencies.sum()
    i, j = np.argwhere(found.frequencies)[0]
    m = rows[i] * columns[j] / n
    wanted = (found.frequencies[i, j] - m) / np.sqrt(m * (1 - rows[i] / n) * (1 - columns[j] / n))
    assert found.adjusted_residuals[i, j] == pytest.approx(wanted, rel=1e-12)
