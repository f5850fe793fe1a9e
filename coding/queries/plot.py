"""Where a coefficient and its interval lie in the plot of a table, in per cent of the width of its cell."""

from __future__ import annotations

from dataclasses import dataclass

from coding.reliability import Result

# Where 0 and 1 lie on the axis, and how near its edge a stroke may come.
ZERO, ONE, EDGE = 12.4, 96.0, 0.8


@dataclass(frozen=True, slots=True)
class Stroke:
    """One coefficient in the plot: its place, and the ends of its interval where it has one."""

    at: str
    low: str
    high: str
    is_optimistic: bool


def place(value: float) -> str:
    """Give the place of a coefficient on the axis; what lies beyond it stays at its edge."""
    return f"{min(max(ZERO + value * (ONE - ZERO), EDGE), 100 - EDGE):.1f}%"


def stroke(result: Result | None) -> Stroke | None:
    """Place a coefficient and its interval; an undefined one has no place."""
    if result is None or result.value is None:
        return None
    low = place(result.low) if result.low is not None else ""
    high = place(result.high) if result.high is not None else ""
    return Stroke(place(result.value), low, high, result.kind == "optimistic")
