"""The drawing of designs: 1,000 seeds within stated bounds, the same seed the same design, refusals in sentences."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.drawing import Drawing, DrawingError, Order, Piece, draw, lot

RATERS = tuple(f"rater_{letter}" for letter in "abcde")
CONDITIONS = ["brief"] * 30 + ["long"] * 18 + ["waiting list"] * 12
SEEDS = 1000
#: The design of seed 2026.
KNOWN = {
    "T-1": ("rater_a", "rater_b"),
    "T-2": ("rater_b", "rater_c"),
    "T-3": ("rater_c",),
    "T-4": ("rater_a",),
    "T-5": ("rater_b",),
    "T-6": ("rater_a", "rater_c"),
}
KNOWN_ORDER = ("T-4", "T-1", "T-6")


def sixty(seed: int) -> list[Piece]:
    """Sixty transcripts of 60 to 400 turns in three conditions of unlike size."""
    sizes = random.Random(seed)
    return [Piece(f"T-{number:02}", sizes.randint(60, 400), one) for number, one in enumerate(CONDITIONS)]


def quarter(seed: int) -> tuple[list[Piece], Drawing]:
    pieces = sixty(seed)
    return pieces, draw(pieces, RATERS, Order(share=25), seed)


def spread(counts: list[int]) -> int:
    return max(counts) - min(counts)


def pair_counts(drawing: Drawing, raters: tuple[str, ...] = RATERS) -> list[int]:
    met = Counter(pair for names in drawing.raters.values() for pair in combinations(names, 2))
    return [met[pair] for pair in combinations(raters, 2)]


def loads(pieces: list[Piece], drawing: Drawing) -> list[int]:
    return [sum(piece.size for piece in pieces if piece.name in names) for names in drawing.orders.values()]


def test_over_a_thousand_seeds_a_quarter_coded_by_two_keeps_every_bound() -> None:
    """
    The bounds: the share exact; each stratum's part of it within one transcript of its proportion; pairs of raters
    within one of each other; raters within two transcripts, one in each stratum, and within 2 % of the mean load.
    """
    for seed in range(SEEDS):
        pieces, drawing = quarter(seed)
        assert len(drawing.several) == 15
        assert [len(drawing.raters[piece.name]) for piece in pieces] == [
            2 if piece.name in drawing.several else 1 for piece in pieces
        ]
        for condition, size in Counter(CONDITIONS).items():
            here = {piece.name for piece in pieces if piece.stratum == condition}
            assert abs(len(here & drawing.several) - 15 * size / 60) < 1
            assert spread([len(here & set(names)) for names in drawing.orders.values()]) <= 1
        assert spread(pair_counts(drawing)) <= 1
        assert spread([len(names) for names in drawing.orders.values()]) <= 2
        load = loads(pieces, drawing)
        assert spread(load) <= 0.02 * sum(load) / len(load)


def test_every_transcript_is_coded_twice_equally_often_over_seeds() -> None:
    """A transcript is in the share 250 times of 1,000 by its stratum's quota; five standard errors are 68."""
    times: Counter[str] = Counter()
    for seed in range(SEEDS):
        times.update(quarter(seed)[1].several)

    inside = Counter(CONDITIONS)
    quota = {"brief": 7.5 / 30, "long": 4.5 / 18, "waiting list": 3 / 12}
    assert set(inside) == set(quota)
    assert all(abs(times[piece.name] - SEEDS * quota[piece.stratum]) < 69 for piece in sixty(0))


