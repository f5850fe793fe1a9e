"""Rounds over time, as places in a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from coding.models import CodebookVersion
from coding.queries.round_pages import RoundLine
from transcripts.models import Study

LEFT, RIGHT = 174.0, 1136.0
_LANE, _FIRST = 42, 66
_SHORTEST = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Tick:
    """One day on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One published version of the codebook."""

    x: float
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One round: from its making to its closing, or to today; `state` is None where the person may not know it."""

    name: str
    words: str
    state: str | None
    x: float
    width: float
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 16

    @property
    def has_room(self) -> bool:
        """Tell whether the words fit into the bar; else they stand beside it."""
        return self.width > 7 * len(self.words)

    @property
    def words_x(self) -> float:
        return self.x + 10 if self.has_room else self.x + self.width + 10

    @property
    def words_end(self) -> bool:
        """Tell whether the words have to stand before the bar, since it ends at the right edge."""
        return not self.has_room and self.words_x + 7 * len(self.words) > RIGHT + 44


@dataclass(frozen=True, slots=True)
class RoundsPicture:
    """The whole picture."""

    ticks: tuple[Tick, ...]
    versions: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    now: float
    height: int

    @property
    def foot(self) -> int:
        return self.height - 8

    @property
    def floor(self) -> int:
        return self.height - 24


def rounds_picture(study: Study, lines: Sequence[RoundLine]) -> RoundsPicture:
    """Lay the rounds of a study along time, the oldest first."""
    versions = list(
        CodebookVersion.objects.filter(study=study).published().order_by("published_at").only("name", "published_at")
    )
    now = timezone.now()
    begins = [line.round.created_at for line in lines] + [version.published_at for version in versions]
    start = min([*begins, now]) - timedelta(days=1)
    end = max(now + timedelta(days=1), now + (now - start) / 40, start + _SHORTEST)

    def at(moment: datetime) -> float:
        share: float = (moment - start) / (end - start)
        return round(LEFT + (RIGHT - LEFT) * share, 1)

    bars = tuple(_bar(line, number, at, now) for number, line in enumerate(reversed(lines)))
    return RoundsPicture(
        ticks=tuple(Tick(at(day), date_format(day, "j M")) for day in days_between(start, end)),
        versions=_dots([(at(version.published_at), version.name) for version in versions if version.published_at]),
        bars=bars,
        now=at(now),
        height=_FIRST + _LANE * len(bars) + 20,
    )


def _dots(versions: Sequence[tuple[float, str]]) -> tuple[Dot, ...]:
    """Mark the versions; those whose names would lie over each other share a mark."""
    dots: list[Dot] = []
    for x, name in versions:
        if dots and x < dots[-1].x + 7 * len(dots[-1].name) + 14:
            dots[-1] = Dot(dots[-1].x, f"{dots[-1].name}, {name}")
        else:
            dots.append(Dot(x, name))
    return tuple(dots)


def _bar(line: RoundLine, number: int, at: Callable[[datetime], float], now: datetime) -> Bar:
    closed = line.round.closed_at if line.state == "closed" else None
    x = at(line.round.created_at)
    return Bar(
        name=str(line.round),
        words=f"{line.raters} {'rater' if line.raters == 1 else 'raters'}, "
        f"{line.transcripts} {'transcript' if line.transcripts == 1 else 'transcripts'}",
        state=line.state,
        x=x,
        width=round(max(at(closed or now) - x, 4.0), 1),
        y=_FIRST + _LANE * number,
    )


def days_between(start: datetime, end: datetime) -> list[datetime]:
    """Give the days to mark: Mondays between the two, in steps that leave at most nine."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight + timedelta(days=7 - start.weekday())
    weeks = int((end - monday) / timedelta(weeks=1)) + 1
    step = timedelta(weeks=max(1, -(-weeks // 9)))
    days = []
    while monday < end:
        days.append(monday)
        monday += step
    return days
