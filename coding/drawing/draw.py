"""A whole design from a seed: which transcripts several code, who codes what, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.drawing.balance import give
from coding.drawing.shares import choose, in_lots

#: The name of this way of drawing, stored with each design: a later way gets another name.
RULE = "lots-1"


class DrawingError(ValueError):
    """The design cannot be drawn; the sentence says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One transcript to give out: its name, how large it is, and the stratum that it belongs to."""

    name: str
    size: int
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """
    What is asked for: `raters_each` raters for every transcript, or `share` per cent coded by two and the rest by one.

    Exactly one of the two is said.
    """

    raters_each: int | None = None
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    What was drawn: the raters of each transcript, and each rater's transcripts in the order in which to code them.

    `several` are the transcripts that more than one rater codes; raters are never told which these are.
    """

    seed: int
    raters: dict[str, tuple[str, ...]]
    orders: dict[str, tuple[str, ...]]
    several: frozenset[str]


def draw(pieces: Sequence[Piece], raters: Sequence[str], order: Order, seed: int) -> Drawing:
    """
    Draw a design; the same pieces, raters, order and seed give the same one, in whatever sequence they come.

    The share is exact (rounded half up), each stratum's part of it the proportion rounded up or down, and the numbers
    of times that two pairs of raters meet differ by one at most where transcripts have two raters or fewer.
    Raises DrawingError.
    """
    pieces, raters = sorted(pieces, key=lambda piece: piece.name), sorted(raters)
    wanted = _wanted(pieces, raters, order, seed)
    strata = {piece.name: piece.stratum for piece in pieces}
    given = give(raters, wanted, {piece.name: piece.size for piece in pieces}, strata, seed)
    orders = {
        rater: tuple(in_lots([name for name, chosen in given.items() if rater in chosen], seed, "order", rater))
        for rater in raters
    }
    several = frozenset(name for name, number in wanted.items() if number > 1)
    return Drawing(seed=seed, raters=given, orders=orders, several=several)


def _wanted(pieces: Sequence[Piece], raters: Sequence[str], order: Order, seed: int) -> dict[str, int]:
    """Say how many raters each transcript is to have, or why that cannot be."""
    if not pieces:
        raise DrawingError("Choose at least one transcript.")
    if not raters:
        raise DrawingError("Choose at least one rater.")
    if len({piece.name for piece in pieces}) < len(pieces) or len(set(raters)) < len(raters):
        raise DrawingError("A transcript or a rater is named twice.")
    if (order.raters_each is None) == (order.share is None):
        raise DrawingError("Say either how many raters code each transcript, or which share two of them code.")
    if order.raters_each is not None:
        return _each(pieces, raters, order.raters_each)
    return _some(pieces, raters, order.share or 0, seed)


def _each(pieces: Sequence[Piece], raters: Sequence[str], number: int) -> dict[str, int]:
    if number < 1:
        raise DrawingError("Each transcript needs at least one rater.")
    if number > len(raters):
        chosen = "1 rater is" if len(raters) == 1 else f"{len(raters)} raters are"
        raise DrawingError(
            f"Each transcript is to have {number} raters, but only {chosen} chosen. "
            f"Choose more raters, or ask for {len(raters)} or fewer."
        )
    return {piece.name: number for piece in pieces}


def _some(pieces: Sequence[Piece], raters: Sequence[str], share: int, seed: int) -> dict[str, int]:
    if not 0 <= share <= 100:
        raise DrawingError("The share coded by two is between 0 and 100 per cent.")
    doubles = (2 * share * len(pieces) + 100) // 200
    if share and len(raters) < 2:
        raise DrawingError("Coding by two needs at least two raters. Choose more raters, or a share of 0 %.")
    if share and not doubles:
        count = "1 transcript" if len(pieces) == 1 else f"{len(pieces)} transcripts"
        raise DrawingError(f"{share} % of {count} is less than half a transcript. Ask for a larger share.")
    double = choose({piece.name: piece.stratum for piece in pieces}, doubles, seed)
    return {piece.name: 2 if piece.name in double else 1 for piece in pieces}
