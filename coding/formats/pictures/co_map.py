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


def co_map(names: Sequence[tuple[str, str, bool]], spots: Mapping[tuple[int, int], Spot], title: str) -> Picture:
    """
    Draw the lower triangle: `names` are title, slot and whether agreement is weak; `spots` by the places of the two.

    A ring is a pair that never occurs together, nothing is a pair that cannot be told.
    """
    side = 30.0 if len(names) <= 14 else 24.0
    page = drawing()
    largest = max((spot.share or 0.0 for spot in spots.values()), default=0.0) or 1.0
    for row, (name, slot, weak) in enumerate(names):
        y = TOP + side * (row + 0.5)
        draw_mark(page, slot, 8, y, 5.0)
        label = page.add("text", kind="name", x=20.0, y=y + 4.5, text=cut(name, 27))
        if weak:
            label.add("tspan", kind="below", text=" ?").told("Agreement on this is below the study’s threshold")
        page.add("path", kind="row-line", d=f"M{LEFT:.0f} {y + side / 2:.1f}H{LEFT + side * (row + 1):.1f}")
        for column in range(row):
            spot = spots.get((column, row))
            if spot is None:
                continue
            x = LEFT + side * (column + 0.5)
            parent = page.add("a", href=spot.href) if spot.href and spot.both else page.add("g")
            parent.told(spot.words)
            parent.add("rect", kind="hit", x=x - side / 2, y=y - side / 2, width=side, height=side)
            if spot.share is None:
                continue
            if not spot.both:
                parent.add("circle", kind="bubble-none", cx=x, cy=y, r=1.8)
                continue
            parent.add("circle", kind="bubble", cx=x, cy=y, r=max(2.6, side * 0.47 * (spot.share / largest) ** 0.5))
        draw_mark(page, slot, LEFT + side * (row + 0.5), y, 5.0)
    width, bottom = LEFT + side * len(names) + 20, TOP + side * len(names)
    page.add(
        "text",
        kind="tick-label",
        x=0.0,
        y=bottom + 22,
        text=f"Area: share of those with both among those with either; the largest is {largest:.2f}. Ring: never both.",
    )
    return Picture("together", title, max(width, 620.0), bottom + 32, page, any(s.href for s in spots.values()))
