"""Counts, rates, co-occurrence, and scores compared between conditions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test, ttest_ind

from coding.analysis.comparing import compare_scores, session_scores
from coding.analysis.counts import counts
from coding.analysis.lags import lagged
from coding.analysis.material import CodeOf, Group, Material, relational_moves
from coding.analysis.stack import Stack
from coding.analysis.together import together
from tests.coding.analysis import demo
from tests.coding.analysis.making import group, material, session

words = st.lists(st.sampled_from([".", "A", "B", "AB", "?", "A?"]), max_size=12)


def test_the_demo_is_counted_as_its_majority_must_be() -> None:
    expected = demo.expected()
    if expected is None:
        pytest.skip("the expected values are not here: ../shared/data/demo_expected.json is not part of the product")
    found = demo.by_majority().material

    rows = counts(found, [Group(key, (key,)) for key in found.keys], by="session")

    assert {(row.part, row.group): row.turns for row in rows} == {
        (transcript, code): turns
        for transcript, codes in expected["majority_counts"].items()
        for code, turns in codes.items()
    }


def test_a_rate_rests_on_the_turns_that_could_have_the_code() -> None:
    """The codebook's naming rate: turns with any naming code divided by therapist turns."""
    naming = relational_moves().naming
    found = {row.part: row for row in counts(demo.by_majority().material, [naming], by="session")}

    therapist = sum(role == "therapist" for role in demo.by_majority().material.sessions[0].speakers)
    assert found["PDT-11"].known == therapist
    assert found["PDT-11"].per_100.value == pytest.approx(100 * 14 / therapist)
    assert found["CBT-06"].per_100.value == 0
    assert found["PDT-11"].per_minute.value == pytest.approx(14 / _minutes(0))


def _minutes(s: int) -> float:
    starts = demo.by_majority().material.sessions[s].starts
    return float(starts[-1] - starts[0]) / 60


def test_thirds_speakers_and_conditions_part_the_turns() -> None:
    hours = [
        session("A . . A A .", "X", codes="AB", speakers="p t p t p t", attributes={"condition": "one"}),
        session(". ? A", "Y", codes="AB", speakers="p t p", attributes={"condition": "two"}),
    ]
    found = material(*hours, codes="AB")

    def of(by: str) -> dict[str, tuple[int, int]]:
        return {row.part: (row.turns, row.known) for row in counts(found, [group("A")], by)}

    assert of("all") == {"all": (4, 8)}
    assert of("phase") == {"first third": (1, 3), "middle third": (1, 2), "last third": (2, 3)}
    assert of("speaker") == {"p": (3, 5), "t": (1, 3)}
    assert of("condition") == {"one": (3, 6), "two": (1, 2)}
    assert of("nowhere") == {}


def test_the_share_of_sessions_counts_sessions_that_were_judged() -> None:
    found = material("A . A", ". .", "? ?", codes="A")

    (row,) = counts(found, [group("A")])

    assert (row.sessions.value, row.sessions.n) == (0.5, 2)
    assert row.per_100.why_no_interval == "no interval: 2 sessions, fewer than 5"


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        (None, "not defined: no session has times that run forwards"),
        ([9.0, 3.0], "not defined: no session has times that run forwards"),
        ([3.0, np.nan], "not defined: no session has times that run forwards"),
        ([3.0, 3.0], "not defined: no session has times that run forwards"),
    ],
)
def test_rates_a_minute_without_good_times_say_why(starts: list[float] | None, why: str) -> None:
    hour = session("A .", codes="A", starts=None if starts is None else np.array(starts))

    (row,) = counts(material(hour, codes="A"), [group("A")])

    assert row.per_minute.why == why
    assert row.per_100.value == 50


def test_nothing_to_count_is_answered() -> None:
    for found in (material(codes="A"), material("?", codes="A")):
        (row,) = counts(found, [group("A")])
        for figure in (row.per_100, row.per_minute, row.sessions):
            assert figure.value is None
            assert figure.why.startswith("not defined: ")
    (empty,) = counts(material("A", codes="A"), [Group("naming", ())])
    assert empty.per_100.why == "not defined: no code stands in the role naming"


def test_rates_get_intervals_over_sessions() -> None:
    found = material("A . . .", "A A . .", ". . . A", "A . A A", ". A . .", ". A A .", codes="A")

    (row,) = counts(found, [group("A")])

    assert row.per_100.kind == "jackknife over sessions"
    assert 0 < row.per_100.low < row.per_100.value < row.per_100.high


