"""What follows what as a diagram of states: groups in a ring, arrows as thick as the next turn is likely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.marks import draw_mark
from coding.formats.pictures.svg import Element, Picture, drawing

LEAST = 0.05
NO_STATE = "Nothing to draw: none of these codes occurs in this layer."


@dataclass(frozen=True, slots=True)
class _Ring:
    """The size of the picture, of the ring in it and of a state on the ring; `key` is the room for the key below."""

    width: float
    height: float
    radius: float
    node: float
    key: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.width / 2, (self.height - self.key) / 2


LARGE = _Ring(560.0, 440.0, 150.0, 26.0, 24.0)
SMALL = _Ring(400.0, 310.0, 100.0, 21.0, 0.0)


@dataclass(frozen=True, slots=True)
class State:
    """One group: how often it was given."""

    title: str
    slot: str
    count: int
    is_weak: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one state to another: how likely, and whether more (1), less (-1) or as often as by chance (0)."""

    start: int
    end: int
    probability: float
    sign: int
    words: str
    href: str = ""


def state_diagram(
    states: Sequence[State], arrows: Sequence[Arrow], title: str, name: str = "states", *, is_small: bool = False
) -> Picture:
    """Draw the states that occur and the arrows between them that are not too thin to see."""
    page, ring = drawing(), SMALL if is_small else LARGE
    spots = _spots(len(states), ring)
    for arrow in sorted(arrows, key=lambda one: one.probability):
        if arrow.probability >= LEAST:
            _arrow(page, arrow, spots, ring)
    for state, (x, y) in zip(states, spots, strict=True):
        _state(page, state, x, y, ring)
    words = "Thickness: share of the next turns. Solid: more often than by chance (residual above 1.96). Dashed: not."
    if not states:
        page.add("text", kind="quiet", x=12.0, y=ring.middle[1], text=NO_STATE)
    elif not is_small:
        page.add("text", kind="tick-label", x=0.0, y=ring.height - 8, text=words)
    linked = any(arrow.href for arrow in arrows) or any(state.href for state in states)
    return Picture(name, title, ring.width, ring.height, page, linked)


def _spots(number: int, ring: _Ring) -> list[tuple[float, float]]:
    turn = 2 * math.pi / max(number, 1)
    x, y = ring.middle
    return [
        (x + ring.radius * 1.2 * math.sin(turn * place), y - ring.radius * math.cos(turn * place))
        for place in range(number)
    ]


def _state(page: Element, state: State, x: float, y: float, ring: _Ring) -> None:
    spot = (page.add("a", href=state.href) if state.href else page.add("g")).told(
        f"{state.title}: given on {state.count} turns"
    )
    spot.add("circle", kind="node", slot=state.slot, cx=x, cy=y, r=ring.node)
    draw_mark(spot, state.slot, x, y - 7, 5.5)
    spot.add("text", kind="value", x=x, y=y + 13, text=str(state.count), text_anchor="middle")
    below = y > ring.middle[1] - 1
    name = f"{state.title} ?" if state.is_weak else state.title
    spot.add(
        "text",
        kind="strong halo",
        x=x,
        y=y + ring.node + 17 if below else y - ring.node - 8,
        text=name,
        text_anchor="middle",
    )


def _arrow(page: Element, arrow: Arrow, spots: Sequence[tuple[float, float]], ring: _Ring) -> None:
    parent = page.add("a", href=arrow.href) if arrow.href else page.add("g")
    parent.told(arrow.words)
    kind = "edge" if arrow.sign > 0 else "edge-less"
    width = 1 + 9 * arrow.probability
    (x, y), (to_x, to_y) = spots[arrow.start], spots[arrow.end]
    if arrow.start == arrow.end:
        path, tip, angle = _loop(x, y, ring)
    else:
        path, tip, angle = _bow(x, y, to_x, to_y, ring.node)
    parent.add("path", kind=kind, d=path, stroke_width=f"{width:.1f}")
    _tip(parent, tip, angle, 5 + width)


def _bow(x: float, y: float, to_x: float, to_y: float, node: float) -> tuple[str, tuple[float, float], float]:
    """Bend each arrow to its own right, so that the two of a pair stand apart."""
    long = math.hypot(to_x - x, to_y - y)
    ux, uy = (to_x - x) / long, (to_y - y) / long
    bend = long * 0.16
    cx, cy = (x + to_x) / 2 - uy * bend, (y + to_y) / 2 + ux * bend
    start = _towards(x, y, cx, cy, node + 2)
    end = _towards(to_x, to_y, cx, cy, node + 12)
    tip = _towards(to_x, to_y, cx, cy, node + 3)
    angle = math.atan2(to_y - cy, to_x - cx)
    return f"M{start[0]:.1f} {start[1]:.1f}Q{cx:.1f} {cy:.1f} {end[0]:.1f} {end[1]:.1f}", tip, angle


def _towards(x: float, y: float, to_x: float, to_y: float, by: float) -> tuple[float, float]:
    long = math.hypot(to_x - x, to_y - y) or 1.0
    return x + (to_x - x) / long * by, y + (to_y - y) / long * by


def _loop(x: float, y: float, ring: _Ring) -> tuple[str, tuple[float, float], float]:
    """Draw what follows itself as a loop away from the middle."""
    node, middle = ring.node, ring.middle
    outward = math.atan2(y - middle[1], x - middle[0])
    first, last = outward + math.pi / 2 - 0.55, outward + math.pi / 2 + 0.15
    ax, ay = x + node * math.cos(first), y + node * math.sin(first)
    bx, by = x + (node + 9) * math.cos(last), y + (node + 9) * math.sin(last)
    far = node + 40
    cx, cy = x + far * math.cos(first - 0.1), y + far * math.sin(first - 0.1)
    dx, dy = x + far * math.cos(last + 0.35), y + far * math.sin(last + 0.35)
    tip = (x + (node + 2) * math.cos(last), y + (node + 2) * math.sin(last))
    path = f"M{ax:.1f} {ay:.1f}C{cx:.1f} {cy:.1f} {dx:.1f} {dy:.1f} {bx:.1f} {by:.1f}"
    return path, tip, math.atan2(tip[1] - by, tip[0] - bx)


def _tip(parent: Element, at: tuple[float, float], angle: float, size: float) -> None:
    size = min(size, 13)
    points = [(0.0, 0.0), (-size, size * 0.42), (-size, -size * 0.42)]
    turned = [
        (at[0] + px * math.cos(angle) - py * math.sin(angle), at[1] + px * math.sin(angle) + py * math.cos(angle))
        for px, py in points
    ]
    parent.add("path", kind="tip", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in turned) + "Z")
