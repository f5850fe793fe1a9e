"""The triangle of codes that are taken for each other, and the most frequent of these pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.queries.confusions import Confusion, Label

#: More codes than these make a picture that nobody can read; the list beside it says the same.
MOST_CODES = 40
MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class TriangleCell:
    """One pair of codes, or none; `shade` runs from 1, the darkest, to 5."""

    pair: Confusion | None
    shade: int


@dataclass(frozen=True, slots=True)
class TriangleRow:
    """One code with its cells against the codes before it."""

    code: Label
    cells: tuple[TriangleCell, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the most frequent pairs, with a bar of 88 units at the most frequent."""

    pair: Confusion
    bar: str


def triangle(codes: Sequence[Label], found: Sequence[Confusion]) -> list[TriangleRow]:
    """Arrange the codes that take part in any confusion, in their order; nothing where there are none, or too many."""
    taken = {label.key for pair in found for label in (pair.one, pair.other)}
    shown = [code for code in codes if code.key in taken]
    if len(shown) > MOST_CODES:
        return []
    by_pair = {frozenset((pair.one.key, pair.other.key)): pair for pair in found}
    most = max((pair.times for pair in found), default=1)
    return [
        TriangleRow(
            code,
            tuple(_cell(by_pair.get(frozenset((code.key, other.key))), most) for other in shown[:number]),
        )
        for number, code in enumerate(shown)
    ]


def _cell(pair: Confusion | None, most: int) -> TriangleCell:
    return TriangleCell(pair, 0 if pair is None else 5 - min(4, int(5 * (pair.times - 1) / most)))


def listed(found: Sequence[Confusion]) -> list[Listed]:
    """Give the most frequent pairs."""
    most = max((pair.times for pair in found), default=1)
    return [Listed(pair, f"{88 * pair.times / most:.0f}") for pair in found[:MOST_LISTED]]
