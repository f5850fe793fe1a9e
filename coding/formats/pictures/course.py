"""The course over the hours of a dyad: a line for each group, turns with it per 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.marks import draw_mark
from coding.formats.pictures.scales import Scale, axis_below, axis_left
from coding.formats.pictures.svg import Picture, drawing

WIDTH, HEIGHT = 420.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 308.0, 34.0, 176.0


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


def course_picture(lines: Sequence[CourseLine], title: str, name: str = "course") -> Picture:
    """Draw the lines; the shape of the family at each hour tells them apart, and each has its name at its end."""
    page = drawing()
    numbers = sorted({point.number for line in lines for point in line.points}) or [1.0]
    most = max([point.value or 0.0 for line in lines for point in line.points], default=1.0)
    across = Scale(numbers[0] - 0.5, numbers[-1] + 0.5, LEFT, RIGHT)
    up = Scale(0, most * 1.1 or 1.0, BOTTOM, TOP)
    axis_left(page, up, LEFT, RIGHT, "per 100 turns")
    axis_below(page, across, BOTTOM, "session", numbers if len(numbers) <= 14 else None)
    taken: list[float] = []
    for number, line in enumerate(lines, start=1):
        known = [
            (across.at(point.number), up.at(point.value), point) for point in line.points if point.value is not None
        ]
        if not known:
            continue
        if len(known) > 1:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in known)
            page.add("path", kind=f"whisker curve-{number}" if number > 1 else "whisker", slot=line.slot, d=path)
        for x, y, point in known:
            parent = page.add("a", href=point.href) if point.href else page.add("g")
            parent.told(point.words)
            draw_mark(parent, line.slot, x, y, 5.0)
        y = known[-1][1]
        while any(abs(y - other) < 15 for other in taken):
            y -= 15
        taken.append(y)
        page.add("text", kind="strong", x=RIGHT + 12, y=y + 4, text=f"{line.title} ?" if line.is_weak else line.title)
    return Picture(name, title, WIDTH, HEIGHT, page, any(point.href for line in lines for point in line.points))
