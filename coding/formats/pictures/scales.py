"""Axes: where a number lies, and which numbers are written at the edge."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from coding.formats.pictures.svg import Element


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture, and where its axes lie in it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` along a line from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the place of a number; what lies beyond the scale stays at its edge."""
        span = (self.high - self.low) or 1.0
        share = min(max((value - self.low) / span, 0.0), 1.0)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Give round numbers between the two, at most so many."""
    span = (high - low) or 1.0
    raw = span / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(step * place, 10) for place in range(first, last + 1)]


def written(value: float) -> str:
    """Write a number of an axis."""
    text = f"{abs(value):,.10g}"
    return f"−{text}" if value < 0 else text


def axis_below(page: Element, scale: Scale, y: float, label: str, values: Sequence[float] | None = None) -> None:
    """Draw a line of numbers along the bottom."""
    page.add("path", kind="axis", d=f"M{scale.start:.1f} {y:.1f}H{scale.end:.1f}")
    for value in ticks(scale.low, scale.high) if values is None else values:
        x = scale.at(value)
        page.add("path", kind="axis", d=f"M{x:.1f} {y:.1f}v4")
        page.add("text", kind="tick-label", x=x, y=y + 17, text=written(value), text_anchor="middle")
    page.add("text", kind="quiet", x=scale.end, y=y + 34, text=label, text_anchor="end")


def axis_left(
    page: Element, scale: Scale, x: float, right: float, label: str, values: Sequence[float] | None = None
) -> None:
    """Draw lines across, with their numbers at the left."""
    for value in ticks(scale.low, scale.high, 5) if values is None else values:
        y = scale.at(value)
        page.add("path", kind="grid", d=f"M{x:.1f} {y:.1f}H{right:.1f}")
        page.add("text", kind="tick-label", x=x - 6, y=y + 4, text=written(value), text_anchor="end")
    page.add("text", kind="quiet", x=x - 30, y=min(scale.start, scale.end) - 12, text=label)


def spread(wanted: Sequence[float], room: float, lowest: float) -> list[float]:
    """Move words beside a picture apart, none nearer than `room` to another, none below `lowest`, in their order."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    places = list(wanted)
    for before, place in itertools.pairwise(order):
        places[place] = max(places[place], places[before] + room)
    limit = lowest
    for place in reversed(order):
        places[place] = min(places[place], limit)
        limit = places[place] - room
    return places