@given(st.lists(words, min_size=1, max_size=3), st.integers(1, 4))
def test_windows_are_what_sliding_by_hand_gives(every: list[list[str]], window: int) -> None:
    (found,) = together(material(*[" ".join(one) for one in every], codes="AB"), [group("A"), group("B")], window)

    table = [0, 0, 0, 0]
    for turns in every:
        for begin in range(len(turns) - window + 1):
            inside = turns[begin : begin + window]
            has = {}
            for code in "AB":
                given_there = any(code in word.replace(f"{code}?", "") for word in inside)
                unknown = any(word == "?" or f"{code}?" in word for word in inside)
                has[code] = 1 if given_there else -1 if unknown else 0
            if -1 not in has.values():
                table[2 * (1 - has["A"]) + 1 - has["B"]] += 1
    assert list(found.table) == table


def test_codes_of_different_speakers_cannot_be_in_one_turn_and_it_says_so() -> None:
    made = material(session("A B", codes="AB", speakers="p t"), codes="AB", A=frozenset("p"), B=frozenset("t"))

    (turn,), (pair,) = (together(made, [group("A"), group("B")], window) for window in (1, 2))

    assert turn.phi.why == "not defined: no judged turn may be given both A and B"
    assert pair.table == (1, 0, 0, 0)
    assert pair.jaccard.value == 1
    assert pair.phi.why == "not defined: A is in every window of 2 turns in this layer"


def test_going_together_is_measured() -> None:
    (found,) = together(material("AB AB A B . . . .", codes="AB"), [group("A"), group("B")])

    assert found.table == (2, 1, 1, 4)
    assert found.jaccard.value == 0.5
    assert found.phi.value == pytest.approx(7 / 15)
    assert found.log_odds_ratio.value == pytest.approx(np.log(8))
    with pytest.raises(ValueError, match="one turn or more"):
        together(material("A", codes="AB"), [group("A")], 0)


ONE, TWO = [1.0, 2.0, 4.0, 5.0, 3.5], [2.5, 6.0, 7.0, 8.0, 5.5]
NAMES = [f"T{k}" for k in range(10)]


def test_conditions_are_compared_over_all_arrangements_of_their_sessions() -> None:
    found = compare_scores([*ONE, *TWO], ["a"] * 5 + ["b"] * 5, NAMES)

    theirs = permutation_test((ONE, TWO), lambda x, y: abs(np.mean(x) - np.mean(y)), alternative="greater")
    welch = ttest_ind(ONE, TWO, equal_var=False).confidence_interval()
    assert found.p.value == pytest.approx(theirs.pvalue)
    assert found.p.kind == "all 252 arrangements of the conditions over sessions"
    assert found.difference.value == pytest.approx(-2.7)
    assert (found.difference.low, found.difference.high) == pytest.approx((welch.low, welch.high))
    assert [mean.mean.n for mean in found.means] == [5, 5]


def test_shuffling_nears_what_all_arrangements_give() -> None:
    whole = compare_scores([*ONE, *TWO], ["a"] * 5 + ["b"] * 5, NAMES)
    some = compare_scores([*ONE, *TWO], ["a"] * 5 + ["b"] * 5, NAMES, shuffles=251)

    assert some.p.kind.startswith("251 shuffles")
    assert some.p.value == pytest.approx(whole.p.value, abs=0.04)


def test_three_conditions_have_a_test_and_no_single_difference() -> None:
    found = compare_scores([*ONE, *TWO], ["a"] * 3 + ["b"] * 3 + ["c"] * 4, NAMES)

    assert 0 < found.p.value < 0.2
    assert found.difference.why == "not defined: a difference is of two conditions, and there are 3"


def test_what_is_left_out_of_a_comparison_is_named() -> None:
    found = compare_scores([1.0, None, 2.0], ["a", "a", ""], ["X", "Y", "Z"])

    assert found.left_out == ("Y: the score is not defined there", "Z: its condition is not known")
    assert found.p.why == "not defined: fewer than two conditions have a session with this score"
    assert found.means[0].mean.why_no_interval == "no interval: one session"


def test_p_is_uniform_where_conditions_do_not_differ() -> None:
    chance = np.random.default_rng(3)
    labels = ["a"] * 8 + ["b"] * 9
    names = [str(k) for k in range(17)]

    ps = [
        compare_scores(chance.exponential(size=17).tolist(), labels, names, shuffles=199, seed=k).p.value
        for k in range(200)
    ]

    assert np.mean(np.array(ps) < 0.05) < 0.09
    assert np.mean(ps) == pytest.approx(0.5, abs=0.06)


def test_the_score_of_a_session_is_that_of_its_own_table() -> None:
    made = Material((CodeOf("A"), CodeOf("B")), material("A B A . B A B", ". .", codes="AB").sessions)
    tables = lagged(Stack.of(made), [group("A")], [group("B")], [1])

    scores = session_scores(tables, "A", "B", 1, "yules_q")

    assert scores == [tables.of("A", "B", 1, "T0").yules_q.value, None]
    with pytest.raises(ValueError, match="A score is one of"):
        session_scores(tables, "A", "B", 1, "kappa")
