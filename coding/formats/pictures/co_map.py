"""Which codes go together: a map of bubbles, as large as the share of turns with both among those with either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coding.formats.pictures.marks import draw_mark
from coding.formats.pictures.svg import Picture, cut, drawing

LEFT, TOP = 210.0, 12.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Two codes: how large (0 to 1), how many turns or windows have both, and all of it in words."""

    share: float | None
    both: int
    words: str
    href: str = ""


def co_map(
    names: Sequence[tuple[str, str, bool]], spots: Mapping[tuple[int, int], Spot], title: str,
    *, name: str = "together", largest: float | None = None, is_small: bool = False,
) -> Picture:  # fmt: skip
    """
    Draw the lower triangle: `names` are title, slot and whether agreement is weak; `spots` by the places of the two.

    A ring is a pair that never occurs together, nothing is a pair that cannot be told. `largest` is the share that the
    largest bubble stands for, so that several maps can be compared.
    """
    side, left, letters = (30.0 if len(names) <= 14 else 24.0), LEFT, 27
    if is_small:
        side, left, letters = side * 0.6, 152.0, 20
    mark = 4.0 if is_small else 5.0
    page = drawing()
    largest = largest or largest_share(spots) or 1.0
    for row, (words, slot, weak) in enumerate(names):
        y = TOP + side * (row + 0.5)
        draw_mark(page, slot, 8, y, mark)
        label = page.add("text", kind="name", x=20.0, y=y + 4.5, text=cut(words, letters))
        if weak:
            label.add("tspan", kind="below", text=" ?").told("Agreement on this is below the study’s threshold")
        page.add("path", kind="row-line", d=f"M{left:.0f} {y + side / 2:.1f}H{left + side * (row + 1):.1f}")
        for column in range(row):
            spot = spots.get((column, row))
            if spot is None:
                continue
            x = left + side * (column + 0.5)
            parent = page.add("a", href=spot.href) if spot.href and spot.both else page.add("g")
            parent.told(spot.words)
            parent.add("rect", kind="hit", x=x - side / 2, y=y - side / 2, width=side, height=side)
            if spot.share is None:
                continue
            if not spot.both:
                parent.add("circle", kind="bubble-none", cx=x, cy=y, r=1.8)
                continue
            parent.add("circle", kind="bubble", cx=x, cy=y, r=max(2.6, side * 0.47 * (spot.share / largest) ** 0.5))
        draw_mark(page, slot, left + side * (row + 0.5), y, mark)
    width, bottom = left + side * len(names) + 20, TOP + side * len(names)
    linked = any(spot.href for spot in spots.values())
    if is_small:
        return Picture(name, title, width, bottom + 6, page, linked)
    page.add(
        "text",
        kind="tick-label",
        x=0.0,
        y=bottom + 22,
        text=f"Area: share of those with both among those with either; the largest is {largest:.2f}. Ring: never both.",
    )
    return Picture(name, title, max(width, 620.0), bottom + 32, page, linked)


def largest_share(spots: Mapping[tuple[int, int], Spot]) -> float:
    """Give the largest share of the map."""
    return max((spot.share or 0.0 for spot in spots.values()), default=0.0)
