"""One pair over the lags: adjusted residuals with the band in which chance lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.scales import Frame, Scale, axis_below, axis_left, spread
from coding.formats.pictures.svg import Element, Picture, cut, drawing

LARGE = Frame(560, 300, 48, 410, 34, 246)
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
    named: list[tuple[float, int, LagLine]] = []
    for number, line in enumerate(lines[:6], start=1):
        places = [(across.at(point.lag), up.at(point.value), point) for point in line.points if point.value is not None]
        if len(places) > 1:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
            page.add("path", kind=_stroke(number), d=path)
        for x, y, point in places:
            parent = page.add("a", href=point.href) if point.href else page.add("g")
            parent.told(point.words)
            parent.add("circle", kind="tip", cx=x, cy=y, r=4.0 if number == 1 else 3.0)
        if places or line.points:
            named.append((places[-1][1] if places else frame.bottom, 0 if not places else number, line))
    if known and not is_small:
        _names(page, named, frame)
    if not known:
        why = next((point.words for line in lines for point in line.points if point.words), "not defined")
        page.add("text", kind="quiet", x=frame.left + 12, y=up.at(0) - 10, text=cut(why, 70))
    linked = any(point.href for line in lines for point in line.points)
    return Picture(name, title, frame.width, frame.height, page, linked)


def _stroke(number: int) -> str:
    return f"curve curve-{number}" if number > 1 else "curve"


def _names(page: Element, named: Sequence[tuple[float, int, LagLine]], frame: Frame) -> None:
    """Write each name beside the end of its line; one that cannot be drawn (0) is not forgotten, and says why."""
    places = spread([y for y, _, _ in named], 15, frame.bottom)
    for y, (_, number, line) in zip(places, named, strict=True):
        if number:
            page.add("path", kind=_stroke(number), d=f"M{frame.right + 6:.0f} {y:.1f}h18")
            page.add("text", kind="name", x=frame.right + 30, y=y + 4, text=cut(line.title, 18))
        else:
            words = page.add("text", kind="quiet", x=frame.right + 30, y=y + 4, text=f"{cut(line.title, 14)}: –")
            words.told(line.points[0].words)
