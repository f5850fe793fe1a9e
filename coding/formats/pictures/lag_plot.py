"""One pair over the lags: adjusted residuals with the band in which chance lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.scales import Frame, Scale, axis_below, axis_left
from coding.formats.pictures.svg import Picture, cut, drawing

LARGE = Frame(560, 300, 48, 440, 34, 246)
SMALL = Frame(340, 220, 40, 326, 30, 168)
BAND = 1.96


@dataclass(frozen=True, slots=True)
class LagPoint:
    """One lag; no value where it is not defined, and then the words say why."""

    lag: int
    value: float | None
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class LagLine:
    """One line: all sessions, or one of them."""

    title: str
    points: tuple[LagPoint, ...]


def lag_plot(lines: Sequence[LagLine], title: str, name: str = "lags", *, is_small: bool = False) -> Picture:
    """Draw residuals over the lags, at most six lines, each with its own dashes and its name at the end."""
    frame = SMALL if is_small else LARGE
    known = [abs(point.value) for line in lines for point in line.points if point.value is not None]
    reach = max([2.5, *known]) * 1.12
    lags = sorted({point.lag for line in lines for point in line.points}) or [1]
    across = Scale(min(lags) - 0.4, max(lags) + 0.4, frame.left, frame.right)
    up = Scale(-reach, reach, frame.bottom, frame.top)
    page = drawing()
    page.add(
        "rect",
        kind="band",
        x=frame.left,
        y=up.at(BAND),
        width=frame.right - frame.left,
        height=up.at(-BAND) - up.at(BAND),
    ).told("Between −1.96 and 1.96: what chance does in 95 of 100")
    axis_left(page, up, frame.left, frame.right, "adjusted residual")
    page.add("path", kind="zero", d=f"M{frame.left:.0f} {up.at(0):.1f}H{frame.right:.0f}")
    axis_below(page, across, frame.bottom, "turns later", [float(lag) for lag in lags])
    taken: list[float] = []
    for number, line in enumerate(lines[:6], start=1):
        places = [(across.at(point.lag), up.at(point.value), point) for point in line.points if point.value is not None]
        if len(places) > 1:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
            page.add("path", kind=f"curve curve-{number}" if number > 1 else "curve", d=path)
        for x, y, point in places:
            parent = page.add("a", href=point.href) if point.href else page.add("g")
            parent.told(point.words)
            parent.add("circle", kind="tip", cx=x, cy=y, r=4.0 if number == 1 else 3.0)
        if places and not is_small:
            y = _free(places[-1][1], taken)
            page.add("text", kind="name", x=frame.right + 8, y=y + 4, text=cut(line.title, 18))
        elif known and line.points and not is_small:
            # A line that cannot be drawn is named with its reason, so that nobody takes it for forgotten.
            y = _free(frame.top + 8, taken)
            words = page.add("text", kind="quiet", x=frame.right + 8, y=y + 4, text=f"{cut(line.title, 14)}: –")
            words.told(line.points[0].words)
    if not known:
        why = next((point.words for line in lines for point in line.points if point.words), "not defined")
        page.add("text", kind="quiet", x=frame.left + 12, y=up.at(0) - 10, text=cut(why, 70))
    linked = any(point.href for line in lines for point in line.points)
    return Picture(name, title, frame.width, frame.height, page, linked)


def _free(y: float, taken: list[float]) -> float:
    """Move a name down until it stands on no other."""
    while any(abs(y - other) < 14 for other in taken):
        y += 14
    taken.append(y)
    return y