def test_every_place_in_a_raters_order_is_as_likely() -> None:
    """The first of a rater's transcripts is in the first half of the alphabet as often as not: 500 +- 5 x 15.8."""
    first = sum(
        drawing.orders["rater_a"][0] in sorted(drawing.orders["rater_a"])[: len(drawing.orders["rater_a"]) // 2]
        for drawing in (draw(sixty(0), RATERS, Order(raters_each=2), seed) for seed in range(SEEDS))
    )

    assert abs(first - SEEDS / 2) < 80


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_so_many_raters_for_every_transcript_meet_each_other_alike_often(number: int) -> None:
    for seed in range(50):
        pieces = sixty(seed)

        drawing = draw(pieces, RATERS, Order(raters_each=number), seed)

        assert {len(names) for names in drawing.raters.values()} == {number}
        assert spread([len(names) for names in drawing.orders.values()]) <= 2
        assert spread(pair_counts(drawing)) <= (1 if number < 3 else 2)


def test_the_same_seed_gives_the_same_design_in_whatever_sequence_it_is_asked() -> None:
    pieces, drawing = quarter(7)

    again = draw(pieces[::-1], RATERS[::-1], Order(share=25), 7)

    assert again == drawing
    assert draw(pieces, RATERS, Order(share=25), 8) != drawing


def test_the_design_of_a_known_seed_stays_what_it_was() -> None:
    """A change of the drawing is a new rule with a new name: stored designs must come out again."""
    drawing = draw([Piece(f"T-{number}", 10 * number) for number in range(1, 7)], RATERS[:3], Order(share=50), 2026)

    assert drawing.raters == KNOWN
    assert drawing.orders["rater_a"] == KNOWN_ORDER


def test_a_lot_is_a_hash_that_anybody_can_compute() -> None:
    assert lot(2026, "double", "T-1") == hashlib.sha256(b"2026\ndouble\nT-1").hexdigest()


@given(
    sizes=st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["", "a", "b"])), min_size=1, max_size=25),
    raters=st.integers(1, 7),
    share=st.integers(0, 100),
    seed=st.integers(0, 2**62),
)
def test_whatever_can_be_drawn_gives_everything_to_somebody_and_nothing_twice(
    sizes: list[tuple[int, str]], raters: int, share: int, seed: int
) -> None:
    pieces = [Piece(f"T-{number}", size, stratum) for number, (size, stratum) in enumerate(sizes)]
    names = tuple(f"r{number}" for number in range(raters))
    try:
        drawing = draw(pieces, names, Order(share=share), seed)
    except DrawingError:
        assert share
        assert raters < 2 or share * len(pieces) < 50
        return

    assert set(drawing.raters) == {piece.name for piece in pieces}
    assert len(drawing.several) == (2 * share * len(pieces) + 100) // 200
    assert all(len(set(given)) == len(given) for given in drawing.raters.values())
    assert Counter(name for order in drawing.orders.values() for name in order) == {
        name: len(given) for name, given in drawing.raters.items()
    }
    assert spread(pair_counts(drawing, names)) <= 1 if raters > 1 else True


@pytest.mark.parametrize(
    ("pieces", "raters", "order", "sentence"),
    [
        (3, 2, Order(raters_each=4), "Each transcript is to have 4 raters, but only 2 raters are chosen."),
        (3, 1, Order(raters_each=2), "but only 1 rater is chosen"),
        (3, 2, Order(raters_each=0), "at least one rater"),
        (3, 1, Order(share=50), "Coding by two needs at least two raters"),
        (3, 2, Order(share=101), "between 0 and 100"),
        (3, 2, Order(share=-1), "between 0 and 100"),
        (3, 2, Order(share=10), "10 % of 3 transcripts is less than half a transcript"),
        (0, 2, Order(share=10), "at least one transcript"),
        (3, 0, Order(share=10), "at least one rater"),
        (3, 2, Order(), "Say either"),
        (3, 2, Order(raters_each=1, share=10), "Say either"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(pieces: int, raters: int, order: Order, sentence: str) -> None:
    with pytest.raises(DrawingError, match=sentence):
        draw([Piece(f"T-{number}", 5) for number in range(pieces)], RATERS[:raters], order, 1)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(DrawingError, match="named twice"):
        draw([Piece("T-1", 5), Piece("T-1", 6)], RATERS, Order(share=0), 1)
