"""How many still wait: a curve for each condition, with its band and a stroke where somebody's hour ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.scales import Frame, Scale, axis_below, axis_left, spread, ticks
from coding.formats.pictures.svg import Element, Picture, cut, drawing

LARGE = Frame(760, 330, 48, 560, 34, 262)
SMALL = Frame(400, 220, 40, 214, 30, 168)
MOST = 6
#: How many letters of a name, and of the words below it, go beside a large and a small picture.
LETTERS = {LARGE: (24, 34), SMALL: (23, 28)}


@dataclass(frozen=True, slots=True)
class CurveStep:
    """The share that still waits from this time on, with its interval; `words` tell it."""

    time: float
    share: float
    low: float | None
    high: float | None
    censored: int
    words: str


@dataclass(frozen=True, slots=True)
class WaitCurve:
    """One condition; without steps `why` says why there is no curve."""

    title: str
    steps: tuple[CurveStep, ...]
    note: str = ""
    why: str = ""
    href: str = ""


def wait_curves(
    curves: Sequence[WaitCurve], title: str, unit: str, name: str = "latency", *, is_small: bool = False
) -> Picture:
    """Draw at most six curves; dashes tell them apart, and each has its name at its end."""
    frame = SMALL if is_small else LARGE
    page = drawing()
    last = max((step.time for curve in curves for step in curve.steps), default=1.0) or 1.0
    across, up = Scale(0, last, frame.left, frame.right), Scale(0, 1, frame.bottom, frame.top)
    axis_left(page, up, frame.left, frame.right, "share not yet", [0, 0.25, 0.5, 0.75, 1])
    axis_below(page, across, frame.bottom, unit, ticks(0, last))
    for number, curve in enumerate(curves[:MOST], start=1):
        if curve.steps:
            _band(page, curve, across, up)
            _curve(page, curve, across, up, number)
    ends = [up.at(curve.steps[-1].share) if curve.steps else frame.bottom for curve in curves[:MOST]]
    for number, (y, curve) in enumerate(zip(spread(ends, 34, frame.bottom), curves, strict=False), start=1):
        _name(page, curve, y, number, frame)
    if not any(curve.steps for curve in curves):
        why = next((curve.why for curve in curves if curve.why), "not defined")
        page.add("text", kind="quiet", x=frame.left + 12, y=(frame.top + frame.bottom) / 2, text=cut(why, 80))
    linked = any(curve.href and curve.steps for curve in curves)
    return Picture(name, title, frame.width, frame.height, page, linked)


def _band(page: Element, curve: WaitCurve, across: Scale, up: Scale) -> None:
    known = [step for step in curve.steps if step.low is not None and step.high is not None]
    if not known:
        return
    upper, lower = [], []
    for step, after in zip(known, [*known[1:], None], strict=True):
        x, to = across.at(step.time), across.at(after.time if after else curve.steps[-1].time)
        upper += [(x, up.at(step.high or 0)), (to, up.at(step.high or 0))]
        lower += [(x, up.at(step.low or 0)), (to, up.at(step.low or 0))]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*upper, *reversed(lower)]) + "Z"
    page.add("path", kind="band", d=path).told(f"{curve.title}: 95 % interval")


def _curve(page: Element, curve: WaitCurve, across: Scale, up: Scale, number: int) -> None:
    kind = f"curve curve-{number}" if number > 1 else "curve"
    path, y = f"M{across.at(0):.1f} {up.at(1):.1f}", up.at(1)
    for step in curve.steps:
        x, to = across.at(step.time), up.at(step.share)
        path += f"H{x:.1f}" + (f"V{to:.1f}" if to != y else "")
        y = to
    page.add("path", kind=kind, d=path)
    for step in curve.steps:
        x, y = across.at(step.time), up.at(step.share)
        parent = page.add("a", href=curve.href) if curve.href else page.add("g")
        parent.told(step.words)
        if step.censored:
            parent.add("path", kind="censor", d=f"M{x:.1f} {y - 5:.1f}v10")
        parent.add("circle", kind="hit", cx=x, cy=y, r=6.0)


def _name(page: Element, curve: WaitCurve, y: float, number: int, frame: Frame) -> None:
    """Write the name of a curve where it ends, with its dashes before it."""
    kind = f"curve curve-{number}" if number > 1 else "curve"
    page.add("path", kind=kind, d=f"M{frame.right + 8:.0f} {y:.1f}h22")
    of_name, of_note = LETTERS[frame]
    page.add("text", kind="strong", x=frame.right + 36, y=y + 4, text=cut(curve.title, of_name))
    page.add("text", kind="tick-label", x=frame.right + 36, y=y + 18, text=cut(curve.note or curve.why, of_note))
