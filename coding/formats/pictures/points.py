"""Conditions compared: a line for each measure, a point for each condition, with its interval or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.scales import Scale, axis_below
from coding.formats.pictures.svg import Element, Picture, cut, drawing

TOP = 34.0


@dataclass(frozen=True, slots=True)
class _Size:
    """How wide the picture is, where its lines begin and end, how high one is and the room below a measure."""

    width: float
    left: float
    right: float
    line: float
    room: float
    letters: int


LARGE = _Size(820.0, 250.0, 600.0, 20.0, 10.0, 36)
#: Many lines stand closer, so that they still fit on a page of paper and can be read there.
DENSE, MANY = _Size(820.0, 250.0, 600.0, 15.0, 6.0, 36), 12
#: Without numbers at the end of a line: the picture stands beside others of its kind.
SMALL = _Size(400.0, 156.0, 388.0, 13.0, 5.0, 24)


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
    high: float | None = None, is_small: bool = False,
) -> Picture:  # fmt: skip
    """Draw the measures one under the other; filled and open points, and their letters, tell conditions apart."""
    size = SMALL if is_small else DENSE if len(measures) > MANY else LARGE
    page = drawing()
    scale = Scale(0, high or highest(measures) * 1.06 or 1.0, size.left, size.right)
    _legend(page, conditions, size)
    y = TOP + 14
    for measure in measures:
        height = max(len(measure.points), 1) * size.line
        title = cut(measure.title, size.letters)
        middle = y + height / 2 - size.line / 2 + 4
        label = page.add("text", kind="name", x=size.left - 14, y=middle, text=title, text_anchor="end")
        if measure.is_weak:
            label.add("tspan", kind="below", text=" ?").told("Agreement on this is below the study’s threshold")
        for place, point in enumerate(measure.points):
            _point(page, point, measure.slot, scale, y + place * size.line, size)
        y += height + size.room
        page.add("path", kind="row-line", d=f"M10 {y - (size.line + size.room) / 2 + 2:.1f}H{size.width:.0f}")
    axis_below(page, scale, y + 2, unit)
    linked = any(point.href for measure in measures for point in measure.points)
    return Picture(name, title, size.width, y + 46, page, linked)


def highest(measures: Sequence[Measure]) -> float:
    """Give the farthest that a point or its interval reaches."""
    return max([p.high or p.value or 0.0 for m in measures for p in m.points], default=1.0)


def _legend(page: Element, conditions: Sequence[str], size: _Size) -> None:
    x, letters = (size.left, 30) if size is not SMALL else (10.0, max(8, 46 // max(len(conditions), 1)))
    for place, condition in enumerate(conditions):
        _shape(page, place, "stone", x + 5, TOP - 20)
        page.add("text", kind="strong", x=x + 16, y=TOP - 16, text=cut(condition, letters))
        x += 36 + 7.2 * min(len(condition), letters)


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


def _point(page: Element, point: Point, slot: str, scale: Scale, y: float, size: _Size) -> None:
    parent = page.add("a", href=point.href) if point.href else page.add("g")
    parent.told(point.words)
    # The whole line is the target: a point alone is too small for a finger.
    parent.add(
        "rect", kind="hit", x=size.left, y=y - size.line / 2 + 1, width=size.width - size.left, height=size.line - 2
    )
    if point.value is None:
        # A small picture says that there is none, and why only on hover: half a reason is no reason.
        why = point.words.split(": ", 1)[-1]
        said = cut(why, 64) if size is not SMALL else cut(why.split(": ", 1)[0], 30)
        parent.add("text", kind="quiet", x=scale.start + 4, y=y + 4, text=said)
        return
    if point.low is not None and point.high is not None:
        parent.add(
            "path", kind="whisker", slot=slot, d=f"M{scale.at(point.low):.1f} {y:.1f}H{scale.at(point.high):.1f}"
        )
    _shape(parent, point.condition, slot, scale.at(point.value), y)
    if size is not SMALL:
        parent.add("text", kind="value", x=size.right + 14, y=y + 4, text=cut(point.words.split(": ", 1)[-1], 34))
