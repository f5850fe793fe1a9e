"""One csv for each table of the analysis; numbers are written in full, what is not defined is empty and says why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coding.analysis.comparing import Comparison
from coding.analysis.counts import Count
from coding.analysis.episodes import Episode
from coding.analysis.events import Transitions
from coding.analysis.figures import Figure, number
from coding.analysis.following import Naming
from coding.analysis.lags import Lagged
from coding.analysis.latencies import Latencies
from coding.analysis.material import Group
from coding.analysis.permuting import Shuffled
from coding.analysis.relations import Course, Direction, Place, Recurrence
from coding.analysis.together import Together
from coding.formats.sequences.dictionary_words import SEQUENCE_FILES
from coding.formats.table import write_table
from transcripts.formats.guard import guard

Cell = str | int | float | None


def table(file: str, rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Write rows under the columns that the data dictionary has for the file."""
    return write_table([words[0] for words in SEQUENCE_FILES[file]], (_cells(row) for row in rows))


def _cells(row: Sequence[Cell]) -> list[str | int]:
    return [cell_text(cell) for cell in row]


def cell_text(cell: Cell) -> str | int:
    """Write one cell: text guarded, numbers as they are, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    return cell if isinstance(cell, int) else repr(cell)


def sequences(layer: str, tables: Lagged, shuffles: Shuffled | None = None, *, each: bool = True) -> Iterator[str]:
    """Write every pair at every lag: all transcripts together, and each by itself."""
    return table("sequences.csv", _sequences(layer, tables, shuffles, each))


def _sequences(layer: str, tables: Lagged, shuffles: Shuffled | None, each: bool) -> Iterator[list[Cell]]:
    for given in tables.givens:
        for target in tables.targets:
            for lag in tables.lags:
                for transcript in (None, *(tables.transcripts if each else ())):
                    yield _pair(layer, tables, shuffles, (given, target, lag), transcript)


def _pair(
    layer: str, tables: Lagged, shuffles: Shuffled | None, pair: tuple[str, str, int], transcript: str | None
) -> list[Cell]:
    found = tables.of(*pair, transcript)
    shares = (found.expected, found.probability, found.base)
    values = (*shares, found.adjusted_residual, found.textbook_residual, found.within_residual, found.p)
    p = shuffles.of(*pair) if shuffles is not None and transcript is None else ()
    return [
        layer, transcript or "", *pair, *found.table, *(figure.value for figure in values),
        *([one.value for one in p] or [None] * 3), *_ends(found.yules_q), *_ends(found.log_odds_ratio),
        found.log_odds_ratio.kind, _why(*values, found.yules_q),
    ]  # fmt: skip


def transitions(layer: str, found: Iterable[Transitions]) -> Iterator[str]:
    """Write the square tables of streams, cell by cell."""
    return table("transitions.csv", (row for one in found for row in _transitions(layer, one)))


def _transitions(layer: str, found: Transitions) -> Iterator[list[Cell]]:
    names = ("expected", "probabilities", "adjusted_residuals", "p", "yules_q")
    for i, given in enumerate(found.codes):
        for j, target in enumerate(found.codes):
            values = [number(getattr(found, name)[i, j]) for name in names]
            frequency, why = int(found.frequencies[i, j]), found.why_undefined(given, target)
            yield [layer, given, target, found.lag, frequency, *values, why]


def counts(layer: str, by: str, rows: Iterable[Count]) -> Iterator[str]:
    """Write how often each group occurs in each part."""
    return table(
        "counts.csv",
        (
            [
                layer, by, row.part, row.group, row.turns, row.known, *_ends(row.per_100), *_ends(row.per_minute),
                *_ends(row.sessions), _why(row.per_100, row.per_minute, row.sessions),
            ]
            for row in rows
        ),
    )  # fmt: skip


def together(layer: str, rows: Iterable[Together]) -> Iterator[str]:
    """Write which groups go together."""
    return table(
        "together.csv",
        (
            [
                layer, row.one, row.other, row.window, *row.table, row.jaccard.value, row.phi.value,
                *_ends(row.log_odds_ratio), _why(row.jaccard, row.phi, row.log_odds_ratio),
            ]
            for row in rows
        ),
    )  # fmt: skip


def episodes(layer: str, rows: Iterable[Episode]) -> Iterator[str]:
    """Write every pull and what became of it."""
    return table(
        "episodes.csv",
        (
            [
                layer, e.transcript, e.start + 1, e.end + 1, _turn(e.noticed_at), _turn(e.named_at),
                _turn(e.turned_away_at), e.followed_until + 1, str(e.outcome), str(e.how),
            ]
            for e in rows
        ),
    )  # fmt: skip


def namings(layer: str, rows: Iterable[Naming]) -> Iterator[str]:
    """Write every naming, a row for each kind of response that followed, or one row without."""
    return table("namings.csv", (cells for row in rows for cells in _naming(layer, row)))


def _naming(layer: str, row: Naming) -> list[list[Cell]]:
    begin: list[Cell] = [layer, row.transcript, row.turn + 1, _turn(row.pull_at), str(row.pull_how)]
    if not row.responses:
        return [[*begin, None, None, None, row.followed_for]]
    return [[*begin, r.name, r.turns, str(r.how), row.followed_for] for r in row.responses]


def waits(layer: str, found: Latencies) -> Iterator[str]:
    """Write the curves, step by step."""
    return table(
        "waits.csv",
        (
            [
                layer, name, found.until, found.unit, found.of, step.time, step.waiting, step.happened, step.censored,
                step.survival, step.low, step.high,
            ]
            for name, curve in found.curves.items()
            for step in curve.steps
        ),
    )  # fmt: skip


def contrasts(layer: str, found: Latencies) -> Iterator[str]:
    """Write the medians of the conditions, and the hazard ratio of every two."""
    return table("contrasts.csv", _contrasts(layer, found))


def _contrasts(layer: str, found: Latencies) -> Iterator[list[Cell]]:
    how = [found.until, found.unit, found.of]
    for name, curve in found.curves.items():
        yield [layer, name, None, *how, "median", *_ends(curve.median), None, curve.n, _why(curve.median)]
    for one in found.contrasts:
        why = _why(one.ratio, one.p)
        yield [layer, one.of, one.to, *how, "hazard_ratio", *_ends(one.ratio), one.p.value, one.ratio.n, why]


def scores(layer: str, found: Comparison) -> Iterator[str]:
    """Write the score of every session in its condition."""
    return table(
        "scores.csv",
        (
            [layer, found.score, transcript, mean.condition, value]
            for mean in found.means
            for transcript, value in mean.scores
        ),
    )


def courses(layer: str, found: Iterable[Course]) -> Iterator[str]:
    """Write the hours of every dyad."""
    return table(
        "courses.csv",
        (
            [layer, course.dyad, hour.number, hour.transcript, name, rate.value, rate.why or course.why]
            for course in found
            for hour in course.hours
            for name, rate in hour.rates.items()
        ),
    )


def recurrences(layer: str, found: Iterable[Recurrence]) -> Iterator[str]:
    """Write every pull told of as lived elsewhere, and where it came again."""
    return table(
        "recurrences.csv",
        (
            [
                layer, row.dyad, row.told.transcript, row.told.segment + 1, row.code, row.person,
                _turn(row.same_hour.segment if row.same_hour else None), "; ".join(map(_place, row.later_hours)),
                row.later_known,
            ]
            for row in found
        ),
    )  # fmt: skip


def directions(layer: str, found: Iterable[Direction]) -> Iterator[str]:
    """Write who pulls whom."""
    return table("directions.csv", ([layer, row.speaker, row.value, row.count] for row in found))


def groups(found: Iterable[Group]) -> Iterator[str]:
    """Write which codes each group has."""
    return table("groups.csv", ([group.name, code] for group in found for code in group.codes))


def _ends(figure: Figure) -> list[Cell]:
    return [figure.value, figure.low, figure.high]


def _why(*figures: Figure) -> str:
    return "; ".join(dict.fromkeys(figure.why for figure in figures if figure.why))


def _turn(place: int | None) -> int | None:
    return None if place is None else place + 1


def _place(place: Place) -> str:
    return f"{place.transcript} turn {place.segment + 1}"
