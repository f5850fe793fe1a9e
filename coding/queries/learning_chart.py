"""Learning curves as places in an SVG: one rater and one code over the transcripts, with the criterion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding.models import TrainingCriterion
from coding.queries.learning import Course, Point

LEFT, RIGHT, TOP, BOTTOM = 40.0, 330.0, 14.0, 118.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One transcript; `shape` is "reached", "below", or "none" where there is no value."""

    x: float
    y: float
    shape: str
    point: Point


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve; `limit` is the height of the criterion, `met_x` where the row was complete."""

    caption: str
    course: Course
    dots: tuple[Dot, ...]
    path: str
    limit: float | None
    zero: float
    bottom_value: float
    met_x: float | None


def curves(named: Iterable[tuple[str, Course]], criterion: TrainingCriterion | None) -> list[Curve]:
    """Lay out curves on one scale, so that they can be compared."""
    named = [(caption, course) for caption, course in named if course.points]
    values = [point.value for _, course in named for point in course.points if point.value is not None]
    threshold = float(criterion.threshold) if criterion else None
    bottom = min([0.0, *values, *([threshold] if threshold is not None else [])])
    longest = max((len(course.points) for _, course in named), default=1)
    return [_curve(caption, course, threshold, bottom, longest) for caption, course in named]


def _curve(caption: str, course: Course, threshold: float | None, bottom: float, longest: int) -> Curve:
    def y(value: float) -> float:
        return round(BOTTOM - (value - bottom) / (1 - bottom) * (BOTTOM - TOP), 1)

    step = (RIGHT - LEFT) / longest
    xs = [round(LEFT + step * (place + 0.5), 1) for place in range(len(course.points))]
    dots = tuple(
        Dot(
            x=x,
            y=BOTTOM if point.value is None else y(point.value),
            shape="none" if point.value is None else _shape(point.value, threshold),
            point=point,
        )
        for x, point in zip(xs, course.points, strict=True)
    )
    row = course.row
    return Curve(
        caption=caption,
        course=course,
        dots=dots,
        path=_path(dots),
        limit=None if threshold is None else y(threshold),
        zero=y(0),
        bottom_value=bottom,
        met_x=None if row is None or row.met_at is None else xs[row.met_at],
    )


def _shape(value: float, threshold: float | None) -> str:
    return "reached" if threshold is None or value >= threshold else "below"


def _path(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots if dot.shape != "none")
