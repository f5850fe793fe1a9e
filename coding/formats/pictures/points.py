"""Conditions compared: a line for each measure, a point for each condition, with its interval or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.scales import Scale, axis_below
from coding.formats.pictures.svg import Element, Picture, cut, drawing

WIDTH, LEFT, RIGHT, TOP, LINE = 820.0, 250.0, 600.0, 34.0, 20.0


@dataclass(frozen=True, slots=True)
class Point:
    """One condition in one line: where it lies, and what it is in words; no value where it is not defined."""

    condition: int
    value: float | None
    low: float | None
    high: float | None
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line: what is measured, and the points of the conditions."""

    title: str
    slot: str
    points: tuple[Point, ...]
    is_weak: bool = False


def points_picture(
    conditions: Sequence[str], measures: Sequence[Measure], title: str, unit: str, *, name: str = "comparison",
    high: float | None = None,
) -> Picture:  # fmt: skip
    """Draw the measures one under the other; filled and open points, and their letters, tell conditions apart."""
    page = drawing()
    most = max([p.high or p.value or 0.0 for m in measures for p in m.points], default=1.0)
    scale = Scale(0, high or most * 1.06 or 1.0, LEFT, RIGHT)
    _legend(page, conditions)
    y = TOP + 14
    for measure in measures:
        height = max(len(measure.points), 1) * LINE
        label = page.add(
            "text", kind="name", x=LEFT - 14, y=y + height / 2 - 4, text=cut(measure.title, 36), text_anchor="end"
        )
        if measure.is_weak:
            label.add("tspan", kind="below", text=" ?").told("Agreement on this is below the study’s threshold")
        for place, point in enumerate(measure.points):
            _point(page, point, measure.slot, scale, y + place * LINE)
        y += height + 10
        page.add("path", kind="row-line", d=f"M{LEFT - 240:.0f} {y - 13:.1f}H{WIDTH:.0f}")
    axis_below(page, scale, y + 2, unit)
    linked = any(point.href for measure in measures for point in measure.points)
    return Picture(name, title, WIDTH, y + 46, page, linked)


def _legend(page: Element, conditions: Sequence[str]) -> None:
    x = LEFT
    for place, condition in enumerate(conditions):
        _shape(page, place, "stone", x + 5, TOP - 20)
        page.add("text", kind="strong", x=x + 16, y=TOP - 16, text=cut(condition, 30))
        x += 36 + 7.2 * min(len(condition), 30)


def _shape(page: Element, condition: int, slot: str, x: float, y: float) -> Element:
    """Draw the point of a condition: disc, ring, square, open square, diamond, open diamond."""
    kind = "dot" if condition % 2 == 0 else "dot-open"
    if condition < 2:
        return page.add("circle", kind=kind, slot=slot, cx=x, cy=y, r=4.6)
    if condition < 4:
        return page.add("rect", kind=kind, slot=slot, x=x - 4.2, y=y - 4.2, width=8.4, height=8.4)
    return page.add(
        "path",
        kind=kind,
        slot=slot,
        d=f"M{x:.1f} {y - 5.6:.1f}L{x + 5.6:.1f} {y:.1f}L{x:.1f} {y + 5.6:.1f}L{x - 5.6:.1f} {y:.1f}Z",
    )


def _point(page: Element, point: Point, slot: str, scale: Scale, y: float) -> None:
    parent = page.add("a", href=point.href) if point.href else page.add("g")
    parent.told(point.words)
    # The whole line is the target: a point alone is too small for a finger.
    parent.add("rect", kind="hit", x=LEFT, y=y - LINE / 2 + 1, width=WIDTH - LEFT, height=LINE - 2)
    if point.value is None:
        parent.add("text", kind="quiet", x=scale.start + 4, y=y + 4, text=cut(point.words.split(": ", 1)[-1], 64))
        return
    if point.low is not None and point.high is not None:
        parent.add(
            "path", kind="whisker", slot=slot, d=f"M{scale.at(point.low):.1f} {y:.1f}H{scale.at(point.high):.1f}"
        )
    _shape(parent, point.condition, slot, scale.at(point.value), y)
    parent.add("text", kind="value", x=RIGHT + 14, y=y + 4, text=cut(point.words.split(": ", 1)[-1], 34))
