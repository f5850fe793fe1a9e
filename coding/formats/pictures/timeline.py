"""The hour, turn by turn: turns across, families down; the patient above each line, the therapist below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.marks import draw_mark
from coding.formats.pictures.svg import Element, Picture, drawing

LEFT, RIGHT, EDGE = 172.0, 1160.0, 20.0
NARROWEST = 5.0
ROW, FIRST, ASIDE = 34.0, 64.0, 7.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One turn as it was spoken: `below` is the therapist's side, `length` a share of the longest turn."""

    turn: int
    below: bool
    length: float
    #: Nobody of this layer judged the turn, or it is uncodable.
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """What was given on one turn in one row; the shade is 1 (faint) to 3 (marked), 0 where nothing was rated."""

    turn: int
    below: bool
    shade: int
    words: str
    href: str = ""
    is_tie: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One family with its signs."""

    title: str
    slot: str
    signs: tuple[Sign, ...]
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch that is told in words below the rows, such as from the first pull to the first naming."""

    first: int
    last: int
    words: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """One session."""

    name: str
    turns: int
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    stretches: tuple[Stretch, ...] = ()
    upper: str = "patient"
    lower: str = "therapist"


def timeline(data: Timeline, *, is_small: bool = False) -> Picture:
    """Draw one session; a small one has no waves and no words below, to stand under others."""
    step = max((RIGHT - LEFT) / max(data.turns, 1), NARROWEST)
    right = LEFT + step * data.turns
    row, first = (22.0, 16.0) if is_small else (ROW, FIRST)
    page = drawing()
    if not is_small:
        _waves(page, data, step)
    for number, line in enumerate(data.rows):
        _row(page, line, first + row * number, step, right, is_small)
    y = first + row * len(data.rows)
    if not is_small and data.stretches:
        y = _stretches(page, data.stretches, y - 14, step, right)
    _ticks(page, data.turns, y + (10 if is_small else 16), step)
    linked = any(sign.href for line in data.rows for sign in line.signs)
    title = f"Codes over the {data.turns} turns of {data.name}"
    return Picture("timeline", title, right + EDGE, y + (14 if is_small else 22), page, linked)


def _middle(turn: int, step: float) -> float:
    return LEFT + step * (turn - 0.5)


def _waves(page: Element, data: Timeline, step: float) -> None:
    page.add("text", kind="tick-label", x=0.0, y=16.0, text=f"{data.upper} speaks")
    page.add("text", kind="tick-label", x=0.0, y=38.0, text=f"{data.lower} speaks")
    for bar in data.bars:
        height = 2 + 14 * bar.length
        kind = "gap" if bar.is_gap else "wave"
        y = 26.0 if bar.below else 24 - height
        made = page.add(
            "rect", kind=kind, x=_middle(bar.turn, step) - step * 0.38, y=y, width=step * 0.76, height=height
        )
        if bar.is_gap:
            made.told(f"Turn {bar.turn}: no value in this layer (not judged, or uncodable)")


def _row(page: Element, row: Row, y: float, step: float, right: float, is_small: bool) -> None:
    aside, size = (4.0, 3.2) if is_small else (ASIDE, 5.0)
    page.add("path", kind="row-line", d=f"M{LEFT:.0f} {y:.0f}H{right:.0f}")
    draw_mark(page, row.slot, 6, y, size)
    label = page.add("text", kind="label", slot=row.slot, x=18.0, y=y + 4.5, text=_short(row.title))
    if row.is_weak:
        label.add("tspan", kind="below", text=" ?").told("Agreement on this group is below the study’s threshold")
    # Where turns are narrow the signs are too, so that neighbours stay apart.
    size = min(size, max(step * 0.55, 2.6))
    for sign in row.signs:
        x, at = _middle(sign.turn, step), y + aside if sign.below else y - aside
        parent = page.add("a", href=sign.href) if sign.href else page.add("g")
        parent.told(sign.words)
        if sign.is_tie:
            parent.add("circle", kind="tie", cx=x, cy=at, r=size * 0.7)
            parent.add("path", kind="tie", d=f"M{x - size * 0.7:.1f} {at:.1f}H{x + size * 0.7:.1f}")
        else:
            kind = {1: "faint", 2: "middling"}.get(sign.shade, "")
            draw_mark(parent, row.slot, x, at, size * {1: 0.8, 2: 0.92}.get(sign.shade, 1.0), kind)


def _short(title: str) -> str:
    return title if len(title) <= 22 else f"{title[:21]}…"


def _stretches(page: Element, stretches: Sequence[Stretch], y: float, step: float, right: float) -> float:
    """Draw what is told in words, each in a line of its own where two would overlap."""
    ends: list[float] = []
    for stretch in stretches:
        start, end = _middle(stretch.first, step), _middle(stretch.last, step)
        width = 6.3 * len(stretch.words)
        at_end = start + width > right
        left = end - width if at_end else start
        level = next((place for place, taken in enumerate(ends) if taken < min(left, start)), len(ends))
        ends += [0.0] * (level + 1 - len(ends))
        ends[level] = max(left + width, end) + 8
        top = y + 34 * level
        kind = "span span-open" if stretch.is_open else "span"
        close = "" if stretch.is_open else f"V{top:.0f}"
        page.add("path", kind=kind, d=f"M{start:.1f} {top:.0f}V{top + 6:.0f}H{end:.1f}{close}")
        anchor = {"text_anchor": "end"} if at_end else {}
        page.add("text", kind="span-text", x=end if at_end else start, y=top + 21, text=stretch.words, **anchor)
    return y + 34 * len(ends)


def _ticks(page: Element, turns: int, y: float, step: float) -> None:
    page.add("text", kind="tick-label", x=0.0, y=y, text="turn")
    every = next(size for size in (10, 20, 50, 100, 200, 500, 1000, 10**9) if size * step >= 36)
    for turn in [1, *range(every, turns + 1, every)]:
        page.add("text", kind="tick-label", x=_middle(turn, step), y=y, text=str(turn), text_anchor="middle")
