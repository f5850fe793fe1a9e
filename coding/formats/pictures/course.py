"""The course over the hours of a dyad: a line for each group, turns with it per 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.marks import draw_mark
from coding.formats.pictures.scales import Frame, Scale, axis_below, axis_left, spread
from coding.formats.pictures.svg import Element, Picture, drawing

LARGE = Frame(420, 230, 40, 296, 34, 176)
SMALL = Frame(400, 200, 40, 276, 30, 150)
ASIDE = 4.0


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One hour: its number, and the rate, or no value where it is not defined."""

    number: float
    value: float | None
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One group over the hours."""

    title: str
    slot: str
    points: tuple[CoursePoint, ...]
    is_weak: bool = False


def course_picture(
    lines: Sequence[CourseLine], title: str, name: str = "course", *, high: float | None = None,
    joined: bool = True, is_small: bool = False,
) -> Picture:  # fmt: skip
    """
    Draw the lines; the shape of the family at each hour tells them apart, and each has its name at its end.

    `high` is the rate at the top, so that several courses can be compared. Hours that are no course are not `joined`.
    """
    page, frame = drawing(), SMALL if is_small else LARGE
    numbers = sorted({point.number for line in lines for point in line.points}) or [1.0]
    across = Scale(numbers[0] - 0.5, numbers[-1] + 0.5, frame.left, frame.right)
    up = Scale(0, (high or highest(lines)) * 1.1 or 1.0, frame.bottom, frame.top)
    axis_left(page, up, frame.left, frame.right, "per 100 turns")
    axis_below(page, across, frame.bottom, "session", numbers if len(numbers) <= 14 else None)
    names = []
    for number, line in enumerate(lines, start=1):
        # Groups of one family share its shape: every further one is drawn open.
        look = "m-open" if line.slot in {other.slot for other in lines[: number - 1]} else ""
        stroke = f"whisker curve-{number}" if number > 1 else "whisker"
        # A little beside each other, so that no sign hides another.
        aside = ASIDE * (number - (len(lines) + 1) / 2)
        known = [
            (across.at(point.number) + aside, up.at(point.value), point)
            for point in line.points
            if point.value is not None
        ]
        if len(known) > 1 and joined:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in known)
            page.add("path", kind=stroke, slot=line.slot, d=path)
        for x, y, point in known:
            parent = page.add("a", href=point.href) if point.href else page.add("g")
            parent.told(point.words)
            draw_mark(parent, line.slot, x, y, 4.2 if is_small else 5.0, look)
        names.append(_Name(line, known[-1][1] if known else frame.bottom, look, stroke if joined else "", not known))
    _write_names(page, names, frame)
    linked = any(point.href for line in lines for point in line.points)
    return Picture(name, title, frame.width, frame.height, page, linked)


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a line: where the line ends, and how its signs and its stroke look."""

    line: CourseLine
    y: float
    look: str
    stroke: str
    is_unknown: bool


def highest(lines: Sequence[CourseLine]) -> float:
    """Give the highest rate of any hour."""
    return max((point.value or 0.0 for line in lines for point in line.points), default=0.0)


def _write_names(page: Element, names: Sequence[_Name], frame: Frame) -> None:
    """Write the name of each line beside its end, none on another, with its sign; no line is left unnamed."""
    places = spread([one.y for one in names], 17, frame.bottom + 4)
    for y, one in zip(places, names, strict=True):
        line, x = one.line, frame.right + 10
        if one.stroke:
            page.add("path", kind=one.stroke, slot=line.slot, d=f"M{x:.0f} {y:.1f}h18")
        draw_mark(page, line.slot, x + 9, y, 4.2, one.look)
        words = f"{line.title}{' ?' if line.is_weak else ''}{': –' if one.is_unknown else ''}"
        label = page.add("text", kind="strong", x=x + 24, y=y + 4, text=words)
        if one.is_unknown and line.points:
            label.told(line.points[0].words)
        elif line.is_weak:
            label.told("Agreement on this is below the study’s threshold")
