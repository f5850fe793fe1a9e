"""The drawing of turns that come back: the same seed the same turns, rare codes among them, the gap where possible."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.drawing import CodedTurn, DrawingError, repeats
from coding.drawing.repeats import FLOOR

CODES = ("APP", "DEF", "ENV", "NAM", "TIE")


@st.composite
def coded(draw: st.DrawFn) -> list[CodedTurn]:
    """Turns of up to three transcripts, each with some of five codes of unlike frequency."""
    sizes = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))
    chance = random.Random(draw(st.integers(0, 2**32)))
    return [
        CodedTurn(
            f"T-{number}",
            position,
            frozenset(code for place, code in enumerate(CODES) if chance.random() < 0.4 / (1 + 2 * place)),
            chance.randint(0, 40),
        )
        for number, size in enumerate(sizes)
        for position in range(1, size + 1)
    ]


SEEDS, SHARES = st.integers(0, 2**53 - 1), st.integers(1, 100)


@given(coded(), SHARES, SEEDS, st.randoms())
def test_the_same_seed_draws_the_same_turns_in_whatever_sequence_they_come(
    turns: list[CodedTurn], share: int, seed: int, chance: random.Random
) -> None:
    shuffled = chance.sample(turns, len(turns))

    drawn = repeats(turns, "rater_a", share=share, gap=14, seed=seed)

    assert repeats(shuffled, "rater_a", share=share, gap=14, seed=seed).turns == drawn.turns


@given(coded(), SHARES, SEEDS)
def test_the_share_is_exact_and_every_turn_is_one_of_the_raters_own(
    turns: list[CodedTurn], share: int, seed: int
) -> None:
    drawn = repeats(turns, "rater_a", share=share, gap=14, seed=seed).turns

    assert set(drawn) <= set(turns)
    assert len(set(drawn)) == len(drawn) == max(1, (2 * share * len(turns) + 100) // 200)
    assert list(drawn) == sorted(drawn, key=lambda turn: (turn.transcript, turn.number))


@given(coded(), SHARES, SEEDS, st.integers(0, 40))
def test_the_gap_is_kept_where_enough_turns_are_old_enough(
    turns: list[CodedTurn], share: int, seed: int, gap: int
) -> None:
    found = repeats(turns, "rater_a", share=share, gap=gap, seed=seed)

    old = sum(turn.days >= gap for turn in turns)
    assert found.gap == min(turn.days for turn in found.turns)
    if old >= len(found.turns):
        assert found.gap >= gap
    else:
        # Nobody waits for ever: then it is the half that was judged the longest ago, or as many as are asked for.
        pool = sorted((turn.days for turn in turns), reverse=True)[: max(len(found.turns), (len(turns) + 1) // 2)]
        assert found.gap >= min(pool)


@given(coded(), SHARES, SEEDS)
def test_every_code_comes_back_as_far_as_half_of_the_places_allow(
    turns: list[CodedTurn], share: int, seed: int
) -> None:
    drawn = repeats(turns, "rater_a", share=share, gap=0, seed=seed).turns

    given_at_all = Counter(code for turn in turns for code in turn.codes)
    back = Counter(code for turn in drawn for code in turn.codes)
    if FLOOR * len(given_at_all) <= (len(drawn) + 1) // 2:
        assert all(back[code] >= min(FLOOR, often) for code, often in given_at_all.items())
    elif len(given_at_all) <= (len(drawn) + 1) // 2:
        assert set(back) == set(given_at_all)


def test_a_code_given_once_in_four_hundred_turns_comes_back_under_every_seed() -> None:
    turns = [CodedTurn("T", number, frozenset({"COMMON"}), 30) for number in range(1, 401)]
    turns[200] = CodedTurn("T", 201, frozenset({"RARE"}), 30)

    found = [repeats(turns, "rater_a", share=5, gap=14, seed=seed).turns for seed in range(200)]

    assert all(turns[200] in drawn for drawn in found)
    # All others are by lot: over so many seeds each of them comes back now and then, and none nearly always.
    often = Counter(turn.number for drawn in found for turn in drawn if turn.number != 201)
    assert len(often) == 399
    assert max(often.values()) < 30


def test_two_raters_with_the_same_turns_do_not_get_the_same_ones_back() -> None:
    turns = [CodedTurn("T", number, frozenset(), 30) for number in range(1, 101)]

    one, other = (repeats(turns, rater, share=20, gap=14, seed=7).turns for rater in ("rater_a", "rater_b"))

    assert one != other


def test_nothing_coded_gives_nothing_back_and_a_share_of_nothing_is_refused() -> None:
    assert repeats([], "rater_a", share=10, gap=14, seed=1).turns == ()
    for share in (0, 101):
        with pytest.raises(DrawingError, match="between 1 and 100"):
            repeats([], "rater_a", share=share, gap=14, seed=1)
