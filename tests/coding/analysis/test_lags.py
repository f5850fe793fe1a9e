"""Lag-sequential tables by turn: what a pair is, what has no value, and that nothing depends on what it should not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.analysis.lags import lagged
from coding.analysis.material import CodeOf, Group, Material, Session
from coding.analysis.stack import Stack
from tests.coding.analysis.making import group, material, session

CODES = tuple(CodeOf(key) for key in "ABC")
GROUPS = [Group("A", ("A",)), Group("BC", ("B", "C"))]
cells = st.sampled_from([0, 0, 0, 1, 1, -1])
rows = st.lists(st.tuples(cells, cells, cells), max_size=12)
studies = st.lists(rows, min_size=1, max_size=4)


def study(every: list[list[tuple[int, ...]]]) -> Material:
    sessions = []
    for k, turns in enumerate(every):
        values = np.array(turns, dtype=np.int8).reshape(-1, 3)
        judged = ~(values == -1).all(axis=1)
        sessions.append(Session(f"T{k}", values, judged, ("",) * len(values)))
    return Material(CODES, tuple(sessions))


def pooled(found: Material, lags: range = range(1, 4)) -> np.ndarray:
    return lagged(Stack.of(found), GROUPS, GROUPS, lags).pooled()


def by_hand(turns: list[tuple[int, ...]], one: Group, two: Group, lag: int) -> list[int]:
    def has(turn: tuple[int, ...], what: Group) -> int:
        values = [turn["ABC".index(code)] for code in what.codes]
        return 1 if 1 in values else -1 if -1 in values else 0

    table = [0, 0, 0, 0]
    for place in range(len(turns) - lag):
        given_there, target_there = has(turns[place], one), has(turns[place + lag], two)
        if -1 not in (given_there, target_there):
            table[2 * (1 - given_there) + (1 - target_there)] += 1
    return table


@given(studies)
def test_every_table_is_what_counting_by_hand_gives(every: list[list[tuple[int, ...]]]) -> None:
    found = lagged(Stack.of(study(every)), GROUPS, GROUPS, (1, 2, 3))

    for s, turns in enumerate(every):
        for one in GROUPS:
            for two in GROUPS:
                for lag in (1, 2, 3):
                    assert found.tables(one.name, two.name, lag)[s].tolist() == by_hand(turns, one, two, lag)


@given(studies, st.randoms())
@settings(max_examples=50)
def test_the_order_of_sessions_changes_nothing(every: list[list[tuple[int, ...]]], chance) -> None:
    turned = list(every)
    chance.shuffle(turned)

    assert (pooled(study(every)) == pooled(study(turned))).all()


@given(rows, st.integers(0, 12))
def test_splitting_a_session_loses_the_pairs_across_the_cut_and_no_other(
    turns: list[tuple[int, ...]], cut: int
) -> None:
    whole, parts = pooled(study([turns]), range(1, 2)), pooled(study([turns[:cut], turns[cut:]]), range(1, 2))

    across = pooled(study([turns[max(cut - 1, 0) : cut + 1] if 0 < cut < len(turns) else []]), range(1, 2))
    assert (whole == parts + across).all()


@given(studies)
@settings(max_examples=50)
def test_turns_that_nobody_judged_at_the_end_of_an_hour_change_nothing(every: list[list[tuple[int, ...]]]) -> None:
    longer = [[*turns, (-1, -1, -1), (-1, -1, -1)] for turns in every]

    assert (pooled(study(every)) == pooled(study(longer))).all()


@given(studies)
@settings(max_examples=50)
def test_running_time_backwards_turns_given_into_target(every: list[list[tuple[int, ...]]]) -> None:
    forth, back = pooled(study(every)), pooled(study([turns[::-1] for turns in every]))

    assert (forth[..., [0, 2, 1, 3]].swapaxes(1, 2) == back).all()


def test_a_judged_turn_of_another_role_is_a_turn_without_the_code() -> None:
    turns = session("A B A", codes="AB", speakers="patient therapist patient")
    values = turns.values.copy()
    values[[0, 2], 1] = -1  # B is the therapist's: the patient's turns have no value for it
    found = material(replace(turns, values=values), codes="AB", B=frozenset({"therapist"}))

    table = lagged(Stack.of(found), [group("A")], [group("B")], [1, 2])

    assert table.tables("A", "B", 1)[0].tolist() == [1, 0, 0, 1]
    assert table.tables("A", "B", 2)[0].tolist() == [0, 1, 0, 0]


def test_a_tie_takes_the_pair_out_for_that_code_alone() -> None:
    table = lagged(Stack.of(material("A B? A AB", codes="AB")), [group("A")], [group("A"), group("B")], [1])

    assert table.tables("A", "B", 1)[0].tolist() == [1, 0, 0, 1]
    assert table.tables("A", "A", 1)[0].tolist() == [1, 1, 1, 0]


def test_sessions_of_one_turn_and_no_sessions_give_reasons() -> None:
    short = lagged(Stack.of(material("A", codes="A")), [group("A")], [group("A")], [1])
    none = lagged(Stack.of(material(codes="A")), [group("A")], [group("A")], [1])

    for found in (short.of("A", "A", 1), none.of("A", "A", 1)):
        for figure in (found.adjusted_residual, found.p, found.yules_q, found.log_odds_ratio, found.probability):
            assert figure.value is None
            assert figure.why.startswith("not defined: ")
    assert short.of("A", "A", 1).p.why == "not defined: there is no pair of judged turns 1 apart in this layer"


def test_a_group_that_never_occurs_says_so() -> None:
    found = lagged(Stack.of(material("A . A", codes="AN")), [group("A", "pull")], [group("N", "naming")], [1])

    assert found.of("pull", "naming", 1).yules_q.why == "not defined: naming never occurs in this layer"
    assert found.of("pull", "naming", 1, "T0").p.why == "not defined: naming never occurs in T0"


def test_a_group_that_occurs_but_in_no_pair_is_not_said_never_to_occur() -> None:
    found = lagged(Stack.of(material(". N . A", codes="AN")), [group("A", "pull")], [group("N", "naming")], [1, 3])

    assert found.of("pull", "naming", 1).p.why == "not defined: no judged turn stands 1 after pull in this layer"
    assert (
        found.of("pull", "naming", 3, "T0").probability.why == "not defined: no judged turn stands 3 after pull in T0"
    )


@pytest.mark.parametrize(("lags", "sentence"), [([], "at least one"), ([0], "from 1"), ([2, 2], "twice")])
def test_lags_that_are_none_are_refused(lags: list[int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        lagged(Stack.of(material("A", codes="A")), [group("A")], [group("A")], lags)


def test_a_code_that_the_material_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="'Z', which is not among these codings"):
        lagged(Stack.of(material("A", codes="A")), [group("Z")], [group("A")], [1])
